"""Starts this run's servers, and gives browser tests a page."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import hypothesis
import pytest
import time_machine
from django.utils import timezone, translation
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from tests.servers import Servers

pytest_plugins = ["tests.browser_page", "tests.contexts", "tests.dovecot", "tests.in_flight"]
# No example has to be done within a time: on a busy machine that is red for nothing.
hypothesis.settings.register_profile("werkdag", deadline=None)
hypothesis.settings.load_profile("werkdag")
ZONE = ZoneInfo("Europe/Amsterdam")
_servers = pytest.StashKey[Servers]()
_ahead = pytest.StashKey[timedelta]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --at: what hangs on the day of the week or on the hour comes out."""
    parser.addoption(
        "--at",
        help="run as if it were this moment, such as 2026-12-27T23:30+01:00, or now; else it is "
        "the morning of the last ordinary Wednesday, whenever that is run",
    )


def _usual() -> datetime:
    """So that no test is red for the hour or the day at which it runs: in the morning of a workday
    in the middle of a week. The last one, for browsers go by the clock of the machine.
    """
    now = datetime.now(ZONE)
    day = now.date() - timedelta(days=(now.weekday() - 2) % 7 or 7)
    while day in holidays.country_holidays("NL", years=day.year):
        day -= timedelta(days=7)
    return datetime.combine(day, time(10, 7), ZONE)


def pytest_configure(config: pytest.Config) -> None:
    """Go to the time asked for; start the servers in the process that the person started."""
    at = config.getoption("--at")
    if at != "now":
        moment = datetime.fromisoformat(at) if at else _usual()
        config.option.at = moment.isoformat()  # the same for every worker
        config.stash[_ahead] = moment - datetime.now(UTC)
        time_machine.travel(moment, tick=True).start()
    if "PYTEST_XDIST_WORKER" in os.environ or config.option.collectonly:
        return
    servers = Servers()
    config.stash[_servers] = servers
    servers.start()


@pytest.fixture(scope="session")
def django_db_setup(
    pytestconfig: pytest.Config,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A database of this process's own. It is not dropped: its server goes, with all it has."""
    from django.test import TransactionTestCase

    from tests import databases

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        databases.open_own()
        if ahead := pytestconfig.stash.get(_ahead, None):
            databases.go_ahead(ahead)
        # What a test has committed is taken out with this instead of Django's flush.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: databases.empty())
        yield


@pytest.fixture(autouse=True)
def _all_is_well() -> None:
    """Staff's pages have nothing to say about the house: it was looked at a moment ago. And no test
    goes on in the language of a page that the one before it asked for.
    """
    from support.faults import met
    from support.standing import states

    translation.deactivate()
    known = states._known
    known.at, known.states, known.since = timezone.now(), {}, {}
    met.here.clear()


@pytest.fixture
def looked_at(settings: Settings) -> None:
    """Whoever asks how the house fares looks anew; its workers ran a moment ago."""
    from django.core.cache import cache

    from support.faults import met

    settings.STANDING_FRESH = timedelta(0)
    cache.clear()
    for name in (met.CLOCK, met.WORK):
        met.beat(name, at=timezone.now())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them, however the run ended."""
    servers = config.stash.get(_servers, None)
    if servers is not None:
        servers.stop()

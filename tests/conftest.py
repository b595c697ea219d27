"""Starts this run's servers, and gives browser tests a page."""

import gc
import os
from collections.abc import Iterator
from datetime import timedelta

import hypothesis
import pytest
from django.utils import timezone, translation
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from config.made import MadeFinder
from tests.servers import Servers, one_at_a_time

pytest_plugins = [
    "tests.browser_page",
    "tests.contexts",
    "tests.dovecot",
    "tests.in_flight",
    "tests.moments",
]
# No example has to be done within a time: on a busy machine that is red for nothing.
hypothesis.settings.register_profile("werkdag", deadline=None)
hypothesis.settings.load_profile("werkdag")
_servers = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in the process that the person started."""
    if "PYTEST_XDIST_WORKER" in os.environ or config.option.collectonly:
        return
    servers = Servers()
    config.stash[_servers] = servers
    servers.start()


def pytest_collection_finish() -> None:
    """What was imported stays: to go through it again and again for garbage takes a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(
    pytestconfig: pytest.Config,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A database of this process's own. It is not dropped: its server goes, with all it has."""
    from django.test import TransactionTestCase

    from tests import databases, moments

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        databases.open_own()
        moments.of(pytestconfig).take_database()
        # What a test has committed is taken out with this instead of Django's flush.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: databases.empty())
        yield


@pytest.fixture(scope="session", autouse=True)
def _made() -> None:
    """The typeface and the icons are cut once a run; else each process does, on its first page."""
    from django.contrib.staticfiles.finders import get_finders

    with one_at_a_time("static"):
        for finder in get_finders():
            if isinstance(finder, MadeFinder):
                assert finder.folder.is_dir()


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

"""The moment at which tests run: the same for all but those that go by the machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
import time_machine

ZONE = ZoneInfo("Europe/Amsterdam")
NONE = timedelta()
_moments = pytest.StashKey["Moments"]()


class Moments:
    """The clock of this process and of its database: some time ahead of the machine's, or not."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead
        self._gone = NONE
        self._travelled: time_machine.travel | None = None
        self._has_database = False

    def go(self, ahead: timedelta) -> None:
        """Be so far ahead from now on; nothing when it is so already."""
        now = NONE if self._travelled is None else self.ahead
        if now == ahead:
            return
        if self._travelled is not None:
            self._travelled.stop()
            self._travelled = None
        self._gone = NONE
        if ahead:
            self._travelled = time_machine.travel(datetime.now(UTC) + ahead, tick=True)
            self._travelled.start()
            # Measured: on a busy machine it may take seconds to start.
            machine = time_machine.escape_hatch.datetime.datetime
            self._gone = datetime.now(UTC) - machine.now(UTC)
        self._tell_database(self._gone)

    def take_database(self) -> None:
        """From now on there is a database, which goes along."""
        self._has_database = True
        self._tell_database(self._gone)

    def _tell_database(self, ahead: timedelta) -> None:
        if self._has_database:
            from tests import databases

            databases.go_ahead(ahead)


def usual() -> datetime:
    """So that no test is red for the hour or the day at which it runs: in the morning of a workday
    in the middle of a week, the last one before today.
    """
    now = datetime.now(ZONE)
    day = now.date() - timedelta(days=(now.weekday() - 2) % 7 or 7)
    while day in holidays.country_holidays("NL", years=day.year):
        day -= timedelta(days=7)
    return datetime.combine(day, time(10, 7), ZONE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --at: what hangs on the day of the week or on the hour comes out."""
    parser.addoption(
        "--at",
        help="run as if it were this moment, such as 2026-12-27T23:30+01:00, or now; else it is "
        "the morning of the last ordinary Wednesday, whenever that is run",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Go to the time asked for."""
    config.addinivalue_line("markers", "machine_clock: goes by the clock of the machine")
    at = config.getoption("--at")
    ahead = NONE
    if at != "now":
        moment = datetime.fromisoformat(at) if at else usual()
        config.option.at = moment.isoformat()  # the same for every worker
        ahead = moment - datetime.now(UTC)
    config.stash[_moments] = Moments(ahead)
    config.stash[_moments].go(ahead)


def of(config: pytest.Config) -> Moments:
    """Those of this process."""
    return config.stash[_moments]


_BY_MACHINE = {"browser", "dovecot"}
"""Fixtures of programs that know the machine's clock only."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole files with tests of such programs go by the machine's clock."""
    theirs = {item.path for item in items if _BY_MACHINE & {*getattr(item, "fixturenames", ())}}
    for item in items:
        if item.path in theirs:
            item.add_marker(pytest.mark.machine_clock)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before anything that the test asks for is made."""
    moments = of(item.config)
    by_machine = item.get_closest_marker("machine_clock") is not None
    moments.go(NONE if by_machine else moments.ahead)

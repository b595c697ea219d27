"""The requests that the live server is busy with: no database is emptied under them."""

from collections.abc import Iterator
from threading import Condition
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started

PATIENCE = 30
"""Seconds; a request that takes longer hangs, and its test should fail."""


class InFlight:
    """How many there are; `django.test.Client` answers in the test's own thread and counts not."""

    def __init__(self) -> None:
        self._changed, self._count = Condition(), 0

    def began(self, sender: Any, **_more: Any) -> None:
        """A request came in."""
        self._count_on(sender, 1)

    def ended(self, sender: Any, **_more: Any) -> None:
        """One was answered, or given up."""
        self._count_on(sender, -1)

    def wait(self, seconds: float = PATIENCE) -> bool:
        """Wait until there are none. False: there still are."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, timeout=seconds)

    def _count_on(self, sender: Any, more: int) -> None:
        if isinstance(sender, type) and issubclass(sender, WSGIHandler):
            with self._changed:
                self._count += more
                self._changed.notify_all()


@pytest.fixture(scope="session")
def in_flight() -> Iterator[InFlight]:
    """Counted for the whole run of this process."""
    counted = InFlight()
    request_started.connect(counted.began)
    request_finished.connect(counted.ended)
    yield counted
    request_started.disconnect(counted.began)
    request_finished.disconnect(counted.ended)


@pytest.fixture(autouse=True)
def _answered_before_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a page that closed had asked for is answered before the database is emptied.

    Else the two lock each other out (PostgreSQL ends one with a deadlock).
    """
    if "live_server" not in request.fixturenames:
        yield
        return
    counted: InFlight = request.getfixturevalue("in_flight")
    request.getfixturevalue("transactional_db")  # is emptied after what follows the yield
    yield
    assert counted.wait(), f"a request was not answered within {PATIENCE} s of the test's end"

"""Where the time of a page went, as browsers show it, for whoever works here: `Server-Timing`."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, thread_time
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


class _Asked:
    """What was asked of the database while it is at hand."""

    def __init__(self) -> None:
        self.times, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        began = perf_counter()
        try:
            return execute(*args)
        finally:
            self.times += 1
            self.seconds += perf_counter() - began


class TimingMiddleware:
    """Stands before all others, where WERKDAG_SERVER_TIMING asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the time, and say it to people of the helpdesk. What others can measure tells whom
        we know.
        """
        asked, began, worked = _Asked(), perf_counter(), thread_time()
        with connection.execute_wrapper(asked):
            answer = self.get_response(request)
            may_know = getattr(getattr(request, "user", None), "is_agent", False)
        if may_know:
            answer["Server-Timing"] = (
                f'db;dur={asked.seconds * 1000:.1f};desc="{asked.times} statements", '
                f"cpu;dur={(thread_time() - worked) * 1000:.1f}, "
                f"all;dur={(perf_counter() - began) * 1000:.1f}"
            )
        return answer

"""How often somebody may try, and the page that says how long to wait."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from datetime import timedelta

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

APP = "allauth.account"
MINUTE = timedelta(minutes=1)
# Limits of a page as a whole name no key, so that what is left can't be looked up.
_LONGEST = {"account_reset_password": timedelta(minutes=15)}

Attempt = tuple[str, str]  # which limit, and whom it counts


def spend(request: HttpRequest, attempts: Sequence[Attempt]) -> list[ratelimit.RateLimitUsage]:
    """Count an attempt under each limit. Raises TooMany at the first that is used up."""
    spent = []
    for action, key in attempts:
        usage = ratelimit.consume(request, app=APP, action=action, key=key)
        if usage is None:
            raise TooMany(_wait(request, action, key))
        spent.append(usage)
    return spent


class TooMany(Exception):
    """A limit is used up; `wait` says for how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait


def forget(request: HttpRequest, action: str, key: str) -> None:
    """Begin to count anew."""
    ratelimit.clear(request, app=APP, action=action, key=key)


def too_many(request: HttpRequest, *, wait: timedelta | None = None) -> HttpResponse:
    """The page for whoever tried too often."""
    match = request.resolver_match
    if wait is None:
        wait = _LONGEST.get(match.url_name or "", MINUTE) if match else MINUTE
    minutes = max(1, math.ceil(wait / MINUTE))
    answer = render(request, "account/too_many.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def _wait(request: HttpRequest, action: str, key: str) -> timedelta:
    """Until the oldest attempt that counts is forgotten."""
    left = [0.0]
    for rate in ratelimit.get_rates(app=APP, action=action):
        name = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
        history = cache.get(name, [])
        if len(history) >= rate.amount:
            left.append(history[-1] + rate.duration - time.time())
    return timedelta(seconds=max(left))

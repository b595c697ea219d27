"""What a page that is left open asks again and again: few bytes while nothing changed.

A page carries the state in which it was read, taken before its facts were. First only that is
compared: two snapshots of the database are the same if nothing was written in between, anywhere by
anybody. If something was, the facts are read, and what they would draw is compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Seen"
_SNAPSHOT = "SELECT pg_current_snapshot()::text"


def state_of(request: HttpRequest, *, now: datetime) -> str:
    """Another one as soon as anything at all was written; and each minute, as spans go by."""
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOT)
        (snapshot,) = cursor.fetchone()
    return mark_of([snapshot, f"{now:%Y%m%d%H%M}", request.get_full_path(), request.user.pk])


def mark_of(shown: Iterable[object]) -> str:
    """A short text that is another one for other things."""
    return hashlib.sha256("\0".join(map(str, shown)).encode()).hexdigest()[:24]


def seen(request: HttpRequest) -> tuple[str, str]:
    """The state and the content that the page has; empty for a page that is opened."""
    state, _dot, content = request.headers.get(HEADER, "").partition(".")
    return state, content


def unchanged(state: str, content: str) -> HttpResponse:
    """There is nothing new to show. In which state that was found, the page asks with from then."""
    return HttpResponse(status=204, headers={HEADER: f"{state}.{content}"})

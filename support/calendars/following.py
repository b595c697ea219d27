"""What a change says when running tickets follow it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import ngettext


def say(request: HttpRequest, done: str, count: int) -> None:
    """What was done, and how many running tickets are being read again."""
    follows = ngettext(
        "%(count)s running ticket is being read again.",
        "%(count)s running tickets are being read again.",
        count,
    ) % {"count": count}
    messages.success(request, f"{done} {follows}" if count else done)

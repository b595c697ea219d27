"""A passkey's challenge belongs to the page that gave it: it serves there, once, and soon.

django-allauth keeps one challenge a session, whichever page asked for it. One of the page for a
second factor, which asks for no PIN or fingerprint, would serve to sign in without a password.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

View = Callable[..., HttpResponseBase]

_FLOW = "werkdag.passkey.flow"
LASTS = 5 * 60
"""Seconds in which a challenge must be answered."""


def of(flow: str, view: View) -> View:
    """The view of a page that gives challenges, each good for that page alone."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        session, now = request.session, timezone.now().timestamp()
        if request.method == "POST":
            given, at = session.get(_FLOW, ("", 0.0))
            if given != flow or not 0 <= now - at <= LASTS:
                session.pop(STATE_SESSION_KEY, None)
        before = session.get(STATE_SESSION_KEY)
        answer = view(request, *args, **kwargs)
        if (state := session.get(STATE_SESSION_KEY)) is not None and state != before:
            session[_FLOW] = (flow, now)
        return answer

    return guarded


def require_our_origin(origin: str, request: HttpRequest) -> None:
    """ValidationError for what was signed for another address, also one below ours."""
    ours = {settings.ORIGIN.url}
    if not settings.ORIGIN.secure:  # at work on one's own machine, under any name and port
        ours.add(f"{request.scheme}://{request.get_host()}")
    if origin not in ours:
        raise get_adapter().validation_error("incorrect_code")


@transaction.atomic
def require_next(authenticator: Authenticator, counter: int) -> None:
    """ValidationError if a passkey's counter goes back or stands still: then there are two of it.

    Those that are kept in a cloud don't count, and always say nought.
    """
    held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    begun = held.wrap().authenticator_data.counter
    last = held.data.get("counter", begun)
    if (last or counter) and counter <= last:
        raise get_adapter().validation_error("incorrect_code")
    held.data["counter"] = counter
    held.save(update_fields=["data"])

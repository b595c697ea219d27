"""Browsers in which somebody signed in before: failures elsewhere never keep those out.

Anybody who knows an address can use up the tries of its account. A browser that was let in carries
a signed note of that, and has tries of its own. The note lets nobody in: whoever steals it may
guess as often as the owner may mistype.
"""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from support.sign_in.brakes import Attempt
from support.who import visitor
from tickets.models import User

COOKIE = "werkdag_device"
KEPT = timedelta(days=400)
"""As long as browsers keep anything."""
MOST = 8
"""So many people are known in one browser; of more, those who came last."""
_SALT = "support.sign_in.devices"


def note(request: HttpRequest, answer: HttpResponse, user: User) -> None:
    """Have the browser remember that this person was let in here."""
    device, people = _read(request)
    others = [pk for pk in people if pk != user.pk][-(MOST - 1) :]
    said = signing.dumps([device or token_urlsafe(12), [*others, user.pk]], salt=_SALT)
    answer.set_cookie(
        COOKIE,
        said,
        max_age=KEPT,
        path=reverse("sign-in"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def attempts(request: HttpRequest, what: str, user: User | None, key: str) -> list[Attempt]:
    """What a try counts for: of a browser that is known, itself; else the visitor and the account.

    what: the secret that is tried. key: the account, also where there is none.
    """
    device, people = _read(request)
    if device and user is not None and user.pk in people:
        return [("login_failed", f"{what} {key} in {device}")]
    return [
        ("login_failed", f"{what} {key} from {visitor(request)}"),
        ("account_failed", f"{what} {key}"),
    ]


def is_known(request: HttpRequest) -> bool:
    """Whether anybody was let in here before."""
    return bool(_read(request)[0])


def _read(request: HttpRequest) -> tuple[str, list[int]]:
    """The browser's name, and who was let in there; ("", []) for none or a made-up note."""
    try:
        device, people = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KEPT)
    except signing.BadSignature:
        return "", []
    return device, people

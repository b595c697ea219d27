"""Where somebody is signed in: listed, kept up to date now and then, and ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from support.faults.kinds import if_it_can
from support.who import visitor
from tickets.models import User

# Seen within this time is now; a row is written no oftener.
FRESH = timedelta(minutes=5)
_SEEN = "seen_at"
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("FxiOS", "Firefox"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """A browser in which somebody is signed in."""

    pk: int
    name: str
    telephone: bool
    address: str
    since: datetime
    seen_at: datetime
    here: bool


def devices(request: HttpRequest, user: User) -> list[Device]:
    """Every browser in which this person is signed in, this one first, then the last seen."""
    here = request.session.session_key
    found = [
        Device(
            pk=session.pk,
            name=device_name(session.user_agent),
            telephone=bool(re.search("iPhone|Android.*Mobile", session.user_agent)),
            address=session.ip,
            since=session.created_at,
            seen_at=session.last_seen_at,
            here=session.session_key == here,
        )
        for session in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda device: (not device.here, -device.seen_at.timestamp()))


def device_name(user_agent: str) -> str:
    """A browser's name for itself in the words of people, like Firefox on Windows."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Another program")


def end(user: User, pk: int) -> bool:
    """Sign this person out in one browser. False if it is not theirs."""
    session = UserSession.objects.filter(user=user, pk=pk).first()
    if session is None:
        return False
    session.end()
    return True


def end_all(user: User, *, but: str | None = None) -> int:
    """Sign this person out everywhere, but for the session with that key. Gives how many."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    for session in sessions:
        session.end()
    return len(sessions)


def begin(request: HttpRequest, *, now: datetime) -> None:
    """A session from here on notes when it was last seen."""
    request.session[_SEEN] = now.timestamp()


class SeenMiddleware:
    """Notes, every five minutes at most, that a session is in use and from where; ends those of
    staff that nobody used for STAFF_IDLE.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note it before the page is made. What is shown to somebody stays in no cache."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        self._note(request, timezone.now())
        signed_in = SESSION_KEY in request.session
        answer = self.get_response(request)
        if signed_in and "Cache-Control" not in answer:
            answer["Cache-Control"] = "private, no-store"
        return answer

    def _note(self, request: HttpRequest, now: datetime) -> None:
        seen = request.session.get(_SEEN)
        if seen is None or now.timestamp() - seen < FRESH.total_seconds():
            return
        user = request.user
        if not isinstance(user, User):
            return
        if user.is_agent and now.timestamp() - seen > settings.STAFF_IDLE.total_seconds():
            UserSession.objects.filter(session_key=request.session.session_key).delete()
            logout(request)
            return
        if _by_itself(request):
            return
        agent = request.headers.get("User-Agent", "")
        with if_it_can():
            UserSession.objects.filter(session_key=request.session.session_key).update(
                last_seen_at=now,
                ip=visitor(request),
                user_agent=agent[: UserSession._meta.get_field("user_agent").max_length],
            )
        request.session[_SEEN] = now.timestamp()


def _by_itself(request: HttpRequest) -> bool:
    """Is it a page that is left open and asks again and again, with nobody before it?"""
    asked_again = request.headers.get("HX-Trigger") in {"bell-count", "queue-rows"}
    return asked_again or request.path_info.endswith("/presence/")

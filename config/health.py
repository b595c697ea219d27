"""Health pages: alive and ready for load balancers, the whole for monitoring and people."""

from datetime import datetime, timedelta
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from sla import truth
from support.models import Mailbox, OutgoingMail

CLOCK, WORK = "heartbeat", "heartbeat-work"
"""Of the worker that keeps the clock, and of those for all the rest."""
_STALE_AFTER = timedelta(seconds=60)
_UNSENT_AFTER = timedelta(minutes=10)
_BUSY_AFTER = timedelta(minutes=5)
"""The rest may be busy for a while, with a what-if or a large mailbox."""


def beat_heartbeat(name: str, *, at: datetime) -> None:
    """Keep the moment at which such a worker last ran something."""
    caches["redis"].set(name, at.isoformat(), timeout=None)


@never_cache
def alive(_request: HttpRequest) -> HttpResponse:
    """This web process answers. Asks nothing of anything else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Database, Redis and periodic work, each "ok" or what is wrong; 503 unless all are well.

    Mailboxes and what else waits for other machines are told too, but count for nothing: no web
    server does that, and taking all of them out of rotation would shut the other ways in as well.
    """
    now = timezone.now()
    state, others = _own(now=now), _of_others(now=now)
    return _told(request, state | others, status=_status(state))


@never_cache
def whole(request: HttpRequest) -> JsonResponse:
    """The same for whoever watches over all of Werkdag: 503 when mail is not read or sent, too."""
    now = timezone.now()
    state = _own(now=now) | _of_others(now=now)
    return _told(request, state, status=_status(state))


def _told(request: HttpRequest, state: dict[str, str], *, status: int) -> JsonResponse:
    """What is wrong, to who may know; to anybody else only whether something is."""
    if not _may_know(request):
        state = {"status": "ok" if status == HTTPStatus.OK else "not well"}
    return JsonResponse(state, status=status)


def _may_know(request: HttpRequest) -> bool:
    """Somebody on this machine itself, past no proxy; or who sends WERKDAG_HEALTH_TOKEN."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.HEALTH_TOKEN and compare_digest(token.encode(), settings.HEALTH_TOKEN.encode()):
        return True
    if {"X-Forwarded-For", "Forwarded"} & set(request.headers):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _own(*, now: datetime) -> dict[str, str]:
    redis, periodic = _last_run(CLOCK, _STALE_AFTER, now=now)
    return {
        "database": _database(),
        "clock": _clock(),
        "redis": redis,
        "periodic_work": periodic,
    }


def _of_others(*, now: datetime) -> dict[str, str]:
    _redis, work = _last_run(WORK, _BUSY_AFTER, now=now)
    return {
        "other_work": work,
        "outgoing_mail": _outgoing_mail(now=now),
        "mailboxes": _mailboxes(now=now),
    }


def _status(state: dict[str, str]) -> int:
    return 200 if all(value == "ok" for value in state.values()) else 503


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no answer"
    return "ok"


def _clock() -> str:
    """Does this machine's clock agree with the database's, which is the clock of truth?"""
    try:
        difference = truth.difference()
    except DatabaseError:
        return "unknown"
    if truth.is_trusted(difference):
        return "ok"
    return f"differs by {difference.total_seconds():.0f} s from the database's: set it right"


def _outgoing_mail(*, now: datetime) -> str:
    """How much mail no server has taken, without names: anybody may ask."""
    queued = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)
    try:
        waiting = queued.filter(created_at__lt=now - _UNSENT_AFTER).count()
    except DatabaseError:
        return "unknown"
    return f"{waiting} waiting for more than ten minutes" if waiting else "ok"


def _mailboxes(*, now: datetime) -> str:
    """How many are not read, without names: anybody may ask."""
    try:
        late = Mailbox.objects.late(now=now).count()
    except DatabaseError:
        return "unknown"
    return f"{late} not read for ten minutes" if late else "ok"


def _last_run(name: str, patience: timedelta, *, now: datetime) -> tuple[str, str]:
    """Whether Redis answers, and the sign of life of some worker. One that lies ahead is none:
    somebody's clock was wrong, and may still be.
    """
    try:
        last = caches["redis"].get(name)
    except RedisError:
        return "no answer", "unknown"
    if last is None:
        return "ok", "has not run yet"
    age = now - datetime.fromisoformat(last)
    if age > patience:
        return "ok", f"last ran {int(age.total_seconds())} s ago"
    if age < -patience:
        return "ok", f"a clock is wrong: last ran {int(-age.total_seconds())} s ahead of now"
    return "ok", "ok"

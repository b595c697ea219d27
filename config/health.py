"""Health pages: alive and ready for load balancers, the whole for monitoring and people."""

from datetime import datetime, timedelta

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from support.models import Mailbox

_HEARTBEAT = "heartbeat"
_STALE_AFTER = timedelta(seconds=60)


def beat_heartbeat(*, at: datetime) -> None:
    """Keep the moment at which a periodic task last ran."""
    caches["redis"].set(_HEARTBEAT, at.isoformat(), timeout=None)


@never_cache
def alive(_request: HttpRequest) -> HttpResponse:
    """This web process answers. Asks nothing of anything else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Database, Redis and periodic work, each "ok" or what is wrong; 503 unless all are well.

    Mailboxes are told too, but count for nothing: no web server reads them, and taking all of
    them out of rotation would shut the other ways in as well.
    """
    now = timezone.now()
    state = _own(now=now)
    status = _status(state)
    return JsonResponse(state | {"mailboxes": _mailboxes(now=now)}, status=status)


@never_cache
def whole(_request: HttpRequest) -> JsonResponse:
    """The same for whoever watches over all of Werkdag: 503 when a mailbox is not read, too."""
    now = timezone.now()
    state = _own(now=now) | {"mailboxes": _mailboxes(now=now)}
    return JsonResponse(state, status=_status(state))


def _own(*, now: datetime) -> dict[str, str]:
    redis, periodic = _redis_and_periodic(now=now)
    return {"database": _database(), "redis": redis, "periodic_work": periodic}


def _status(state: dict[str, str]) -> int:
    return 200 if all(value == "ok" for value in state.values()) else 503


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no answer"
    return "ok"


def _mailboxes(*, now: datetime) -> str:
    """How many are not read, without names: anybody may ask."""
    try:
        late = Mailbox.objects.late(now=now).count()
    except DatabaseError:
        return "unknown"
    return f"{late} not read for ten minutes" if late else "ok"


def _redis_and_periodic(*, now: datetime) -> tuple[str, str]:
    try:
        last = caches["redis"].get(_HEARTBEAT)
    except RedisError:
        return "no answer", "unknown"
    if last is None:
        return "ok", "has not run yet"
    age = now - datetime.fromisoformat(last)
    if age > _STALE_AFTER:
        return "ok", f"last ran {int(age.total_seconds())} s ago"
    return "ok", "ok"

"""Health pages for load balancers and people: alive, and ready to do the whole job."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

_HEARTBEAT = "heartbeat"
_STALE_AFTER = timedelta(seconds=60)


def beat_heartbeat(*, at: datetime) -> None:
    """Keep the moment at which a periodic task last ran."""
    cache.set(_HEARTBEAT, at.isoformat(), timeout=None)


@never_cache
def alive(_request: HttpRequest) -> HttpResponse:
    """This web process answers. Asks nothing of anything else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Database, Redis and periodic work, each "ok" or what is wrong; 503 unless all are well."""
    redis, periodic = _redis_and_periodic(now=timezone.now())
    state = {"database": _database(), "redis": redis, "periodic_work": periodic}
    healthy = all(value == "ok" for value in state.values())
    return JsonResponse(state, status=200 if healthy else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no answer"
    return "ok"


def _redis_and_periodic(*, now: datetime) -> tuple[str, str]:
    try:
        last = cache.get(_HEARTBEAT)
    except RedisError:
        return "no answer", "unknown"
    if last is None:
        return "ok", "has not run yet"
    age = now - datetime.fromisoformat(last)
    if age > _STALE_AFTER:
        return "ok", f"last ran {int(age.total_seconds())} s ago"
    return "ok", "ok"

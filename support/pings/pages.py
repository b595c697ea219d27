"""What a job reaches when it calls. It sends no cookie and can't be asked to wait or to sign in."""

from __future__ import annotations

import logging
from datetime import datetime
from time import time
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sla import backups
from sla.backups import Call
from sla.measuring import Finding
from sla.models import BackupJob, Check, Ping
from support.checks import following
from support.pings import reading
from support.who import visitor

log = logging.getLogger(__name__)

PER_MINUTE, PER_DAY = 60, 5_000
"""Calls of one job that are kept."""
UNKNOWN_PER_MINUTE = 120
"""Calls of one visitor to addresses that nobody has."""
MINUTE, DAY = 60, 86_400
SAYS = {Ping.Kind.SUCCESS: Check.Fault.NONE, Ping.Kind.FAIL: Check.Fault.CALLED}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ping(request: HttpRequest, key: str, said: str = "") -> HttpResponse:
    """Note what a job says. Whoever calls what isn't there learns no more than that."""
    number = reading.key_of(key)
    job = _job(number) if number else None
    if job is None:
        return _unknown(request)
    if _often(f"ping:{number}", MINUTE) > PER_MINUTE or _often(f"ping:{number}", DAY) > PER_DAY:
        return _answer("slower, please", 429)
    body = reading.end_of(request) if request.method == "POST" else ""
    if body is None:
        return _answer("too long", 413)
    call = reading.call_of(said, request.GET.dict(), body)
    if call is None:
        return _unknown(request)
    _hear(job, call, now=timezone.now())
    return _answer("OK")


def _job(key: UUID) -> BackupJob | Check | None:
    job = BackupJob.objects.filter(ping_key=key).first()
    heartbeats = Check.objects.filter(kind=Check.Kind.HEARTBEAT).select_related("service")
    return job or heartbeats.filter(ping_key=key).first()


@transaction.atomic
def _hear(job: BackupJob | Check, call: Call, *, now: datetime) -> None:
    if isinstance(job, BackupJob):
        backups.hear(job, call, now=now)
        return
    if not job.active:
        return
    fault = SAYS.get(call.kind)
    if fault is not None:
        last = call.body.strip().rpartition("\n")[2]
        following.note(job, Finding(at=now, fault=fault, said=last if fault else ""), now=now)
    backups.keep_heartbeat(Ping(heartbeat=job), call, now=now)


def _unknown(request: HttpRequest) -> HttpResponse:
    if _often(f"ping-unknown:{visitor(request)}", MINUTE) > UNKNOWN_PER_MINUTE:
        return _answer("slower, please", 429)
    return _answer("not found", 404)


def _answer(text: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    answer["Ping-Body-Limit"] = str(reading.KEPT_BYTES)
    if status == 429:
        answer["Retry-After"] = str(MINUTE)
    return answer


def _often(name: str, span: int) -> int:
    """How often in this minute or day, this time too."""
    key = f"{name}:{span}:{int(time()) // span}"
    cache.add(key, 0, timeout=2 * span)
    try:
        return int(cache.incr(key))
    except ValueError:  # it was thrown out in between
        return 1

"""Backups: what a job told us, whether one is missing, and what a month of them came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import Coalesce, Greatest

from sla.models import BackupJob, CheckLook, Ping
from sla.models.backup import PingQuerySet

SETTLED = timedelta(minutes=10)
"""So long after we stood still, or the clock jumped, nothing is called missing: it may just not
have been heard.
"""
_NEVER = datetime.min.replace(tzinfo=UTC)
Kind, Trouble = Ping.Kind, BackupJob.Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a job says in one call."""

    kind: Ping.Kind
    exit_status: int | None = None
    run: UUID | None = None
    kept: int | None = None
    oldest_at: datetime | None = None
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time without a good backup that was longer than agreed. end None: it goes on."""

    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a month of a job came to. gaps: those that were not over before it began."""

    job: BackupJob
    good: int
    failed: int
    gaps: tuple[Gap, ...]
    last_good_at: datetime | None
    kept: int | None
    oldest_at: datetime | None


@transaction.atomic
def hear(job: BackupJob, call: Call, *, now: datetime) -> Ping:
    """Keep a call of a backup, also of one that is not watched, and what it changes."""
    job = BackupJob.objects.select_for_update(no_key=True).get(pk=job.pk)
    ping = _kept_ping(Ping(backup=job), job.pings.all(), call, now)
    if call.kind == Kind.START:
        job.last_started_at = now
    elif call.kind == Kind.SUCCESS:
        job.last_good_at = now
    elif call.kind == Kind.FAIL:
        job.last_failed_at = now
    if call.kept is not None or call.oldest_at is not None:
        job.kept, job.oldest_at, job.stated_at = call.kept, call.oldest_at, now
    job.save()
    return ping


def keep_heartbeat(ping: Ping, call: Call, *, now: datetime) -> Ping:
    """Keep a call of a heartbeat; what it means for its check is told elsewhere."""
    return _kept_ping(ping, Ping.objects.filter(heartbeat=ping.heartbeat), call, now)


def trouble_of(job: BackupJob, *, now: datetime) -> BackupJob.Trouble:
    """What is wrong with it, at a moment."""
    if not job.active:
        return Trouble.NONE
    if now > job.missing_from:
        return Trouble.MISSING
    failed = job.last_failed_at
    if failed is not None and failed > max(job.last_good_at or _NEVER, job.watched_from):
        return Trouble.FAILED
    return Trouble.NONE


def gone_missing(now: datetime) -> QuerySet[BackupJob]:
    """Those that are missing by now, as time went by, without our having told of it."""
    good = Greatest(Coalesce("last_good_at", "watched_from"), "watched_from")
    every = F("every_hours") * timedelta(hours=1) + F("grace_minutes") * timedelta(minutes=1)
    expected = ExpressionWrapper(good + every, output_field=DateTimeField())
    jobs = BackupJob.objects.filter(active=True).exclude(trouble=Trouble.MISSING)
    return jobs.annotate(missing=expected).filter(missing__lt=now)


def to_be_told(*, now: datetime) -> Iterator[tuple[BackupJob, BackupJob.Trouble]]:
    """Jobs whose trouble is other than what was told of it."""
    row = CheckLook.objects.filter(pk=1).first()
    awake = row is None or row.awake_since is None or now >= row.awake_since + SETTLED
    for job in BackupJob.objects.select_related("service").order_by("pk"):
        trouble = trouble_of(job, now=now)
        if trouble != job.trouble and (trouble != Trouble.MISSING or awake):
            yield job, trouble


def statement(
    jobs: Iterable[BackupJob], begin: datetime, end: datetime, *, now: datetime
) -> list[Statement]:
    """What the time from begin to end came to for each job, as known now."""
    return [_stated(job, begin, min(end, now), now) for job in jobs]


def _stated(job: BackupJob, begin: datetime, end: datetime, now: datetime) -> Statement:
    calls = job.pings.filter(at__lt=end)
    within = calls.filter(at__gte=begin)
    good = list(within.good().order_by("at").values_list("at", flat=True))
    before = calls.good().filter(at__lt=begin).values_list("at", flat=True).first()
    said = within.exclude(kept=None, oldest_at=None).first()
    first = before or min([job.made_at, *good])
    moments: list[datetime | None] = [first, *(at for at in good if at > first)]
    after = job.pings.good().filter(at__gte=end).order_by("at").values_list("at", flat=True).first()
    longest = timedelta(hours=job.every_hours, minutes=job.grace_minutes)
    gaps = [
        Gap(begin=here, end=there)
        for here, there in pairwise([*moments, after])
        if here is not None
        and here < end
        and (there or now) - here > longest
        and here + longest < end
    ]
    return Statement(
        job=job,
        good=len(good),
        failed=within.bad().count(),
        gaps=tuple(gaps),
        last_good_at=good[-1] if good else before,
        kept=said.kept if said else None,
        oldest_at=said.oldest_at if said else None,
    )


def _kept_ping(ping: Ping, earlier: PingQuerySet, call: Call, now: datetime) -> Ping:
    ping.at, ping.kind, ping.exit_status = now, call.kind, call.exit_status
    ping.run, ping.kept, ping.oldest_at, ping.body = call.run, call.kept, call.oldest_at, call.body
    if call.kind in (Kind.SUCCESS, Kind.FAIL):
        begun = earlier.filter(run=call.run).exclude(kind=Kind.LOG).order_by("-at", "-pk").first()
        if begun is not None and begun.kind == Kind.START and begun.at <= now:
            ping.duration_seconds = int((now - begun.at).total_seconds())
    ping.save(force_insert=True)
    return ping

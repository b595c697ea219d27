"""The demonstration's backups: a night each, of which one was missing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla import backups
from sla.backups import Call
from sla.models import BackupJob, Ping, Service

ZONE = ZoneInfo("Europe/Amsterdam")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NIGHTS, MISSED = 40, 18
"""So many nights ago it began, and one was missing."""
AT = time(3, 10)


def build(*, site: Service, now: datetime) -> None:
    """Each night at ten past three, to another server; seven are kept."""
    last = datetime.combine(now.astimezone(ZONE).date(), AT, ZONE)
    if last > now - HOUR:
        last -= DAY
    begun = last - NIGHTS * DAY
    job = BackupJob.objects.create(
        service=site,
        name="Database en bestanden",
        destination="back-upserver in Almere",
        made_at=begun,
        watched_from=begun,
    )
    for back in reversed(range(NIGHTS)):
        if back != MISSED:
            night = (last - back * DAY).astimezone(now.tzinfo)
            _called(job, night, kept=min(7, NIGHTS - back))


def _called(job: BackupJob, night: datetime, *, kept: int) -> None:
    backups.hear(job, Call(kind=Ping.Kind.START), now=night)
    good = Call(kind=Ping.Kind.SUCCESS, kept=kept, oldest_at=night - (kept - 1) * DAY)
    backups.hear(job, good, now=night + 12 * MINUTE)

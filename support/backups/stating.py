"""How backups are, and months of them, for the pages that tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sla import backups
from sla.backups import Statement
from sla.engine.dates import months_later
from sla.models import BackupJob
from support.documents.spreadsheets import download
from support.forms import months

Trouble = BackupJob.Trouble


def state_of(job: BackupJob, *, now: datetime) -> str:
    """In one word: rest, new, missing, failed, late or good."""
    if not job.active:
        return "rest"
    trouble = backups.trouble_of(job, now=now)
    if trouble != Trouble.NONE:
        return trouble.value
    if job.last_good_at is None:
        return "new"
    return "late" if now > job.expected_by else "good"


def rows(jobs: Iterable[BackupJob], *, now: datetime) -> list[dict[str, object]]:
    """Each job with how it is."""
    return [{"job": job, "state": state_of(job, now=now)} for job in jobs]


def month_in(text: str, *, now: datetime) -> datetime:
    """The beginning of the month that somebody asked for; this one if none, or none there was."""
    this = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    month = months.month_in(text)
    return _begin(month) if month and month <= this.date() else this


def month_of(jobs: Iterable[BackupJob], month: datetime, *, now: datetime) -> list[Statement]:
    """What that month came to for each."""
    return backups.statement(jobs, month, _shifted(month, 1), now=now)


def page(month: datetime, stated: list[Statement], *, now: datetime) -> dict[str, object]:
    """What a page of a month needs."""
    after = _shifted(month, 1)
    return {
        "month": month,
        "stated": stated,
        "previous": f"{_shifted(month, -1):%Y-%m}",
        "following": f"{after:%Y-%m}" if after <= now else "",
    }


def download_of(month: datetime, stated: list[Statement]) -> StreamingHttpResponse:
    """A month as a file."""
    return download(f"backups-{month:%Y-%m}", _lines(stated))


def _lines(stated: list[Statement]) -> Iterator[Sequence[object]]:
    yield (
        *(_("service"), _("backup"), _("goes to"), _("good"), pgettext("backup", "failed")),
        *(_("times without"), _("the longest (hours)"), _("last good one")),
        *(pgettext("backup", "kept"), _("oldest")),
    )
    now = timezone.now()
    for row in stated:
        longest = max(((gap.end or now) - gap.begin for gap in row.gaps), default=None)
        yield (
            *(row.job.service, row.job.name, row.job.destination, row.good, row.failed),
            len(row.gaps),
            round(longest.total_seconds() / 3600, 1) if longest else "",
            *(row.last_good_at, row.kept, row.oldest_at),
        )


def _shifted(month: datetime, by: int) -> datetime:
    return _begin(months_later(month.date(), by))


def _begin(month: date) -> datetime:
    return datetime.combine(month, time(), timezone.get_current_timezone())

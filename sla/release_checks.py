"""System check on rows: an agreement that promises releases has one planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Advice
from django.db import DatabaseError, transaction
from django.utils import timezone

from sla import releases
from sla.engine import Measure
from sla.models import Agreement

SOON = timedelta(weeks=6)


@register(Tags.database)
def releases_are_planned(
    databases: Sequence[str] | None = None, now: datetime | None = None, **_: object
) -> list[CheckMessage]:
    """A warning for an agreement with solution times by release and none in the coming six weeks.

    Silent where there are no tables yet.
    """
    if "default" not in (databases or ()):
        return []
    now = now or timezone.now()
    try:
        with transaction.atomic():
            return [
                _advice(agreement) for agreement in _promising() if not _planned(agreement, now)
            ]
    except DatabaseError:
        # Not migrated this far, or not there at all: others say so, and better.
        return []


def _promising() -> list[Agreement]:
    """The agreements in which something is due with a release, once announced."""
    promising = Agreement.objects.filter(
        editions__announced_at__isnull=False, editions__targets__measure=Measure.RELEASE.value
    )
    return list(promising.distinct())


def _planned(agreement: Agreement, now: datetime) -> bool:
    coming = releases.coming(agreement, now=now).filter(is_hotfix=False)
    return coming.filter(planned_at__lte=now + SOON).exists()


def _advice(agreement: Agreement) -> CheckMessage:
    scheduled = hasattr(agreement, "schedule")
    return Advice(
        f"Agreement {agreement.name!r} has no release planned for the coming six weeks: what is "
        "due with the next release has no deadline, or a late one.",
        hint="The nightly task keep_releases makes them by the schedule: see whether the worker "
        "and its clock run, and whether releases were skipped."
        if scheduled
        else "Set up its release schedule on the page Planning (/desk/planning/), or add a "
        "release there.",
        obj=agreement,
        id="sla.W002",
    )

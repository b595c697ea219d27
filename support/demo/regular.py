"""A report of the demonstration that comes by mail."""

from __future__ import annotations

from datetime import datetime

from support.regular.models import RegularReport, Rhythm
from support.reports.models import SavedReport
from support.sharing.models import Audience
from tickets.models import User


def build(*, manager: User, now: datetime) -> None:
    """Last month's misses by cause, each week for the manager."""
    kept = SavedReport.objects.create(
        name="Vorige maand, per oorzaak",
        scope=Audience.ALL,
        owner=manager,
        asked={"period": "last-month", "by": "cause"},
    )
    RegularReport.objects.create(
        report=kept, receiver=manager, rhythm=Rhythm.WEEKLY, asked_by=manager, told_at=now
    )

"""How often colleagues are mailed: alerts and the bell together, once in a quarter of an hour."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from support.mail.models import OutgoingMail

PATIENCE = timedelta(minutes=15)


def mailed_lately(emails: Collection[str], *, now: datetime) -> set[str]:
    """Which of these addresses got a mail of either kind within the last quarter."""
    lately = OutgoingMail.objects.filter(to__in=emails, created_at__gt=now - PATIENCE)
    told = lately.filter(alert_notices__isnull=False).values_list("to", flat=True)
    rung = lately.filter(notifications__isnull=False).values_list("to", flat=True)
    return {*told.union(rung)}

"""The nightly audit found clocks that are not what the histories say: people must know at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sla.models import AuditRun
from support.mail import letters


@transaction.atomic
def tell(*, now: datetime) -> int:
    """Mail administrators, or else managers, about audits that found something; once each."""
    found = AuditRun.objects.select_for_update(skip_locked=True).filter(
        told_at=None, differences__gt=0
    )
    runs = list(found)
    for run in runs:
        letters.write_each("drift", {"run": run}, to=letters.administrators(), at=now)
        run.told_at = now
        run.save(update_fields=["told_at"])
    return len(runs)

"""The nightly audit found clocks that are not what the histories say: people must know at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from sla.models import AuditRun
from support.notices.post import post
from tickets.models import Role, User


@transaction.atomic
def tell(*, now: datetime) -> int:
    """Mail administrators, or else managers, about audits that found something; once each."""
    found = AuditRun.objects.select_for_update(skip_locked=True).filter(
        told_at=None, differences__gt=0
    )
    runs = list(found)
    staff = User.objects.filter(is_active=True)
    readers = staff.filter(role=Role.ADMIN) or staff.filter(role=Role.MANAGER)
    for run in runs:
        for reader in readers:
            with override(reader.language):
                subject = render_to_string("mail/drift.subject.txt", {"run": run})
                text = render_to_string("mail/drift.txt", {"run": run})
                post(to=reader.email, subject=" ".join(subject.split()), text=text, at=now)
        run.told_at = now
        run.save(update_fields=["told_at"])
    return len(runs)

"""What is due by the rhythm is written, each letter once: row and mail are one transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from support.regular import letters
from support.regular.models import RegularReport, Rhythm
from support.regular.rhythms import house_hours, latest

log = logging.getLogger(__name__)


def send(*, now: datetime) -> int:
    """Write what is due, in the house's hours; gives how many letters. What was for people who may
    not read reports any more ends.
    """
    RegularReport.objects.of_nobody().delete()
    hours = house_hours()
    if not hours.is_open(now):
        return 0
    begins = {rhythm: latest(rhythm, now=now, hours=hours) for rhythm in Rhythm.values}
    sent = 0
    for pk in list(RegularReport.objects.due(begins).values_list("pk", flat=True)):
        try:
            sent += _send(pk, begins, now)
        except Exception:
            # It stays due, and its page says so; the others go on.
            log.exception("report by mail %s", pk)
    return sent


@transaction.atomic
def _send(pk: int, begins: Mapping[str, datetime], now: datetime) -> bool:
    held = RegularReport.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    due = held.due(begins).filter(pk=pk).select_related("report", "receiver__team", "asked_by")
    regular = due.first()
    if regular is None or not regular.receiver.is_lead:
        return False
    regular.mail = letters.write(regular, now=now)
    regular.told_at = now
    regular.save(update_fields=["mail", "told_at"])
    return True

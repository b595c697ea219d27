"""A mailbox that is not read: administrators hear of it hourly, and once when it is read again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from support.mail import letters
from support.mail.models import Mailbox

AGAIN_AFTER = timedelta(hours=1)


@transaction.atomic
def tell(*, now: datetime) -> int:
    """Write mail about mailboxes that are late, and about those that were. Says how many."""
    told = 0
    for mailbox in Mailbox.objects.select_for_update(skip_locked=True).order_by("pk"):
        late = Mailbox.objects.late(now=now).filter(pk=mailbox.pk).first()
        if late is None:
            if mailbox.alarmed_at is None:
                continue
            if mailbox.active:  # else somebody put it out of use, and knows
                _write("mailbox_again", mailbox, now=now)
            mailbox.alarmed_at = None
        elif mailbox.alarmed_at is None or mailbox.alarmed_at <= now - AGAIN_AFTER:
            _write("mailbox_late", late, now=now)
            mailbox.alarmed_at = now
        else:
            continue
        mailbox.save(update_fields=["alarmed_at"])
        told += 1
    return told


def _write(letter: str, mailbox: Mailbox, *, now: datetime) -> None:
    context = {"mailbox": mailbox, "url": settings.ORIGIN.url + reverse("mailboxes")}
    letters.write_each(letter, context, to=letters.administrators(), at=now)

"""One mail a person: what the escalation names them for, and what the bell has that they have not
seen.

Nobody gets another one within a quarter of an hour, unless something is Hoog.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import override

from support.mail import letters
from support.notifications import digest
from support.notifications.models import AlertNotice, Notification
from support.notifications.patience import mailed_lately
from tickets.models import Priority, User


def tell(*, now: datetime) -> int:
    """Mail what is due. Gives how many mails."""
    return sum(_write(email, now) for email in _waiting(now))


def due(now: datetime) -> list[QuerySet[Any]]:
    """Where neither finds something, nobody is mailed."""
    return [_due_notices(now), _due_rows(now)]


def _waiting(now: datetime) -> list[str]:
    """Who has something to hear now: something urgent, or no mail within the last quarter."""
    notices, rows = _due_notices(now), _due_rows(now)
    urgent = {
        *notices.filter(urgent=True).values_list("email", flat=True),
        *rows.filter(ticket__priority=Priority.HIGH).values_list("recipient__email", flat=True),
    }
    everybody = {
        *notices.values_list("email", flat=True),
        *rows.values_list("recipient__email", flat=True),
    }
    patient = everybody - urgent
    return sorted(everybody - (mailed_lately(patient, now=now) if patient else set()))


def _due_notices(now: datetime) -> QuerySet[AlertNotice]:
    """Who must hear of which alert by now."""
    return AlertNotice.objects.filter(mail=None, due_at__lte=now)


def _due_rows(now: datetime) -> QuerySet[Notification]:
    """What may be mailed by now: unseen, and of an alert only to whom its escalation did not tell
    of it, which is known once the alert was told.
    """
    escalated = AlertNotice.objects.filter(
        alert=OuterRef("alert"), email=OuterRef("recipient__email")
    )
    return Notification.objects.filter(
        Q(alert=None) | Q(alert__told_at__isnull=False) & ~Exists(escalated),
        mail=None,
        seen_at=None,
        mail_due_at__lte=now,
        recipient__is_active=True,
    )


@transaction.atomic
def _write(email: str, now: datetime) -> bool:
    """One mail with all that is due to a person; the rows and the mail change together."""
    notices, rows = _held_notices(email, now), _held_rows(email, now)
    if not notices and not rows:
        return False
    colleague = rows[0].recipient if rows else _colleague(email)
    alerts = [notice.alert for notice in notices]
    with override(notices[0].language if notices else rows[0].recipient.language):
        context = digest.of_alerts(alerts) if notices else digest.of_bell(rows)
        if notices and rows:
            context["bell"] = digest.of_bell(rows)
        mail = letters.write(
            "alerts" if notices else "notifications",
            context,
            to=email,
            at=now,
            ticket=digest.only_ticket([*alerts, *rows]),
            colleague=colleague,
        )
    AlertNotice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail=mail)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mail=mail)
    return True


def _held_notices(email: str, now: datetime) -> Sequence[AlertNotice]:
    due = _due_notices(now).filter(email=email).select_for_update(skip_locked=True, of=("self",))
    told = due.select_related("alert__ticket__organisation")
    return list(told.order_by("alert__due_at", "pk"))


def _held_rows(email: str, now: datetime) -> Sequence[Notification]:
    due = _due_rows(now).filter(recipient__email=email)
    told = due.select_for_update(skip_locked=True, of=("self",)).select_related(
        "ticket__organisation", "message__author", "event__actor", "alert", "recipient"
    )
    return list(told.order_by("ticket", "at", "pk"))


def _colleague(email: str) -> User | None:
    return User.objects.filter(email__iexact=email, is_active=True).first()

"""What a person must hear of and has not seen, in one mail, grouped by ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import override

from support.models import AlertNotice, Notification
from support.notices.alerts import LISTED, PATIENCE
from support.notices.post import post
from tickets.models import Priority, Ticket, User


def tell(*, now: datetime) -> int:
    """Mail what is due. Gives how many mails.

    Nobody gets another one within a quarter of an hour, unless something is Hoog.
    """
    return sum(_write(person, now) for person in _waiting(now))


def _due(now: datetime) -> QuerySet[Notification]:
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


def _waiting(now: datetime) -> list[User]:
    """Who has something to hear now."""
    due = _due(now)
    people = {*due.values_list("recipient", flat=True)}
    if not people:
        return []
    urgent = {*due.filter(ticket__priority=Priority.HIGH).values_list("recipient", flat=True)}
    mailed = Notification.objects.filter(recipient__in=people - urgent, mail__isnull=False)
    lately = mailed.order_by().values_list("recipient").annotate(Max("mail__created_at"))
    patient = {pk for pk, at in lately if at > now - PATIENCE}
    return list(User.objects.filter(pk__in=people - patient).order_by("pk"))


@transaction.atomic
def _write(person: User, now: datetime) -> bool:
    """One mail with all that is due to a person; the rows and the mail change together."""
    rows = list(
        _due(now)
        .filter(recipient=person)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("ticket__organisation", "message__author", "event__actor", "alert")
        .order_by("ticket", "at", "pk")
    )
    if not rows:
        return False
    tickets = _by_ticket(rows[:LISTED])
    with override(person.language):
        context = {
            "tickets": tickets,
            "count": len(rows),
            "more": max(0, len(rows) - LISTED),
            "first": rows[0],
            "url": settings.ORIGIN.url,
        }
        mail = post(
            to=person.email,
            subject=" ".join(render_to_string("mail/notifications.subject.txt", context).split()),
            text=render_to_string("mail/notifications.txt", context),
            html=render_to_string("mail/notifications.html", context),
            at=now,
            ticket=rows[0].ticket if len({row.ticket_id for row in rows}) == 1 else None,
            colleague=person,
        )
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mail=mail)
    return True


def _by_ticket(rows: Sequence[Notification]) -> list[tuple[Ticket, list[Notification]]]:
    """Rows that are in the order of their tickets, a group for each."""
    groups: dict[int, list[Notification]] = {}
    for row in rows:
        groups.setdefault(row.ticket_id, []).append(row)
    return [(group[0].ticket, group) for group in groups.values()]

"""Warnings, breaches and moved deadlines, told to whoever the escalation names, many in one mail.

An alert becomes one notice a person; a person gets what is due in one mail, and not another one
within a quarter of an hour unless something is Hoog. Who was told of what stays as rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils.translation import override

from sla.engine.agreement import Escalation, Recipient
from sla.engine.alarms import tell_at
from sla.models import Alert, Clock, Coverage
from sla.world import World, Worlds
from support.locking import current
from support.models import AlertNotice
from support.notices import letters
from support.notices.post import post
from tickets.models import Priority, Role, Ticket, User

BATCH = 1000
LISTED = 100  # a mail that lists more is read by nobody
PATIENCE = timedelta(minutes=15)

Reader = tuple[str, str]  # address and language


def tell(*, now: datetime) -> int:
    """Tell of alerts that nobody was told of and whose time has come. Gives how many."""
    told = 0
    while batch := _note_batch(now):
        told += batch
    for email in _waiting_readers(now):
        _write_digest(email, now)
    return told


@transaction.atomic
def _note_batch(now: datetime) -> int:
    """Note who must hear of some alerts, and tell customers whose promise got later."""
    untold = Alert.objects.filter(told_at=None, tell_at__lte=now).select_related(
        "ticket__assignee", "ticket__team", "ticket__organisation__fixed_contact"
    )
    alerts = list(untold.select_for_update(skip_locked=True, of=("self",)).order_by("at")[:BATCH])
    if not alerts:
        return 0
    worlds = _worlds_of({alert.ticket_id for alert in alerts})
    above = list(User.objects.filter(role__in=[Role.LEAD, Role.MANAGER, Role.ADMIN]))
    AlertNotice.objects.bulk_create(
        (
            AlertNotice(
                alert=alert,
                email=email,
                language=language,
                due_at=_due_at(alert, worlds.get(alert.ticket_id)),
                urgent=alert.ticket.priority == Priority.HIGH,
            )
            for alert in alerts
            for email, language in _who_hears(alert, worlds.get(alert.ticket_id), above)
        ),
        ignore_conflicts=True,
    )
    for alert in alerts:
        if _is_later(alert):
            letters.tell_moved(alert.ticket, alert, at=now)
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(told_at=now)
    return len(alerts)


def _worlds_of(tickets: Iterable[int]) -> dict[int, World]:
    """The world of the edition that each ticket is under."""
    worlds = Worlds()
    covered = Coverage.objects.filter(pk__in=list(tickets)).values_list("pk", "edition")
    return {pk: worlds.by_pk(edition) for pk, edition in covered}


def _due_at(alert: Alert, world: World | None) -> datetime:
    """When colleagues may be disturbed. Customers hear at once that a promise got later."""
    if alert.kind != Alert.Kind.MOVED or world is None:
        return alert.tell_at
    return tell_at(alert.at, world.hours(), alert.ticket.priority)


def _who_hears(alert: Alert, world: World | None, above: Sequence[User]) -> list[Reader]:
    """Whom the edition names for this alert; else who has the ticket, the team, the managers.

    above: all who lead or manage.
    """
    ticket = current(alert.ticket)  # who works on it now, if it was merged
    leads = [user for user in above if user.role == Role.LEAD and user.team_id is not None]
    readers = {
        Recipient.ASSIGNEE: _readers([ticket.assignee]),
        Recipient.TEAM: [(ticket.team.email, settings.LANGUAGE_CODE)] if ticket.team else [],
        Recipient.FIXED_CONTACT: _readers(
            [ticket.organisation.present_contact] if ticket.organisation else []
        ),
        Recipient.LEADS: _readers(user for user in leads if user.team_id == ticket.team_id),
        Recipient.MANAGERS: _readers(user for user in above if user.role != Role.LEAD),
    }
    steps = world.terms.escalation if world else ()
    named = [reader for recipient in _named(alert, steps) for reader in readers[recipient]]
    if named:
        return list(dict.fromkeys(named))
    order = (Recipient.ASSIGNEE, Recipient.TEAM, Recipient.MANAGERS)
    return next((readers[recipient] for recipient in order if readers[recipient]), [])


def _named(alert: Alert, steps: Sequence[Escalation]) -> Sequence[Recipient]:
    """The recipients of the last step that the alert has come to; none where there is no step."""
    share = alert.share if alert.kind == Alert.Kind.WARNING else 100
    if alert.kind in (Alert.Kind.MOVED, Alert.Kind.NO_RELEASE):
        return ()
    reached = [step for step in steps if (step.share, step.after) <= (share, alert.past)]
    return max(reached, key=lambda step: (step.share, step.after)).to if reached else ()


def _readers(people: Iterable[User | None]) -> list[Reader]:
    return [(user.email, user.language) for user in people if user and user.is_active]


def _is_later(alert: Alert) -> bool:
    """Was the customer promised something earlier than it is now?"""
    if alert.kind != Alert.Kind.MOVED or alert.due_before is None:
        return False
    clocks = Clock.objects.filter(ticket=alert.ticket_id, target_key=alert.target_key)
    if clocks.filter(binding=False).exists():
        return False
    return alert.due_at is None or alert.due_at > alert.due_before


def _waiting_readers(now: datetime) -> list[str]:
    """Who has something to hear now: something urgent, or no mail within the last quarter."""
    waiting = AlertNotice.objects.filter(mail=None, due_at__lte=now)
    urgent = set(waiting.filter(urgent=True).values_list("email", flat=True))
    emails = set(waiting.values_list("email", flat=True))
    written = AlertNotice.objects.filter(email__in=emails - urgent, mail__isnull=False)
    latest = written.values_list("email").annotate(Max("mail__created_at"))
    patient = {email for email, at in latest if at > now - PATIENCE}
    return sorted(emails - patient)


@transaction.atomic
def _write_digest(email: str, now: datetime) -> None:
    """One mail with all that is due to a person; notices and mail change together."""
    due = AlertNotice.objects.filter(mail=None, due_at__lte=now, email=email)
    notices = list(
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("alert__ticket__organisation")
        .order_by("alert__due_at", "pk")
    )
    if not notices:
        return
    alerts = [notice.alert for notice in notices]
    with override(notices[0].language):
        context = {
            "groups": _by_kind(alerts[:LISTED]),
            "count": len(alerts),
            "more": max(0, len(alerts) - LISTED),
            "first": alerts[0],
            "url": settings.ORIGIN.url,
        }
        mail = post(
            to=email,
            subject=" ".join(render_to_string("mail/alerts.subject.txt", context).split()),
            text=render_to_string("mail/alerts.txt", context),
            html=render_to_string("mail/alerts.html", context),
            at=now,
            ticket=_only_ticket(alerts),
            colleague=User.objects.filter(email__iexact=email, is_active=True).first(),
        )
    AlertNotice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail=mail)


def _by_kind(alerts: Sequence[Alert]) -> list[tuple[str, list[Alert]]]:
    """Missed ones first, then what is near, then what moved."""
    groups: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        groups[alert.kind].append(alert)
    order = (Alert.Kind.OVERDUE, Alert.Kind.BREACH, Alert.Kind.UNJUDGED, Alert.Kind.WARNING)
    kinds = [*order, *(kind for kind in Alert.Kind if kind not in order)]
    return [(str(kind.label), groups[kind]) for kind in kinds if groups[kind]]


def _only_ticket(alerts: Sequence[Alert]) -> Ticket | None:
    return alerts[0].ticket if len({alert.ticket_id for alert in alerts}) == 1 else None

"""Warnings, breaches and moved deadlines, for whoever the escalation names.

An alert becomes one notice a person, which goes into their one mail. Who was told of what stays as
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from sla.engine.agreement import Escalation, Recipient
from sla.engine.alarms import tell_at
from sla.models import Alert, Clock, Coverage
from sla.world import World, Worlds
from support.notifications import mailing
from support.notifications.models import AlertNotice
from tickets.lifecycle import current
from tickets.models import Priority, Role, User

BATCH = 1000
Reader = tuple[str, str]  # address and language


Later = Callable[..., object]
"""Tells the customer that a promise got later: as `support.desk.letters.tell_moved` is called."""


def tell(*, now: datetime, later: Later) -> int:
    """Tell of alerts that nobody was told of and whose time has come. Gives how many."""
    told = 0
    while batch := _note_batch(now, later):
        told += batch
    mailing.tell(now=now)
    return told


def due(now: datetime) -> list[QuerySet[Any]]:
    """Where none of this finds something, there is nothing to tell."""
    return [_untold(now), *mailing.due(now)]


def _untold(now: datetime) -> QuerySet[Alert]:
    return Alert.objects.standing().filter(told_at=None, tell_at__lte=now)


@transaction.atomic
def _note_batch(now: datetime, later: Later) -> int:
    """Note who must hear of some alerts, and tell customers whose promise got later."""
    untold = _untold(now).select_related(
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
            later(alert.ticket, alert, at=now)
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
    if alert.kind == Alert.Kind.TAKEN_BACK:
        return _who_heard(alert)
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


def _who_heard(alert: Alert) -> list[Reader]:
    """Who got a mail of what is taken back now; what waits to be mailed is not any more."""
    early = AlertNotice.objects.filter(alert__in=Alert.objects.taken_back_by(alert))
    early.filter(mail=None).delete()
    return list(early.values_list("email", "language").distinct())


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

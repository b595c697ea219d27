"""Warnings and breaches, mailed to whoever must act: the assignee, else the team, else managers."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from sla.models import Alert
from support.notices.post import post
from tickets.models import Role, Ticket, User

BATCH = 1000


def tell(*, now: datetime) -> int:
    """Write mail about alerts nobody was told of; one mail a person, however many there are.

    Alert and mail change in one transaction, so each is told once whatever is killed.
    """
    told = 0
    while batch := _tell_batch(now):
        told += batch
    return told


@transaction.atomic
def _tell_batch(now: datetime) -> int:
    untold = Alert.objects.filter(told_at=None).select_related(
        "ticket__assignee", "ticket__team", "ticket__organisation"
    )
    alerts = list(untold.select_for_update(skip_locked=True, of=("self",)).order_by("at")[:BATCH])
    letters: dict[tuple[str, str], list[Alert]] = defaultdict(list)
    for alert in alerts:
        for recipient in _recipients(alert.ticket):
            letters[recipient].append(alert)
    for (email, language), about in letters.items():
        with override(language):
            _write(email, about, now)
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(told_at=now)
    return len(alerts)


def _recipients(ticket: Ticket) -> list[tuple[str, str]]:
    """Addresses and their languages."""
    if ticket.assignee is not None and ticket.assignee.is_active:
        return [(ticket.assignee.email, ticket.assignee.language)]
    if ticket.team is not None:
        return [(ticket.team.email, settings.LANGUAGE_CODE)]
    managers = User.objects.filter(role__in=[Role.MANAGER, Role.ADMIN], is_active=True)
    return [(manager.email, manager.language) for manager in managers]


def _write(email: str, alerts: list[Alert], now: datetime) -> None:
    context = {"alerts": alerts, "first": alerts[0], "url": settings.ORIGIN.url}
    subject = " ".join(render_to_string("mail/alerts.subject.txt", context).split())
    post(
        to=email,
        subject=subject,
        text=render_to_string("mail/alerts.txt", context),
        html=render_to_string("mail/alerts.html", context),
        at=now,
        ticket=alerts[0].ticket if len(alerts) == 1 else None,
    )

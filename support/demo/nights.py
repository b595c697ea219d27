"""The demonstration's house that never closes: something is due today, whatever the day or hour."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sla import agreements
from sla.contracts import contract
from sla.models import Contract
from support import desk
from support.desk.conversation import Words
from support.who import Reporter
from tickets.models import (
    Channel,
    Contact,
    ContactAddress,
    EmailDomain,
    Kind,
    Organisation,
    Priority,
    User,
)

ZONE = ZoneInfo("Europe/Amsterdam")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OWED = timedelta(hours=4)
"""In which a report must be answered; what presses is due within half of it, still today."""


def build(*, agent: User, since: date, now: datetime) -> None:
    """A care home under an agreement of its own, with a report that must be answered today."""
    edition = agreements.load(_terms(), in_force_on=since)
    home = Organisation.objects.create(name="Zorghuis De Linde", fixed_contact=agent)
    EmailDomain.objects.create(organisation=home, domain="delinde.example")
    Contract.objects.create(organisation=home, agreement=edition.agreement)
    yusuf = Contact.objects.create(organisation=home, name="Yusuf Demir", may_phone=True)
    ContactAddress.objects.create(contact=yusuf, email="yusuf@delinde.example")
    today = now.astimezone(ZONE)
    midnight = (today + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    due = min(now + OWED / 2, midnight - timedelta(minutes=1))
    ticket = desk.open_ticket(
        Reporter(contact=yusuf, proved=True),
        Words(text="De oproepen van kamer 4 komen niet door. Bellen met de kamer lukt wel."),
        subject="Oproepsysteem meldt niets",
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        priority=Priority.MEDIUM,
        at=min(due - OWED, now),
    )
    desk.assign(ticket, assignee=agent, team=agent.team, actor=agent, at=ticket.reported_at)


def _terms() -> dict[str, object]:
    """Hosting's terms at all hours: around the clock, no day closed."""
    data = deepcopy(contract("diploc"))
    week = {day: [["00:00", "24:00"]] for day in DAYS}
    data["calendar"] |= {"name": "Dag en nacht", "country": "", "week": week}
    for target in data["targets"]:
        target["words"] = {
            "nl": "Binnen 4 uur, dag en nacht",
            "en": "Within 4 hours, day and night",
        }
    return data | {"key": "dag-en-nacht", "name": "Dag en nacht", "readings": {}}

"""The people and agreements that tests are about."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from sla import agreements
from sla.contracts import contract
from sla.models import Agreement, Contract, Release
from support import desk
from support.desk.conversation import Words
from support.who import Reporter
from tests import databases
from tickets.models import (
    Brand,
    BrandFace,
    Channel,
    Contact,
    ContactAddress,
    ContactNumber,
    Kind,
    Organisation,
    Role,
    Team,
    Ticket,
    User,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    """A moment on the Amsterdam clock, such as "2026-05-22 16:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


def words(text: str = "Het werkt niet.") -> Words:
    """Something said."""
    return Words(text=text)


def agent(name: str = "Alice", role: str = Role.AGENT) -> User:
    """Somebody who works here."""
    team, _ = Team.objects.get_or_create(name="Support", defaults={"email": "team@desk.example"})
    return User.objects.create_user(f"{name.lower()}@desk.example", name=name, role=role, team=team)


def agreement(key: str = "dialog") -> Agreement:
    """A built-in agreement, in force since 2020."""
    found = Agreement.objects.filter(key=key).first() or databases.lay(key)
    return found or agreements.load(contract(key), in_force_on=databases.SINCE).agreement


def organisation(name: str = "School", key: str = "dialog") -> Organisation:
    """A customer under an agreement."""
    customer = Organisation.objects.create(name=name)
    Contract.objects.create(organisation=customer, agreement=agreement(key))
    return customer


def contact(customer: Organisation, name: str = "Carla", *, may_phone: bool = True) -> Contact:
    """A person at a customer, with an address and a number."""
    person = Contact.objects.create(organisation=customer, name=name, may_phone=may_phone)
    domain = customer.name.lower().replace(" ", "")
    ContactAddress.objects.create(contact=person, email=f"{name.lower()}@{domain}.example")
    ContactNumber.objects.create(contact=person, number=f"030 760 {person.pk:04d}")
    return person


def reporter(person: Contact) -> Reporter:
    """A contact who reports."""
    return Reporter(contact=person)


def releases(*moments: str, key: str = "dialog") -> list[Release]:
    """Planned releases, known for long."""
    return [
        Release.objects.create(
            agreement=agreement(key),
            name=f"Release {number}",
            planned_at=at(moment),
            known_from=at("2020-01-01 00:00"),
        )
        for number, moment in enumerate(moments, start=1)
    ]


def setting(person: Contact, *, when: datetime) -> Ticket:
    """A request that only support can do, from the web: one werkdag for the reaction."""
    return desk.open_ticket(
        reporter(person),
        words(),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.WEB,
        at=when,
    )


def brand(name: str = "Diploc", *customers: Organisation, **looks: Any) -> Brand:
    """A provider whom these customers meet."""
    made = Brand.objects.create(name=name)
    face = {"name": name, "colour": "#0f6b5c", "at": at("2020-01-01 00:00")} | looks
    made.shown = BrandFace.objects.create(brand=made, number=1, **face)
    made.save()
    for customer in customers:
        customer.brand = made
        customer.save()
    return made


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), **how: Any) -> bytes:
    """A picture as a file."""
    kept = BytesIO()
    mode = "RGB" if kind == "JPEG" else "RGBA"
    Image.new(mode, size, "#7a1f5c").save(kept, kind, **how)
    return kept.getvalue()

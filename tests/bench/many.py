"""Much at once: a verb on two hundred tickets, ten thousand contacts from a file, a hundred words.

Through the pages that people use, in one process; each beside the same rows written bare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from time import perf_counter

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.processes import keep_what_is_read
from support import desk
from tests import people
from tests.bench import house
from tests.bench.measuring import Row
from tickets.models import Contact, ContactAddress, EventKind, Ticket, TicketEvent, User

TICKETS = 200
CONTACTS = 10_000
FEW, MANY = 10, 100
ROUNDS = 5


def run() -> list[Row]:
    """All of them."""
    with house.standing():
        keep_what_is_read()
        boss = people.agent("Bas", role="manager")
        carla = people.contact(people.organisation())
        client = Client(headers={"host": "localhost"})
        client.force_login(boss)
        return [_bulk(client, boss, carla), _contacts(client), *_conversations(client, boss, carla)]


@contextmanager
def _taking(seconds: list[float]) -> Iterator[None]:
    began = perf_counter()
    yield
    seconds.append(perf_counter() - began)


def _bulk(client: Client, boss: User, carla: Contact) -> Row:
    """Assigned by the queue's bar, with their clocks read anew; beside so many events written."""
    tickets = [people.setting(carla, when=timezone.now()) for _ in range(TICKETS)]
    numbers = [ticket.pk for ticket in tickets]
    taken: list[float] = []
    bare: list[float] = []
    for priority in ("hoog", "laag", "middel"):
        verb = {"verb": "prioritise", "sure": 1, "priority": priority, "reason": "Examens"}
        with _taking(taken):
            answer = client.post(reverse("bulk"), {"tickets": numbers} | verb)
        if answer.status_code != 302:
            raise AssertionError(f"answered {answer.status_code}: the figure would mean nothing")
        with _taking(bare), transaction.atomic():
            for number in numbers:
                event = TicketEvent(
                    ticket_id=number,
                    version=999,
                    at=timezone.now(),
                    kind=EventKind.ASSIGNED,
                    actor=boss,
                )
                event.save(force_insert=True)
            transaction.set_rollback(True)
    done = set(Ticket.objects.filter(pk__in=numbers).values_list("priority", flat=True))
    if done != {"middel"}:
        raise AssertionError(f"{done}: the figure would mean nothing")
    what = f"a verb on {TICKETS} tickets"
    return Row(what, median(taken), "s", "as many bare events", median(bare), "≤ 2")


def _contacts(client: Client) -> Row:
    """Shown line by line and then brought in; beside the same rows by bulk_create."""
    organisation = people.organisation("Gemeente")
    lines = ["Organisatie;Naam;E-mail"]
    lines += [f"Gemeente;Persoon {n};persoon{n}@gemeente.example" for n in range(CONTACTS)]
    file = SimpleUploadedFile("klanten.csv", "\n".join(lines).encode())
    taken: list[float] = []
    with _taking(taken):
        preview = client.post(reverse("customers-exchange"), {"file": file})
        sealed = re.search(r'name="rows" value="([^"]+)"', preview.content.decode())
        if sealed is None:
            raise AssertionError("nothing to bring in: the figure would mean nothing")
        client.post(reverse("customers-exchange"), {"rows": sealed[1]})
    known = Contact.objects.filter(organisation=organisation).count()
    if known != CONTACTS:
        raise AssertionError(f"{known} came in: the figure would mean nothing")
    bare: list[float] = []
    with _taking(bare), transaction.atomic():
        rows = [Contact(organisation=organisation, name=f"P {n}") for n in range(CONTACTS)]
        Contact.objects.bulk_create(rows)
        ContactAddress.objects.bulk_create(
            ContactAddress(contact=row, email=f"p{n}@gemeente.example")
            for n, row in enumerate(rows)
        )
        transaction.set_rollback(True)
    what = f"{CONTACTS:,} contacts from a file"
    return Row(what, taken[0], "s", "the same rows, bare", bare[0], "≤ 20")


def _conversations(client: Client, boss: User, carla: Contact) -> Iterator[Row]:
    """A ticket's page with much said on it, beside one with little."""
    pages = {count: _talked(boss, carla, count) for count in (FEW, MANY)}
    costs: dict[int, list[float]] = {count: [] for count in pages}
    for _round in range(ROUNDS):
        for count, page in pages.items():
            with _taking(costs[count]):
                answer = client.get(page)
            if answer.status_code != 200:
                raise AssertionError("the figure would mean nothing")
    few, many = (median(costs[count]) * 1000 for count in (FEW, MANY))
    yield Row(f"a ticket with {MANY} messages", many, "ms", f"with {FEW}", few, "≤ twice")


def _talked(boss: User, carla: Contact, count: int) -> str:
    begun = timezone.now() - timedelta(days=2)
    ticket = people.setting(carla, when=begun)
    for number in range(count - 1):
        at = begun + timedelta(minutes=number + 1)
        desk.reply(ticket, people.words(f"Antwoord {number}. " * 20), actor=boss, at=at)
    return reverse("ticket", args=[ticket.reference])

"""A database for the benches: servers of their own, filled with many copies of a few tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model

from sla.models import Clock, Coverage
from tests.servers import Servers
from tickets.models import Ticket, TicketEvent

BATCH = 1000
M = TypeVar("M", bound=Model)


@contextmanager
def standing() -> Iterator[None]:
    """Both servers started and migrated, and gone afterwards."""
    servers = Servers()
    try:
        servers.start()
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        servers.stop()


@transaction.atomic
def copy(tickets: Sequence[Ticket], times: int) -> None:
    """Copies of tickets with their histories, coverage and clocks."""
    for original in tickets:
        events = list(TicketEvent.objects.filter(ticket=original))
        clocks = list(Clock.objects.filter(ticket=original))
        coverage = Coverage.objects.get(ticket=original)
        for first in range(0, times, BATCH):
            count = min(BATCH, times - first)
            copies = Ticket.objects.bulk_create([_again(original) for _ in range(count)])
            TicketEvent.objects.bulk_create(
                [_again(event, ticket=one) for one in copies for event in events], BATCH
            )
            Clock.objects.bulk_create(
                [_again(clock, ticket=one) for one in copies for clock in clocks], BATCH
            )
            Coverage.objects.bulk_create([_again(coverage, ticket=one) for one in copies], BATCH)


def analyse() -> None:
    """Let the planner know what there is now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _again(row: M, **changes: object) -> M:
    """The same row once more, not yet saved."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in changes
    }
    return type(row)(**values, **changes)

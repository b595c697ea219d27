"""The clocks as rows: proving them again, and sweeping up what fell due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from statistics import median
from time import perf_counter

from django.core.management import call_command
from django.db import transaction

from sla.audit import differences
from sla.models import Alert, Calendar, Clock
from sla.sweep import sweep
from support import desk
from tests import people
from tests.bench import house
from tests.bench.measuring import Row
from tests.people import at, words
from tickets.models import Channel, Kind, Ticket, TicketEvent

SECOND = timedelta(seconds=1)
PROVED = 20_000
FALLING_DUE = 10_000
ROUNDS = 3


def run() -> list[Row]:
    """All of them, on a database of their own."""
    with house.standing():
        people.releases("2026-05-20 07:00", "2026-06-10 07:00")
        for key in ("dialog", "diploc"):
            people.agreement(key)
        Calendar.objects.update(changed_at=at("2020-01-01 00:00"))  # known for long
        return [*_proof(), *_sweeps()]


def _proof() -> list[Row]:
    """Every clock derived again, beside reading the same histories and doing nothing with them."""
    alice, carla = people.agent(), people.contact(people.organisation())
    for number in range(10):
        ticket = desk.open_ticket(
            people.reporter(carla),
            words(),
            subject=f"Storing {number}",
            kind=Kind.INCIDENT,
            channel=Channel.PHONE,
            priority=("hoog", "middel", "laag")[number % 3],
            answered=number % 2 == 0,
            actor=alice,
            at=at("2026-05-18 10:00"),
        )
        desk.reply(ticket, words(), actor=alice, at=at("2026-05-18 11:00"))
        if number % 2:
            desk.hold(ticket, words(), actor=alice, at=at("2026-05-18 12:00"))
        if number % 3:
            desk.resolve(ticket, words(), actor=alice, at=at("2026-05-19 09:30"))
    house.copy(list(Ticket.objects.all()), PROVED // 10 - 1)
    house.analyse()
    now = at("2026-06-15 12:00")
    sweep(now=now)
    count = Ticket.objects.count()

    def prove() -> None:
        found = sum(1 for _ in differences(now=now))
        if found:
            raise AssertionError(f"{found} differences: the figure would mean nothing")

    def read() -> None:
        list(TicketEvent.objects.order_by("ticket", "version"))
        list(Clock.objects.all())

    def command() -> None:
        call_command("sla_audit", stderr=StringIO())  # exits if anything differs

    proving, together, reading = _in_turns(prove, command, read)
    what = f"sla_audit, {count:,} tickets"
    beside = count / reading
    return [
        Row(f"{what}, one process", count / proving, "/s", "reading the rows", beside),
        Row(f"{what}, a process a core", count / together, "/s", "", None, "≥ 5,000"),
    ]


def _sweeps() -> list[Row]:
    """Clocks that all fall due in one second, beside inserting as many alerts and nothing else."""
    dirk = people.contact(people.organisation("Webwinkel", "diploc"), "Dirk")
    request = desk.open_ticket(
        people.reporter(dirk),
        words(),
        subject="Schijf",
        kind=Kind.SUPPORT,
        channel=Channel.EMAIL,
        at=at("2026-06-16 10:00"),
    )
    house.copy([request], FALLING_DUE - 1)
    house.analyse()
    due = Clock.objects.get(ticket=request).due_at
    assert due is not None
    sweep(now=due - SECOND)  # the warnings

    def record() -> None:
        sweep(now=due + SECOND)
        recorded = Alert.objects.filter(kind=Alert.Kind.BREACH, at=due).count()
        if recorded != FALLING_DUE:
            raise AssertionError(f"{recorded} breaches instead of {FALLING_DUE}")

    def insert() -> None:
        alerts = [_alert(clock, due) for clock in Clock.objects.filter(due_at=due)]
        Alert.objects.bulk_create(alerts)

    recording, inserting = _in_turns(_undone(record), _undone(insert))
    record()
    idle, _ = _in_turns(lambda: sweep(now=due + 2 * SECOND), lambda: None, rounds=50)
    open_clocks = Clock.objects.filter(met_at=None).count()
    what = f"sweep, {FALLING_DUE:,} clocks due at once"
    return [
        Row(what, recording, "s", "inserting the alerts", inserting, "≤ 5"),
        Row(f"idle sweep, {open_clocks:,} clocks open", idle * 1000, "ms", bar="≤ 5"),
    ]


def _alert(clock: Clock, moment: datetime) -> Alert:
    return Alert(
        ticket_id=clock.ticket_id,
        target_key=clock.target_key,
        promise=clock.promise,
        clause=clock.clause,
        kind=Alert.Kind.BREACH,
        started_at=clock.started_at,
        due_at=clock.due_at,
        at=moment,
        noticed_at=moment,
        tell_at=moment,
    )


def _undone(work: Callable[[], None]) -> Callable[[], None]:
    """The work, rolled back, so that it can be done again."""

    def again() -> None:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return again


def _in_turns(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The median of the seconds that each takes."""
    took: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, took, strict=True):
            began = perf_counter()
            work()
            found.append(perf_counter() - began)
    return [median(found) for found in took]

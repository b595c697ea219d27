"""Whatever happens, in whatever order: the rows are what the histories say (READINGS §2: 9, 10)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sla import agreements, changes, projection
from sla.audit import differences
from sla.contracts import contract
from sla.models import Calendar, CalendarDay, Clock, Contract, Coverage, Edition, Release
from sla.sweep import sweep
from support import desk
from support.desk import customer_side, gathering, putting_right
from support.desk.answers import DeskError
from support.who import Reporter
from tests import people
from tests.people import at, words
from tickets.lifecycle import current
from tickets.models import Channel, Kind, Organisation, Priority, Ticket

STEPS = [timedelta(0), timedelta(minutes=40), timedelta(hours=5), timedelta(days=2)]
MOMENT = timedelta(seconds=1)
FACTS = ("ticket", "target_key", "turn", "state", "binding", "started_at", "due_at", "met_at")
Facts = dict[tuple[Any, ...], tuple[Any, ...]]


def rows() -> Facts:
    """Clocks by ticket, target and turn, with what is promised and how it stands."""
    return {clock[:3]: clock[3:] for clock in Clock.objects.values_list(*FACTS)}


def of_others(*tickets: Ticket) -> Facts:
    """The clocks of all tickets but some, and but those merged into them."""
    numbers = {ticket.pk for ticket in tickets}
    carried = Clock.objects.filter(carried_by__in=numbers).values_list("ticket", flat=True)
    return {key: value for key, value in rows().items() if key[0] not in {*numbers, *carried}}


class Desk(RuleBasedStateMachine):
    """Some tickets under Dialog, with next responses, and a world that changes under them."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = at("2026-05-15 08:30")
        self.tickets: list[Ticket] = []
        self.numbers = count(1)

    @initialize()
    def begin(self) -> None:
        """One organisation, two agreements it may stand under, releases, people."""
        self.editions = [_edition("first", 8), _edition("second", 12)]
        customer = Organisation.objects.create(name="School")
        Contract.objects.create(organisation=customer, agreement=self.editions[0].agreement)
        self.carla = people.contact(customer)
        self.bas = people.contact(customer, "Bas", may_phone=False)
        self.alice = people.agent()
        for day in ("2026-05-27 06:00", "2026-06-17 06:00"):
            self._release(at(day))

    def teardown(self) -> None:
        """Read step by step or at once, it is the same; then nothing of it ever was."""
        try:
            if self.tickets:
                sweep(now=self.now)
                step_by_step = rows()
                Clock.objects.all().delete()
                for ticket in self.tickets:
                    projection.refresh(Ticket.objects.get(pk=ticket.pk), now=self.now)
                assert rows() == step_by_step
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @precondition(lambda self: len(self.tickets) < 3)
    @rule(
        kind=st.sampled_from(Kind.values),
        priority=st.sampled_from(["", *Priority.values]),
        channel=st.sampled_from([Channel.PHONE, Channel.EMAIL]),
        answered=st.booleans(),
        who=st.sampled_from(["may phone", "may not phone", "unknown"]),
    )
    def report(self, kind: str, priority: str, channel: str, answered: bool, who: str) -> None:
        """A report touches no other ticket."""
        before = rows()
        contact = {"may phone": self.carla, "may not phone": self.bas}.get(who)
        ticket = desk.open_ticket(
            people.reporter(contact) if contact else Reporter(name="Onbekend", email="x@y.example"),
            words(),
            subject="Storing",
            kind=kind,
            priority=priority,
            channel=channel,
            answered=answered,
            at=self.now,
        )
        assert of_others(ticket) == before
        self.tickets.append(ticket)

    @rule(
        which=st.integers(0, 2),
        verb=st.sampled_from(
            ["reply", "customer", "note", "hold", "resume", "resolve", "reopen", "decline", "close"]
        ),
    )
    def happen(self, which: int, verb: str) -> None:
        """One of the desk's verbs."""
        alice, now = self.alice, self.now
        verbs: dict[str, Callable[[Ticket], object]] = {
            "reply": lambda it: desk.reply(it, words(), actor=alice, at=now),
            "customer": lambda it: customer_side.writes(
                it, people.reporter(self.carla), words(), channel=Channel.EMAIL, at=now
            ),
            "note": lambda it: desk.note(it, words(), actor=alice, at=now),
            "hold": lambda it: desk.hold(it, words(), actor=alice, at=now),
            "resume": lambda it: desk.resume(it, actor=alice, at=now),
            "resolve": lambda it: desk.resolve(it, words(), actor=alice, at=now),
            "reopen": lambda it: desk.reopen(it, reason="Toch niet", actor=alice, at=now),
            "decline": lambda it: desk.decline(it, words(), actor=alice, at=now),
            "close": lambda it: desk.close(it, actor=alice, at=now),
        }
        self._touch(which, verbs[verb])

    @rule(which=st.integers(0, 2), priority=st.sampled_from(Priority.values))
    def prioritise(self, which: int, priority: str) -> None:
        """4.G."""
        reason = "Blijkt zo"
        self._touch(
            which,
            lambda it: desk.prioritise(
                it, priority=priority, reason=reason, actor=self.alice, at=self.now
            ),
        )

    @rule(which=st.integers(0, 2), kind=st.sampled_from(Kind.values))
    def classify(self, which: int, kind: str) -> None:
        """It was something else."""
        self._touch(which, lambda it: desk.classify(it, kind=kind, actor=self.alice, at=self.now))

    @rule(which=st.integers(0, 2), may_phone=st.booleans(), answered=st.booleans())
    def call(self, which: int, may_phone: bool, answered: bool) -> None:
        """Somebody phones about it."""
        caller = self.carla if may_phone else self.bas
        self._touch(
            which,
            lambda it: desk.log_call(
                it, words(), actor=self.alice, contact=caller, answered=answered, at=self.now
            ),
        )

    @rule(which=st.integers(0, 2), may_phone=st.booleans())
    def identify(self, which: int, may_phone: bool) -> None:
        """It turns out who reported it."""
        person = self.carla if may_phone else self.bas
        self._touch(
            which,
            lambda it: putting_right.identify(it, contact=person, actor=self.alice, at=self.now),
        )

    @rule(which=st.integers(0, 2), into=st.integers(0, 2))
    def merge(self, which: int, into: int) -> None:
        """Two reports of the same; what was promised on the first stands."""
        assume(max(which, into) < len(self.tickets))
        one, other = self.tickets[which], self.tickets[into]
        promised = {key: value for key, value in rows().items() if key[0] == one.pk}
        others = of_others(one, other)
        try:
            with transaction.atomic():
                gathering.merge(one, into=other, actor=self.alice, at=self.now)
        except DeskError:
            return
        assert of_others(one, other) == others
        standing = {key for key, value in promised.items() if value[0] != "cancelled"}
        assert standing <= {key for key, value in rows().items() if value[0] != "cancelled"}

    @rule(step=st.sampled_from(STEPS))
    def wait(self, step: timedelta) -> None:
        """Time passes."""
        self.now += step
        sweep(now=self.now)

    @rule(after=st.integers(1, 12))
    def close_a_day(self, after: int) -> None:
        """A coming day is closed."""
        day = (self.now + timedelta(days=after)).date()
        calendar = Calendar.objects.get()
        taken = CalendarDay.objects.filter(calendar=calendar, day=day, withdrawn_at=None)
        assume(not taken.exists())
        new = CalendarDay(calendar=calendar, day=day, name="Studiedag")
        self._world(lambda: changes.add_day(new, now=self.now))

    @rule()
    def open_it_after_all(self) -> None:
        """A coming closed day is withdrawn."""
        later = self.now.date() + timedelta(days=1)
        coming = CalendarDay.objects.filter(day__gte=later, withdrawn_at=None, name="Studiedag")
        assume((day := coming.first()) is not None)
        if day is not None:
            self._world(lambda: changes.withdraw_day(day, now=self.now))

    @rule(after=st.integers(1, 30), what=st.sampled_from(["plan", "move", "skip"]))
    def change_releases(self, after: int, what: str) -> None:
        """A release is planned, moved or skipped."""
        to = self.now + timedelta(days=after, minutes=7)
        assume(not Release.objects.filter(planned_at=to).exists())
        if what == "plan":
            self._world(lambda: self._release(to))
            return
        coming = Release.objects.filter(planned_at__gt=self.now, skipped_at=None).first()
        assume(coming is not None)
        if coming is not None and what == "skip":
            self._world(lambda: changes.skip_release(coming, now=self.now))
        elif coming is not None:
            self._world(lambda: changes.move_release(coming, to=to, now=self.now))

    @rule(which=st.integers(0, 2), edition=st.integers(0, 1))
    def correct(self, which: int, edition: int) -> None:
        """A ticket was put under the wrong edition."""
        assume(which < len(self.tickets))
        ticket, to = self.tickets[which], self.editions[edition]
        covered = Coverage.objects.filter(ticket=ticket).exclude(edition=to)
        assume(covered.exists())
        self._world(
            lambda: changes.correct_edition(
                ticket, to, why="Verkeerd", actor=self.alice, now=self.now
            )
        )

    @rule(waived=st.booleans())
    def waive(self, waived: bool) -> None:
        """The phone rule is waived, or not after all."""
        agreed = Contract.objects.get()
        agreed.waived_from = at("2026-05-01 00:00").date() if waived else None
        agreed.waiver_reason = "Mail van Jan"
        agreed.save()
        self._world(lambda: changes.follow_waiver(agreed, actor=self.alice, now=self.now))

    @invariant()
    def the_audit_finds_nothing(self) -> None:
        """Except what waits to be read again."""
        if self.tickets and not Coverage.objects.filter(stale_since__isnull=False).exists():
            assert list(differences(now=self.now)) == []

    def _release(self, planned_at: datetime) -> None:
        for edition in self.editions:
            name = f"Release {next(self.numbers)}"
            release = Release(agreement=edition.agreement, name=name, planned_at=planned_at)
            changes.plan_release(release, now=self.now)

    def _touch(self, which: int, verb: Callable[[Ticket], object]) -> None:
        """A verb on one ticket leaves the clocks of the others alone."""
        assume(which < len(self.tickets))
        ticket = self.tickets[which]
        goes_on = current(Ticket.objects.get(pk=ticket.pk))
        others = of_others(ticket, goes_on)
        try:
            with transaction.atomic():
                verb(ticket)
        except DeskError:
            return
        assert of_others(ticket, goes_on) == others

    def _world(self, change: Callable[[], object]) -> None:
        """A change of the world moves nothing that had stopped.

        It has a moment of its own: whether a stop in the same microsecond came before it, no
        history says.
        """
        self.now += MOMENT
        sweep(now=self.now)
        done = {key: value for key, value in rows().items() if value[0] == "cancelled" or value[-1]}
        change()
        sweep(now=self.now)
        after = rows()
        assert {key: after.get(key) for key in done} == done
        self.now += MOMENT


def _edition(key: str, hours: int) -> Edition:
    terms = deepcopy(contract("dialog")) | {"key": key}
    for target in terms["targets"]:
        if target.get("hours"):
            target["hours"] = hours
    terms["targets"].append(
        {
            "key": "next-response",
            "promise": "next_response",
            "clause": "7.A",
            "ticket_kinds": ["incident", "question"],
            "hours": hours / 2,
        }
    )
    return agreements.load(terms, in_force_on=at("2020-01-01 00:00").date())


@pytest.mark.long
@pytest.mark.django_db
def test_whatever_happens_the_rows_are_what_the_histories_say() -> None:
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

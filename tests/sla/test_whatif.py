"""What-if: the same terms change nothing, other terms exactly what they say; no row moves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from sla import changes, editions, whatif
from sla.agreements import target_data
from sla.models import (
    Alert,
    CalendarDay,
    Clock,
    Contract,
    Coverage,
    CoverageChange,
    Edition,
)
from sla.reporting import OUTCOME, OUTCOMES
from sla.whatif import Sample, WhatIfAnswer
from sla.world import Worlds
from support import desk
from tests import people, worlds
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Organisation, Ticket, User

pytestmark = pytest.mark.django_db

NOW = at("2026-05-27 14:00")
SPRING = Sample(date(2026, 3, 1), date(2026, 5, 31))


def answer(
    scope: Sample = SPRING,
    *,
    edition: Edition | None = None,
    edits: Mapping[str, Mapping[str, Any]] | None = None,
    waived: bool = False,
    now: datetime = NOW,
) -> WhatIfAnswer:
    edition = edition or Edition.objects.get(agreement__key="dialog", number=1)
    targets = [
        {**target_data(target), **(edits or {}).get(target.key, {})}
        for target in edition.targets.all()
    ]
    other = whatif.otherwise(edition, targets, waived=waived)
    found, extent, after = WhatIfAnswer(), scope.extent(), 0
    worlds = Worlds()
    while True:
        count, after = whatif.judge(
            scope, other, worlds, found, after=after, up_to=extent.last, now=now
        )
        if not count:
            return found


def report(
    contact: Contact,
    priority: str,
    reported: str,
    *,
    channel: Channel = Channel.PHONE,
    answered: str = "",
    solved: str = "",
) -> Ticket:
    """An incident; a call is answered at once."""
    alice = User.objects.filter(name="Alice").first() or people.agent()
    ticket = desk.open_ticket(
        people.reporter(contact),
        words(),
        subject=f"Storing {reported}",
        kind=Kind.INCIDENT,
        priority=priority,
        channel=channel,
        answered=channel is Channel.PHONE,
        actor=alice if channel is Channel.PHONE else None,
        at=at(reported),
    )
    if answered:
        desk.reply(ticket, words(), actor=alice, at=at(answered))
    if solved:
        desk.resolve(ticket, words(), actor=alice, at=at(solved))
    return ticket


def changed(found: WhatIfAnswer) -> list[tuple[int, str, str, str]]:
    return [(one["ticket"], one["before"], one["after"], one["why"]) for one in found.changes]


def test_the_same_terms_change_nothing_and_count_as_the_report_does() -> None:
    worlds.lay_demonstration_of(NOW)
    for agreement in ("dialog", "diploc"):
        edition = Edition.objects.get(agreement__key=agreement, number=1)
        scope = Sample(date(2020, 1, 1), NOW.date(), agreement=edition.agreement_id)
        found = answer(scope, edition=edition)
        clocks = Clock.objects.filter(ticket__coverage__edition=edition)
        rows = list(clocks.annotate(outcome=OUTCOME).exclude(outcome="").values_list("outcome"))
        counted = {outcome: rows.count((outcome,)) for outcome in OUTCOMES}
        assert len(rows) >= 2
        for side in ("before", "after"):
            assert counted == {
                outcome: sum(sides[side][outcome] for sides in found.counts.values())
                for outcome in OUTCOMES
            }
        assert (found.changed, found.moved, found.tickets, found.unreadable) == (0, 0, 0, 0)


def test_half_the_solution_time_breaches_exactly_what_was_solved_in_the_other_half() -> None:
    carla = people.contact(people.organisation())
    # From Monday 09:00 eight working hours last until 17:00, four until 13:00.
    ends = ("12:59", "13:00", "13:01", "16:30", "17:00", "17:30")
    tickets = [
        report(carla, "hoog", "2026-05-18 09:00", solved=f"2026-05-18 {end}") for end in ends
    ]
    found = answer(edits={"resolution-hoog": {"hours": 4}})
    assert changed(found) == [(one.pk, "kept", "breached", "earlier") for one in tickets[2:5]]
    assert (found.ways, found.tickets, found.moved) == ({"kept|breached": 3}, 3, 3)
    assert found.counts["resolution|hoog|"] == {
        "before": {"kept": 5, "breached": 1, "not_binding": 0, "running": 0},
        "after": {"kept": 2, "breached": 4, "not_binding": 0, "running": 0},
    }
    listed = found.changes[0]
    assert datetime.fromisoformat(listed["due_before"]) == at("2026-05-18 17:00")
    assert datetime.fromisoformat(listed["due_after"]) == at("2026-05-18 13:00")
    assert datetime.fromisoformat(listed["met_at"]) == at("2026-05-18 13:01")
    assert listed["organisation"] == "School"


def test_without_the_phone_rule_what_was_mailed_binds() -> None:
    carla = people.contact(people.organisation())
    in_time, late = (
        report(carla, "middel", "2026-05-18 09:00", channel=Channel.EMAIL, answered=answered)
        for answered in ("2026-05-18 12:00", "2026-05-20 12:00")
    )
    waived = answer(waived=True)
    assert changed(waived) == [
        (in_time.pk, "not_binding", "kept", "binds"),
        (late.pk, "not_binding", "breached", "binds"),
    ]
    one_by_one = answer(edits={"reaction-middel": {"phone_required": False}})
    assert changed(one_by_one) == changed(waived)


def test_a_pause_that_no_longer_counts_brings_the_deadline_forward() -> None:
    carla = people.contact(people.organisation())
    ticket = report(carla, "hoog", "2026-05-18 09:00")
    alice = User.objects.get(name="Alice")
    desk.hold(ticket, words(), actor=alice, at=at("2026-05-18 10:00"))
    desk.resume(ticket, actor=alice, at=at("2026-05-19 10:00"))
    desk.resolve(ticket, words(), actor=alice, at=at("2026-05-19 11:00"))
    found = answer(edits={"resolution-hoog": {"pauses_while_waiting": False}})
    assert changed(found) == [(ticket.pk, "kept", "breached", "earlier")]


def test_a_stopped_clock_is_judged_by_what_was_known_when_it_stopped() -> None:
    carla = people.contact(people.organisation())
    stopped = report(carla, "hoog", "2026-05-18 16:00", solved="2026-05-19 15:30")
    running = report(carla, "hoog", "2026-05-18 16:00")
    calendar = Edition.objects.get().calendar
    learnt = at("2026-05-19 15:45")
    changes.add_day(
        CalendarDay(calendar=calendar, day=date(2026, 5, 19), name="Studiedag"), now=learnt
    )
    found = answer(edits={"resolution-hoog": {"hours": 4}}, now=at("2026-05-20 13:00"))
    dues = {one["ticket"]: datetime.fromisoformat(one["due_after"]) for one in found.changes}
    assert dues == {stopped.pk: at("2026-05-19 12:00"), running.pk: at("2026-05-20 12:00")}
    assert changed(found) == [
        (stopped.pk, "kept", "breached", "earlier"),
        (running.pk, "running", "breached", "earlier"),
    ]


def test_a_waiver_given_meanwhile_leaves_what_had_stopped_alone_on_both_sides() -> None:
    customer = people.organisation()
    mailed = report(
        people.contact(customer),
        "middel",
        "2026-05-18 09:00",
        channel=Channel.EMAIL,
        answered="2026-05-18 12:00",
    )
    contract = Contract.objects.get(organisation=customer)
    contract.waived_from, contract.waiver_reason = date(2026, 5, 1), "Afgesproken"
    contract.save()
    changes.follow_waiver(contract, actor=User.objects.get(), now=at("2026-05-19 09:00"))
    found = answer()
    assert CoverageChange.objects.filter(coverage=mailed.pk).exists()
    assert found.changed == 0
    assert found.counts["reaction|middel|"]["after"]["not_binding"] == 1


def test_another_agreements_promises_are_laid_beside_those_that_were_made() -> None:
    diploc = people.agreement("diploc").editions.get()
    carla = people.contact(people.organisation())
    report(carla, "hoog", "2026-05-18 09:00", solved="2026-05-18 12:00")
    found = answer(edition=diploc)
    assert [(one["promise"], one["after"], one["why"]) for one in found.changes] == [
        ("resolution|hoog|", "", "gone")
    ]
    reaction = found.counts["reaction|hoog|"]
    assert reaction["before"]["kept"] == reaction["after"]["kept"] == 1


def test_a_draft_can_be_tried_before_anybody_is_told_of_it() -> None:
    carla = people.contact(people.organisation())
    report(carla, "hoog", "2026-05-18 09:00", solved="2026-05-18 16:00")
    draft = editions.draft(people.agreement(), now=NOW)
    draft.targets.filter(key="resolution-hoog").update(hours=2)
    assert answer(edition=draft).ways == {"kept|breached": 1}


def test_only_what_was_reported_on_those_days_by_those_customers_is_looked_at() -> None:
    school, elders = people.organisation(), people.organisation("Elders", "diploc")
    carla, otto = people.contact(school), people.contact(elders)
    for day in ("2026-05-17 23:59", "2026-05-18 00:00", "2026-05-19 23:59", "2026-05-20 00:00"):
        report(carla, "hoog", day)
    report(otto, "hoog", "2026-05-19 12:00")
    nobody = people.contact(Organisation.objects.create(name="Nergens"))
    report(nobody, "hoog", "2026-05-19 13:00")
    days = date(2026, 5, 18), date(2026, 5, 19)
    dialog = people.agreement()
    extents = [
        scope.extent()
        for scope in (
            Sample(*days),
            Sample(*days, agreement=dialog.pk),
            Sample(*days, organisation=elders.pk),
        )
    ]
    assert [(extent.total, extent.uncovered) for extent in extents] == [(3, 1), (2, 1), (1, 0)]
    assert sum(answer(Sample(*days)).counts["reaction|hoog|"]["before"].values()) == 3


def test_nothing_is_written() -> None:
    worlds.lay_demonstration_of(NOW)
    before = list(Clock.objects.order_by("pk").values()), list(Alert.objects.values())
    assert answer(edits={"resolution-hoog": {"hours": 0.5}}, waived=True).changed
    assert (list(Clock.objects.order_by("pk").values()), list(Alert.objects.values())) == before
    assert not Coverage.objects.exclude(stale_since=None).exists()


def test_a_target_that_cannot_be_is_refused() -> None:
    people.agreement()
    with pytest.raises(ValueError, match="hours"):
        answer(edits={"resolution-hoog": {"hours": -1}})


def test_the_answer_goes_to_json_and_back() -> None:
    worlds.lay_demonstration_of(NOW)
    found = answer(edits={"resolution-hoog": {"hours": 1}})
    assert found.changed
    assert WhatIfAnswer(**json.loads(json.dumps(found.as_json()))) == found

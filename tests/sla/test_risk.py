"""The chance of running promises, judged by a replayed year of tickets; and where time went."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from math import sqrt
from random import Random

import pytest

from sla import risk, spent
from sla.engine import WorkingHours
from sla.models import Clock
from sla.spent import With
from support import desk
from support.desk import gathering
from tests import people
from tests.people import at, words
from tickets.models import Contact, Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def a_year(carla: Contact, chance: Random, count: int) -> None:
    """Settings of a year, answered within their werkdag or not."""
    bob, hours = people.agent("Bob"), WorkingHours.dutch()
    first = at("2025-06-02 09:00")
    for number in range(count):
        when = hours.next_open(first + timedelta(minutes=number * 525600 / count))
        ticket = people.setting(carla, when=when)
        took = 8 * HOUR * chance.lognormvariate(-0.5, 0.8)
        desk.reply(ticket, words("Klaar"), actor=bob, at=hours.due(when, took))


def test_said_chances_are_what_happened_over_a_year(carla: Contact) -> None:
    chance = Random(7)
    a_year(carla, chance, 260)
    clocks, hours = list(Clock.objects.all()), WorkingHours.dutch()
    bins = defaultdict[int, list[bool]](list)
    for month in range(9, 18):
        now = datetime(
            2025 + (month - 1) // 12, (month - 1) % 12 + 1, 15, tzinfo=at("2026-01-01").tzinfo
        )
        known = risk.curves({"reaction-setting"}, Clock.objects.all(), now=now)
        for clock in clocks:
            assert clock.due_at is not None
            assert clock.met_at is not None
            if not now <= clock.started_at < now + timedelta(days=31):
                continue
            for share in (0.0, 0.3, 0.6, 0.9):
                reached = hours.due(clock.started_at, 8 * HOUR * share)
                said = (
                    None
                    if reached is None or clock.met_at <= reached
                    else known.chance("reaction-setting", "reaction", share)
                )
                if said:
                    bins[int(said[0].share * 4)].append(clock.met_at > clock.due_at)
    assert sum(map(len, bins.values())) > 300
    for low, outcomes in bins.items():
        happened, slack = sum(outcomes) / len(outcomes), 3 * sqrt(0.25 / len(outcomes))
        assert low / 4 - slack <= happened <= (low + 1) / 4 + slack, (low, happened)


def test_a_running_promise_says_how_those_like_it_went(carla: Contact) -> None:
    a_year(carla, Random(1), 40)
    ticket = people.setting(carla, when=at("2026-06-10 09:00"))
    running = Clock.objects.filter(ticket=ticket).select_related("ticket__coverage")
    (found,) = risk.running(running, Clock.objects.all(), now=at("2026-06-10 13:00"))
    assert found.used == 0.5
    assert not found.broader
    late = [
        clock
        for clock in Clock.objects.exclude(ticket=ticket)
        if clock.met_at and clock.due_at and clock.met_at > clock.due_at
    ]
    assert found.chance.missed == len(late) > 0
    assert found.chance.like < 40
    assert risk.running(running, Clock.objects.all(), now=at("2026-06-11 09:00")) == []


def test_little_known_of_one_promise_is_judged_by_its_sort_at_large(carla: Contact) -> None:
    a_year(carla, Random(3), 30)
    known = risk.curves({"reaction-setting"}, Clock.objects.all(), now=at("2026-06-10 13:00"))
    own = known.chance("reaction-setting", "reaction", 0.0)
    other = known.chance("reaction-call", "reaction", 0.0)
    assert own is not None
    assert other is not None
    assert (own[0], own[1], other[1]) == (other[0], False, True)
    assert known.chance("resolution-hoog", "resolution", 0.0) is None


def test_the_time_of_a_ticket_is_told_by_whom_it_waited_for(carla: Contact) -> None:
    bob = people.agent("Bob")
    ticket = people.setting(carla, when=at("2026-06-08 09:00"))
    desk.assign(ticket, assignee=bob, team=bob.team, actor=bob, at=at("2026-06-08 11:00"))
    desk.hold(ticket, words("Welke?"), actor=bob, at=at("2026-06-08 12:00"))
    desk.resume(ticket, actor=bob, at=at("2026-06-09 12:00"))
    desk.resolve(ticket, words("Klaar"), actor=bob, at=at("2026-06-09 13:00"))
    desk.reopen(ticket, reason="Nee", actor=bob, at=at("2026-06-10 09:00"))
    desk.resolve(ticket, words("Nu wel"), actor=bob, at=at("2026-06-10 10:30"))
    sums = spent.of([ticket.pk])[ticket.pk]
    assert sums == {
        With.NOBODY: 2 * HOUR,
        With.US: 3.5 * HOUR,
        With.CUSTOMER: 8 * HOUR,
        With.RELEASE: timedelta(),
    }
    assert spent.mostly_with(sums) is With.CUSTOMER


def test_whatever_happened_a_ticket_waits_for_one_at_a_time(carla: Contact) -> None:
    bob = people.agent("Bob")
    kept, gone = (people.setting(carla, when=at("2026-06-08 09:00")) for _ in range(2))
    desk.hold(gone, words("Welke?"), actor=bob, at=at("2026-06-08 10:00"))
    gathering.merge(gone, into=kept, actor=bob, at=at("2026-06-08 12:00"))
    desk.decline(kept, words("Nee"), actor=bob, at=at("2026-06-08 15:00"))
    sums = spent.of([kept.pk, gone.pk])
    whole = {pk: sum(each.values(), timedelta()) for pk, each in sums.items()}
    assert whole == {gone.pk: 3 * HOUR, kept.pk: 6 * HOUR}
    assert Ticket.objects.count() == 2

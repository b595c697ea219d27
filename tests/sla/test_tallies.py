"""Counts of months are what the clocks say, whatever changes meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import psycopg
import pytest
from django.db import connection

from sla import tallies
from sla.audit import run
from sla.kept import by_month
from sla.models import Clock, Coverage, Edition, MonthChange, MonthTally
from sla.reporting import month_report, trend
from sla.sweep import sweep
from support import access, desk
from tests import people
from tests.people import at, words
from tests.support.test_breach_report import a_year
from tickets.models import Organisation, Role, Team, Ticket, User

pytestmark = pytest.mark.django_db

NOW = at("2026-11-20 12:00")
MONTHS = [date(2026, month, 1) for month in range(3, 12)]


@pytest.fixture
def mila() -> User:
    return people.agent("Mila", role=Role.MANAGER)


def same_for(user: User) -> None:
    """Whatever is asked for somebody, counts and clocks answer alike."""
    clocks, counts = access.counted_clocks(user), access.counted_tallies(user)
    assert trend(MONTHS, clocks, counts) == trend(MONTHS, clocks)
    assert by_month(MONTHS, clocks, counts) == by_month(MONTHS, clocks)
    for month in MONTHS:
        told, live = month_report(month, clocks, counts), month_report(month, clocks)
        assert told == live


def of_the_house(chance: Random, mila: User) -> list[Callable[[], Any]]:
    """What changes what is counted, or where, and is no verb on a ticket."""
    team = chance.choice([*Team.objects.all(), None])
    agent = chance.choice(list(User.objects.exclude(pk=mila.pk)))
    edition = Edition.objects.exclude(announced_at=None).order_by("?").first()
    coverage = chance.choice(list(Coverage.objects.all()))
    return [
        lambda: User.objects.filter(pk=agent.pk).update(team=team),
        lambda: Coverage.objects.filter(pk=coverage.pk).update(edition=edition),
        lambda: Ticket.objects.filter(pk=coverage.pk).update(
            organisation=chance.choice(list(Organisation.objects.all()))
        ),
        lambda: Organisation.objects.filter(name="Elders").update(name=str(chance.random())),
    ]


def of_tickets(chance: Random, mila: User) -> list[Callable[[], Any]]:
    ticket = chance.choice(list(Ticket.objects.all()))
    agent = chance.choice(list(User.objects.exclude(pk=mila.pk)))
    priority = chance.choice(["hoog", "middel", "laag"])
    return [
        lambda: desk.assign(ticket, assignee=agent, team=None, actor=mila, at=NOW),
        lambda: desk.assign(ticket, assignee=None, team=agent.team, actor=mila, at=NOW),
        lambda: desk.prioritise(ticket, priority=priority, reason="!", actor=mila, at=NOW),
        lambda: desk.resolve(ticket, words("Klaar"), actor=mila, at=NOW),
        lambda: desk.reopen(ticket, reason="Nee", actor=mila, at=NOW),
        lambda: sweep(now=NOW),
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_and_clocks_answer_alike_whatever_changes(seed: int, mila: User) -> None:
    a_year(mila)
    people.agreement("diploc")
    lead = people.agent("Lieke", role=Role.LEAD)
    chance = Random(seed)
    assert len(tallies.sweep(now=NOW)) == tallies.AT_ONCE
    for step in range(40):
        if step % 4 == 0:
            tallies.sweep(now=NOW)
        some = chance.choice([of_tickets, of_the_house])(chance, mila)
        try:
            chance.choice(some)()
        except desk.DeskError:
            continue  # what can't be done changes nothing
        for user in (mila, lead):
            same_for(user)
    assert list(tallies.differences()) == []


def test_months_that_are_over_are_asked_of_counts_and_this_one_of_the_clocks(
    mila: User, django_assert_num_queries: Any
) -> None:
    a_year(mila)
    while tallies.sweep(now=NOW):
        pass
    counted = set(MonthTally.objects.values_list("month", flat=True))
    assert counted == {date(2026, month, 1) for month in (3, 5, 6, 10)}
    Clock.objects.filter(pk__in=[]).delete()  # what changes nothing marks nothing
    assert not MonthChange.objects.exists()
    with django_assert_num_queries(2):
        trend(MONTHS[:-1], Clock.objects.all(), MonthTally.objects.all())
    with django_assert_num_queries(3):
        trend(MONTHS, Clock.objects.all(), MonthTally.objects.all())


def test_a_warning_marks_no_month(mila: User) -> None:
    a_year(mila)
    while tallies.sweep(now=NOW):
        pass
    Clock.objects.update(next_alert_at=NOW, alarms=[])
    assert not MonthChange.objects.exists()


def test_a_count_that_somebody_altered_is_found_and_told(mila: User) -> None:
    a_year(mila)
    tallies.sweep(now=NOW)
    MonthTally.objects.filter(month="2026-06-01", outcome="breached").delete()
    assert [said[:7] for said in tallies.differences()] == ["2026-06"]
    assert "2026-06" in run(now=NOW, sample=0).said


@pytest.mark.django_db(transaction=True)
def test_what_was_under_way_while_a_month_was_counted_makes_it_count_again(mila: User) -> None:
    a_year(mila)
    database = connection.settings_dict
    with psycopg.connect(
        host=database["HOST"], user=database["USER"], dbname=database["NAME"]
    ) as other:
        other.execute(
            "UPDATE sla_clock SET state = 'met', breached_at = NULL, met_at = due_at "
            "WHERE state = 'breached' AND started_at BETWEEN '2026-06-01' AND '2026-06-15'"
        )
        while tallies.sweep(now=NOW):
            pass
        other.commit()
    same_for(mila)
    assert tallies.sweep(now=NOW) == [date(2026, 6, 1)]
    same_for(mila)
    assert list(tallies.differences()) == []

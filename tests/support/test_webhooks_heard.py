"""What webhooks hear of: every fact once, in the API's words, also what is written late."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla.models import Alert
from sla.sweep import sweep as watch_clocks
from support import desk
from support.api import tokens
from support.api.models import ApiToken, Scope
from support.desk import customer_side
from support.desk.conversation import Words
from support.sweeping import hearing
from support.webhooks import switching
from support.webhooks.models import Webhook, WebhookEvent
from support.webhooks.sweep import sweep
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Ticket

MONDAY = at("2026-05-18 10:00")
MINUTE = timedelta(minutes=1)


def webhook(name: str = "Chat", *, made: datetime = MONDAY, **given: Any) -> Webhook:
    values = {"url": "https://hooks.example/", "events": WebhookEvent.values}
    made_one = Webhook(name=name, **(values | given))
    switching.make(made_one, now=made)
    return made_one


def told(hook: Webhook) -> list[dict[str, Any]]:
    deliveries = hook.deliveries.order_by("pk")
    return [json.loads(delivery.payload) for delivery in deliveries]


def kinds(hook: Webhook) -> list[str]:
    return list(hook.deliveries.order_by("pk").values_list("kind", flat=True))


def carla(name: str = "School") -> Contact:
    return people.contact(people.organisation(name))


def reported(person: Contact, *, when: datetime = MONDAY + MINUTE) -> Ticket:
    return people.setting(person, when=when)


@pytest.mark.django_db
def test_each_fact_is_told_once_in_the_words_of_the_api() -> None:
    alice, hook, when = people.agent(), webhook(), MONDAY
    (release,) = people.releases("2026-06-10 07:00")

    def later() -> datetime:
        nonlocal when
        when += MINUTE
        return when

    ticket = reported(carla(), when=later())
    desk.classify(ticket, kind=Kind.INCIDENT, actor=alice, at=later())
    desk.prioritise(ticket, priority="middel", reason="ernstig", actor=alice, at=later())
    desk.assign(ticket, assignee=alice, team=None, actor=alice, at=later())
    desk.plan(ticket, release=release, actor=alice, at=later())
    desk.hold(ticket, words("Welke browser?"), actor=alice, at=later())
    reporter = people.reporter(ticket.contact or carla("x"))
    customer_side.writes(ticket, reporter, words("Firefox"), channel=Channel.EMAIL, at=later())
    desk.log_call(ticket, words("Belt"), actor=alice, contact=None, caller="Kees", at=later())
    desk.resolve(ticket, words("Gedaan"), actor=alice, at=later())
    desk.close(ticket, actor=alice, at=later())
    assert sweep(now=when) == sweep(now=when) + 13
    assert kinds(hook) == [
        "ticket.opened",
        "ticket.classified",
        "ticket.prioritised",
        "ticket.assigned",
        "ticket.planned",
        "ticket.replied",
        "ticket.status",
        "ticket.customer_replied",
        "ticket.status",
        "ticket.called",
        "ticket.replied",
        "ticket.status",
        "ticket.status",
    ]
    payloads = told(hook)
    changes = [each["data"]["change"] for each in payloads if each["kind"] == "ticket.status"]
    assert changes == ["waiting", "resumed", "resolved", "closed"]
    opened, classified, prioritised, assigned, planned, asked = payloads[:6]
    assert opened["data"]["message"]["text"] == "Het werkt niet."
    assert opened["data"]["actor"] is None
    assert opened["occurred_at"] == "2026-05-18T10:01:00+02:00"
    assert classified["data"]["kind"] == "incident"
    assert classified["data"]["from"] == "setting"
    assert prioritised["data"]["priority"] == "middel"
    assert assigned["data"]["assignee"] == "Alice"
    assert planned["data"]["release"] == "Release 1"
    assert asked["data"]["message"]["text"] == "Welke browser?"
    assert asked["data"]["actor"] == {"id": alice.pk, "name": "Alice"}
    assert payloads[7]["data"]["message"]["text"] == "Firefox"
    assert len({each["id"] for each in payloads}) == 13


@pytest.mark.django_db
def test_the_ticket_has_the_very_shape_that_the_api_gives(client: Client) -> None:
    hook, alice = webhook(), people.agent()
    ticket = reported(carla())
    sweep(now=timezone.now())
    now = timezone.now()
    token = ApiToken(name="t", owner=alice, scopes=[Scope.READ], expires_at=now + MINUTE)
    text = tokens.fill(token, now=now)
    token.save()
    answer = client.get(
        f"/api/v1/tickets/{ticket.reference}/", headers={"Authorization": f"Bearer {text}"}
    )
    assert answer.status_code == 200
    assert told(hook)[0]["ticket"] == answer.json()


@pytest.mark.django_db
def test_nothing_that_only_colleagues_may_read_leaves_the_house() -> None:
    hook, alice = webhook(), people.agent()
    ticket = reported(carla())
    for text, do in (("geheim-notitie", desk.note), ("geheim-terugbel", desk.call_back)):
        do(ticket, words(text), actor=alice, at=MONDAY + 2 * MINUTE)
    later = MONDAY + 3 * MINUTE
    call = words("geheim-gesprek")
    desk.log_call(ticket, call, actor=alice, contact=None, caller="geheim-naam", at=later)
    desk.prioritise(ticket, priority="laag", reason="geheim-reden", actor=alice, at=later)
    desk.resolve(ticket, words("Opgelost."), actor=alice, at=later)
    desk.reopen(ticket, reason="geheim-heropend", actor=alice, at=later)
    sweep(now=later)
    everything = "".join(hook.deliveries.values_list("payload", flat=True))
    assert "geheim" not in everything
    assert "whsec_" not in everything
    assert hook.sealed_secret not in everything
    assert "Opgelost." in everything
    assert set(kinds(hook)) == {
        "ticket.opened",
        "ticket.replied",
        "ticket.called",
        "ticket.prioritised",
        "ticket.status",
    }


@pytest.mark.django_db
def test_warnings_breaches_and_moved_deadlines_are_told() -> None:
    hook = webhook()
    ticket = reported(carla())
    watch_clocks(now=at("2026-05-19 10:02"))
    Alert.objects.create(
        ticket=ticket,
        target_key="x",
        promise="resolution",
        clause="Bijlage 1",
        kind=Alert.Kind.MOVED,
        started_at=MONDAY,
        due_before=at("2026-05-20 09:00"),
        due_at=at("2026-05-21 09:00"),
        causes=[{"what": "release_moved", "name": "Release 1"}],
        at=at("2026-05-19 10:03"),
        noticed_at=at("2026-05-19 10:03"),
    )
    sweep(now=at("2026-05-19 10:03"))
    clocks = {each["kind"]: each["data"] for each in told(hook) if "clock" in each["kind"]}
    assert set(clocks) == {"clock.warned", "clock.breached", "clock.moved"}
    assert clocks["clock.breached"]["promise"] == "reaction"
    assert clocks["clock.breached"]["due_at"] == "2026-05-19T10:01:00+02:00"
    assert clocks["clock.warned"]["share"] in (50, 80)
    assert clocks["clock.moved"]["due_before"] == "2026-05-20T09:00:00+02:00"
    assert len(clocks["clock.moved"]["causes"]) == 1


@pytest.mark.django_db
def test_a_webhook_hears_what_it_chose_of_whom_it_chose_from_when_it_was_made() -> None:
    school, elders = carla("School"), carla("Elders")
    before = reported(school, when=MONDAY - MINUTE)
    every = webhook("Alles")
    ours = webhook("School", organisation=school.organisation)
    opened = webhook("Nieuw", events=["ticket.opened"])
    late = webhook("Later", made=MONDAY + 5 * MINUTE)
    off = webhook("Uit")
    switching.switch_off(off, why=Webhook.Off.HAND, now=MONDAY)
    alice = people.agent()
    for person in (school, elders):
        desk.reply(reported(person), words(), actor=alice, at=MONDAY + 2 * MINUTE)
    desk.reply(before, words(), actor=alice, at=MONDAY + 6 * MINUTE)
    sweep(now=MONDAY + 7 * MINUTE)
    counts = {hook.name: len(kinds(hook)) for hook in (every, ours, opened, late, off)}
    assert counts == {"Alles": 5, "School": 3, "Nieuw": 2, "Later": 1, "Uit": 0}
    switching.switch_on(off, now=MONDAY + 8 * MINUTE)
    desk.reply(before, words(), actor=alice, at=MONDAY + 9 * MINUTE)
    sweep(now=MONDAY + 9 * MINUTE)
    assert kinds(off) == ["ticket.replied"]


@contextmanager
def _another_transaction(do: Any) -> Iterator[None]:
    """Do it elsewhere, and commit only when the block ends."""
    done, go = Event(), Event()
    raised: list[BaseException] = []

    def act() -> None:
        try:
            with transaction.atomic():
                do()
                done.set()
                go.wait(timeout=30)
        except BaseException as error:  # noqa: BLE001 - the test tells it
            raised.append(error)
            done.set()
        finally:
            connection.close()

    thread = Thread(target=act)
    thread.start()
    done.wait(timeout=30)
    try:
        yield
    finally:
        go.set()
        thread.join()
    assert not raised, raised


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_under_a_lower_number_is_not_missed() -> None:
    hook, person = webhook(), carla()
    late: list[Ticket] = []
    with _another_transaction(lambda: late.append(reported(person))):
        quick = [reported(person) for _each in range(3)]
        for _again in range(4):  # as often as the marks could need to move past it
            sweep(now=MONDAY + MINUTE)
        assert len(kinds(hook)) == 3
    assert late[0].pk < quick[0].pk
    assert sweep(now=MONDAY + MINUTE) == 1
    references = [each["ticket"]["reference"] for each in told(hook)]
    assert references == [ticket.reference for ticket in (*quick, *late)]
    for _again in range(3):
        assert sweep(now=MONDAY + MINUTE) == 0


@pytest.mark.django_db
def test_how_far_is_heard_moves_past_a_mark_when_all_before_it_is_over() -> None:
    hook: Any = webhook()
    hook.last_event, hook.last_alert = 8, 2
    hook.heard_events = hook.heard_alerts = 0
    hearing.move_on(hook, begun=100, oldest=90)
    assert (hook.heard_events, hook.mark_events, hook.mark_transaction) == (0, 8, 100)
    hook.last_event = 12
    hearing.move_on(hook, begun=110, oldest=99)  # somebody from before the mark still writes
    assert (hook.heard_events, hook.mark_events, hook.mark_transaction) == (0, 8, 100)
    hearing.move_on(hook, begun=120, oldest=100)
    assert (hook.heard_events, hook.heard_alerts) == (8, 2)
    assert (hook.mark_events, hook.mark_transaction) == (12, 120)
    hearing.move_on(hook, begun=130, oldest=125)
    assert (hook.heard_events, hook.mark_transaction) == (12, None)


@pytest.mark.django_db
def test_an_idle_sweep_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    reported(carla())
    with django_assert_num_queries(1):
        assert sweep(now=MONDAY) == 0
    webhook(made=MONDAY + 2 * MINUTE)
    with django_assert_num_queries(1):
        assert sweep(now=MONDAY) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("hooks", "tickets"), [(1, 1), (3, 3)])
def test_a_sweep_asks_no_more_for_more(
    hooks: int, tickets: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people.agreement()
    for number in range(hooks):
        webhook(f"Hook {number}")
    person = carla()
    for _each in range(tickets):
        reported(person)
    with django_assert_num_queries(11):
        assert sweep(now=MONDAY + MINUTE) == hooks * tickets


@pytest.mark.django_db
def test_a_long_history_is_told_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "BATCH", 2)
    hook, person = webhook(), carla()
    for _each in range(5):
        reported(person)
    assert sweep(now=MONDAY + MINUTE) == 5
    assert len(set(kinds(hook))) == 1


@pytest.mark.django_db
def test_a_verb_makes_no_more_statements_with_webhooks_than_without(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    alice, person = people.agent(), carla()
    tickets = [reported(person) for _each in range(2)]
    with CaptureQueriesContext(connection) as without:
        desk.reply(tickets[0], words(), actor=alice)
    webhook()
    with django_assert_num_queries(len(without)):
        desk.reply(tickets[1], words(), actor=alice)


@pytest.mark.django_db
def test_a_mail_of_any_length_makes_a_bounded_payload() -> None:
    hook, person = webhook(), carla()
    ticket = reported(person)
    long = Words(text="x" * 300_000, quoted="y" * 300_000)
    reporter = people.reporter(person)
    customer_side.writes(ticket, reporter, long, channel=Channel.EMAIL, at=MONDAY + 2 * MINUTE)
    sweep(now=MONDAY + 2 * MINUTE)
    assert max(map(len, hook.deliveries.values_list("payload", flat=True))) < 210_000

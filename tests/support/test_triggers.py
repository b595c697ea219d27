"""Triggers: what happens by itself, once for each thing that happened, and never in a circle."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from sla.models import Clock
from sla.sweep import sweep as watch_clocks
from support import desk
from support.automation import conditions, lasting, macros, running, steps, switching
from support.automation.models import AutomationPlace, AutomationRun, Macro, Trigger
from support.automation.sweep import sweep
from support.automation.trying import would_fire
from support.desk import changed, customer_side
from support.mail.models import OutgoingMail
from support.timeline import line
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, EventKind, Kind, Message, Role, Team, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
MINUTE = timedelta(minutes=1)
NOTE = [{"verb": "note", "text": "Gezien"}]


def trigger(name: str = "X", *, on: datetime = MONDAY, **given: Any) -> Trigger:
    values: dict[str, Any] = {"events": ["opened"], "steps": NOTE} | given
    for step in values["steps"]:
        assert steps.problems(step, by_itself=True) == []
    for condition in values.get("conditions", []):
        assert conditions.problems(condition) == []
    made = Trigger.objects.create(name=name, **values)
    switching.switch_on(made, now=on)
    made.refresh_from_db()
    return made


@pytest.fixture
def carla() -> Contact:
    people.agent()
    return people.contact(people.organisation())


@pytest.fixture
def alice(carla: Contact) -> User:
    return User.objects.get(name="Alice")


def reported(person: Contact, *, when: datetime = MONDAY + MINUTE, **given: Any) -> Ticket:
    values: dict[str, Any] = {
        "subject": "Doelen",
        "kind": Kind.INCIDENT,
        "channel": Channel.WEB,
        "priority": "hoog",
    }
    return desk.open_ticket(people.reporter(person), words(), at=when, **(values | given))


def swept(now: datetime = MONDAY + 2 * MINUTE) -> int:
    return sweep(now=now)


def test_a_new_ticket_that_meets_the_conditions_goes_to_a_team_once(carla: Contact) -> None:
    hosting = Team.objects.create(name="Hosting", email="hosting@desk.example")
    trigger(
        "Hoog",
        conditions=[{"field": "priority", "operator": "is", "value": "hoog"}],
        steps=[{"verb": "assign", "value": f"team-{hosting.pk}"}],
    )
    high, low = reported(carla), reported(carla, priority="laag")
    assert [swept(), swept()] == [1, 0]
    high.refresh_from_db()
    low.refresh_from_db()
    assert (high.team, low.team == hosting) == (hosting, False)
    (entry,) = [item for item in line.whole(high) if item.icon == "zap"]
    assert "Hosting" in entry.text
    assert entry.url == reverse("automation-trigger", args=[Trigger.objects.get().pk])


def test_mail_to_the_customer_is_automatic_and_never_a_reaction(carla: Contact) -> None:
    spoken = [
        {"verb": "reply", "text": "Beste {{ klant.voornaam }}, we kijken."},
        {"verb": "hold", "text": "Welke browser?"},
        {"verb": "resolve", "text": "Vanzelf opgelost."},
    ]
    trigger(steps=spoken)
    ticket = reported(carla)
    assert swept() == 1
    assert AutomationRun.objects.get().problem == ""
    said = Message.objects.filter(ticket=ticket).values_list("kind", flat=True)
    assert set(said) == {"customer", "automatic"}
    assert not ticket.events.filter(kind=EventKind.REPLIED).exists()
    assert Clock.objects.get(ticket=ticket, promise="reaction").met_at is None
    letters = OutgoingMail.objects.filter(ticket=ticket)
    assert all(letter.automatic for letter in letters)
    assert letters.filter(text__contains="Carla, we kijken").count() == 1
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_the_desk_lets_nobody_but_people_answer(carla: Contact) -> None:
    with pytest.raises(ValueError, match="only people"):
        desk.resolve(reported(carla), words(), actor=None, at=MONDAY + 2 * MINUTE)


def test_two_triggers_that_would_feed_each_other_each_go_once(carla: Contact, alice: User) -> None:
    up, down = ([{"verb": "prioritise", "value": value, "text": "x"}] for value in ("hoog", "laag"))
    for name, value, then in (("A", "laag", up), ("B", "hoog", down)):
        asks = [{"field": "priority", "operator": "is", "value": value}]
        trigger(name, events=["prioritised"], conditions=asks, steps=then)
    ticket = reported(carla)
    when = MONDAY + 2 * MINUTE
    desk.prioritise(ticket, priority="laag", reason="x", actor=alice, at=when)
    assert [sweep(now=when + n * MINUTE) for n in range(1, 5)] == [2, 0, 0, 0]
    assert ticket.events.filter(kind=EventKind.PRIORITISED).count() == 3
    assert set(AutomationRun.objects.values_list("name", flat=True)) == {"A", "B"}


def test_what_a_person_does_by_a_macro_does_set_triggers_off(carla: Contact, alice: User) -> None:
    trigger(events=["assigned"])
    ticket = reported(carla)
    mine = Macro.objects.create(
        title="Mij", owner=alice, steps=[{"verb": "assign", "value": "nobody"}]
    )
    desk.assign(ticket, assignee=alice, team=None, actor=alice, at=MONDAY + 2 * MINUTE)
    macros.run(mine, ticket, actor=alice, at=MONDAY + 3 * MINUTE)
    assert swept(MONDAY + 4 * MINUTE) == 2


def test_no_more_than_so_much_is_automated_on_a_ticket_within_an_hour(
    carla: Contact, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "IN_AN_HOUR", 3)
    trigger(events=["assigned"])
    ticket, when = reported(carla), MONDAY + MINUTE
    for number in range(6):
        when += MINUTE
        taker = alice if number % 2 else None
        desk.assign(ticket, assignee=taker, team=None, actor=alice, at=when)
        sweep(now=when)
    runs = AutomationRun.objects.order_by("pk")
    assert [bool(run.problem) for run in runs] == [False, False, False, True]
    assert Trigger.objects.get().failures == 0


def test_a_second_look_does_nothing_twice(carla: Contact) -> None:
    trigger()
    reported(carla)
    assert swept() == 1
    # As if whoever swept had died before noting how far it had come.
    AutomationPlace.objects.update(seen_events=[], heard_events=0, mark_transaction=None)
    assert swept() == 0
    assert AutomationRun.objects.count() == 1


def test_what_a_look_passed_over_is_not_taken_up_by_the_next(carla: Contact, alice: User) -> None:
    asks = [{"field": "priority", "operator": "is", "value": "laag"}]
    trigger(conditions=asks)
    ticket = reported(carla)
    assert swept() == 0
    when = MONDAY + 3 * MINUTE
    desk.prioritise(ticket, priority="laag", reason="x", actor=alice, at=when)
    assert sweep(now=when) == 0


def test_the_customer_reads_the_reason_that_was_written_and_never_a_triggers_name(
    carla: Contact,
) -> None:
    step = {"verb": "prioritise", "value": "laag"}
    trigger("Zeurt altijd", steps=[step])
    ticket = reported(carla)
    swept()
    changed.tell(now=MONDAY + timedelta(minutes=10))
    letter = OutgoingMail.objects.get(letter="changed")
    assert "De prioriteit is nu Laag" in letter.text
    assert "De reden" not in letter.text
    (entry,) = [item for item in line.whole(ticket) if item.icon == "zap"]
    assert "Zeurt altijd" in entry.text, "colleagues read what did it"


def test_a_failing_trigger_keeps_why_and_the_others_go_on(carla: Contact) -> None:
    trigger("Stuk", steps=[{"verb": "note", "text": "x"}, {"verb": "close"}])
    trigger("Heel")
    ticket = reported(carla)
    assert swept() == 2
    broken = AutomationRun.objects.get(name="Stuk")
    assert "2" in broken.problem
    assert broken.done == []
    assert AutomationRun.objects.get(name="Heel").problem == ""
    assert ticket.messages.filter(kind="note").count() == 1


def test_after_twenty_failures_in_a_row_it_is_switched_off_and_managers_hear(
    carla: Contact,
) -> None:
    manager = people.agent("Mila", Role.MANAGER)
    made = trigger(steps=[{"verb": "close"}])
    for number in range(20):
        reported(carla, when=MONDAY + (number + 1) * MINUTE)
    assert sweep(now=MONDAY + 30 * MINUTE) == 20
    made.refresh_from_db()
    assert (made.active, made.off_why, made.failures) == (False, "failing", 20)
    assert OutgoingMail.objects.filter(to=manager.email, subject__contains="X").count() == 1


def test_one_that_works_again_counts_from_nothing(carla: Contact) -> None:
    made = trigger()
    Trigger.objects.update(failures=19)
    reported(carla)
    swept()
    made.refresh_from_db()
    assert (made.active, made.failures) == (True, 0)


def test_what_happened_before_it_was_switched_on_is_left_alone(carla: Contact) -> None:
    reported(carla, when=MONDAY - MINUTE)
    made = trigger()
    assert swept() == 0
    switching.switch_off(made, now=MONDAY + MINUTE)
    reported(carla, when=MONDAY + 2 * MINUTE)
    assert sweep(now=MONDAY + 3 * MINUTE) == 0
    switching.switch_on(made, now=MONDAY + 4 * MINUTE)
    assert sweep(now=MONDAY + 5 * MINUTE) == 0


def test_a_missed_deadline_tells_a_team(carla: Contact) -> None:
    hosting = Team.objects.create(name="Hosting", email="hosting@desk.example")
    steps_ = [{"verb": "notify", "value": f"team-{hosting.pk}", "text": "Let op {{ klant.naam }}"}]
    asks = [{"field": "promise", "operator": "is", "value": "resolution"}]
    trigger(events=["breached"], conditions=asks, steps=steps_)
    ticket = reported(carla)
    late = at("2026-05-26 12:00")
    watch_clocks(now=late)
    assert sweep(now=late) == 1
    letter = OutgoingMail.objects.get(to="hosting@desk.example", subject__contains="X")
    assert "Let op Carla" in letter.text
    assert ticket.reference in letter.subject


def test_somebody_takes_part_from_now_on(carla: Contact) -> None:
    trigger(steps=[{"verb": "add_participant", "value": "baas@school.example"}])
    ticket = reported(carla)
    swept()
    assert ticket.participants.get().email == "baas@school.example"


@pytest.mark.parametrize(
    ("when", "runs"),
    [("2026-05-22 12:00", 0), ("2026-05-26 09:59", 0), ("2026-05-26 10:10", 1)],
)
def test_solved_for_five_werkdagen_is_closed_whit_monday_not_counted(
    carla: Contact, alice: User, when: str, runs: int
) -> None:
    ticket = reported(carla, when=at("2026-05-18 09:30"))
    solved_at = at("2026-05-18 10:00")
    desk.resolve(ticket, words("Klaar"), actor=alice, at=solved_at)
    # 25 May is Whit Monday: Monday 10:00 and five werkdagen is Tuesday the week after, 10:00.
    trigger(events=["solved_longer"], werkdagen=5, steps=[{"verb": "close"}])
    assert lasting.sweep(now=at(when)) == runs
    assert lasting.sweep(now=at(when)) == 0
    ticket.refresh_from_db()
    assert ticket.status == ("closed" if runs else "resolved")


def test_waiting_long_is_reminded_once_for_each_wait(carla: Contact, alice: User) -> None:
    trigger(
        events=["waiting_longer"], werkdagen=1, steps=[{"verb": "reply", "text": "Weet u al meer?"}]
    )
    ticket = reported(carla)
    for day in ("18", "20"):
        desk.hold(ticket, words("Welke?"), actor=alice, at=at(f"2026-05-{day} 11:00"))
        assert lasting.sweep(now=at(f"2026-05-{day} 16:00")) == 0
        assert lasting.sweep(now=at(f"2026-05-{int(day) + 1} 11:30")) == 1
        assert lasting.sweep(now=at(f"2026-05-{int(day) + 1} 12:30")) == 0
        customer_side.writes(
            ticket,
            people.reporter(carla),
            words("Ja"),
            channel=Channel.EMAIL,
            at=at(f"2026-05-{int(day) + 1} 13:00"),
        )
    assert Message.objects.filter(text__contains="Weet u al meer?").count() == 2


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("kind", "is", "incident"), True),
        (("kind", "is_not", "incident"), False),
        (("subject", "contains", "DOEL"), True),
        (("subject", "contains_not", "doel"), False),
        (("sender", "is", "carla@school.example"), True),
        (("text", "contains", "werkt niet"), True),
        (("assignee", "is", "none"), True),
        (("status", "is", "open"), False),
        (("promise", "is_not", "reaction"), True),
    ],
)
def test_conditions_are_asked_of_the_ticket_as_it_is(
    carla: Contact, condition: tuple[str, str, str], expected: bool
) -> None:
    one = dict(zip(("field", "operator", "value"), condition, strict=True))
    assert conditions.problems(one) == []
    assert conditions.holds(one, reported(carla)) is expected


def test_all_or_one_of_the_conditions(carla: Contact) -> None:
    ticket = reported(carla)
    asks = [
        {"field": "kind", "operator": "is", "value": "incident"},
        {"field": "priority", "operator": "is", "value": "laag"},
    ]
    assert not conditions.met(Trigger(match="all", conditions=asks), ticket)
    assert conditions.met(Trigger(match="any", conditions=asks), ticket)
    assert conditions.met(Trigger(match="any", conditions=[]), ticket)


def test_trying_out_says_how_many_and_does_nothing(carla: Contact) -> None:
    reported(carla)
    reported(carla, priority="laag")
    asks = [{"field": "priority", "operator": "is", "value": "laag"}]
    found, count = would_fire(Trigger(events=["opened"], conditions=asks), now=MONDAY + MINUTE)
    assert (len(found), count) == (1, 2)
    assert not AutomationRun.objects.exists()


def test_a_manager_makes_tries_and_switches_a_trigger(client: Client, carla: Contact) -> None:
    client.force_login(people.agent("Mila", Role.MANAGER))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    reported(carla)
    url = reverse("automation-add")
    typed: dict[str, Any] = {"name": "Hoog", "position": 10, "events": ["opened"], "match": "all"}
    shown = client.post(url, typed | {"row": "condition add", "condition-new": "priority"})
    assert 'name="condition-0-value"' in shown.content.decode()
    assert shown.context["form"]["events"].value() == ["opened"]
    asks = {
        "condition-0-field": "priority",
        "condition-0-operator": "is",
        "condition-0-value": "hoog",
    }
    then = {"step-0-verb": "note", "step-0-text": "Kijk"}
    assert client.post(url, typed | asks).status_code == 422
    tried = client.post(url, typed | asks | then | {"try": "1"})
    assert "Would have fired on 1 of the last 1 ticket." in tried.content.decode()
    assert not Trigger.objects.exists()
    assert client.post(url, typed | asks | then).status_code == 302
    made = Trigger.objects.get()
    assert (made.active, made.steps) == (False, [{"verb": "note", "text": "Kijk"}])
    client.post(reverse("automation-switch", args=[made.pk]), {"to": "on"})
    made.refresh_from_db()
    assert made.active
    assert client.post(reverse("automation-remove", args=[made.pk])).status_code == 404
    changed = typed | then | {"name": "Anders"}
    assert client.post(reverse("automation-change", args=[made.pk]), changed).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.active, made.conditions) == ("Anders", True, [])
    client.post(reverse("automation-switch", args=[made.pk]), {"to": "off"})
    client.post(reverse("automation-remove", args=[made.pk]))
    assert not Trigger.objects.exists()


def test_what_lasts_needs_a_length(client: Client) -> None:
    client.force_login(people.agent("Mila", Role.MANAGER))
    typed = {"name": "X", "position": 1, "events": ["solved_longer"], "match": "all"}
    answer = client.post(reverse("automation-add"), typed | {"step-0-verb": "close"})
    assert answer.context["form"].errors.keys() == {"werkdagen"}


def test_agents_read_what_it_does_and_change_nothing(client: Client, carla: Contact) -> None:
    made = trigger()
    reported(carla)
    swept()
    client.force_login(people.agent("Bob"))
    assert client.get(reverse("automation")).status_code == 200
    page = client.get(reverse("automation-trigger", args=[made.pk])).content.decode()
    assert "Doelen" in page
    assert client.post(reverse("automation-switch", args=[made.pk])).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_what_is_written_late_is_heard_all_the_same(carla: Contact) -> None:
    trigger()
    reported(carla)
    assert swept() == 1
    with transaction.atomic():
        reported(carla, when=MONDAY + 2 * MINUTE)
    assert swept(MONDAY + 3 * MINUTE) == 1
    swept(MONDAY + 3 * MINUTE)
    assert AutomationRun.objects.count() == 2

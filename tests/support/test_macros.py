"""Macros: several verbs in one click, all of them or none, told beforehand and kept afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla.models import Clock
from support import desk
from support.automation import macros, steps
from support.automation.models import AutomationRun, Macro
from support.desk import DeskError
from support.drafts import keeping
from support.drafts.models import Draft
from support.mail.models import OutgoingMail
from support.timeline import line
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Message, Role, Team, Ticket, User

pytestmark = pytest.mark.django_db

LIST_QUERIES = 6
BUSY = [
    {"verb": "reply", "text": "Beste {{ klant.voornaam }}, {{ agent.naam }} kijkt."},
    {"verb": "assign", "value": "me"},
    {"verb": "prioritise", "value": "middel", "text": "Er is een omweg"},
]


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation(), "Carla Jansen")


@pytest.fixture
def ticket(carla: Contact) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        priority="hoog",
    )


@pytest.fixture
def calm(carla: Contact) -> Ticket:
    """One with no deadline within seconds, for which nothing would be held back."""
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.WEB,
    )


def macro(owner: User, title: str = "Bezig", **given: Any) -> Macro:
    return Macro.objects.create(owner=owner, title=title, **({"steps": BUSY} | given))


def ran(client: Client, ticket: Ticket, one: Macro) -> str:
    url = reverse("macro-run", args=[ticket.reference])
    return client.post(url, {"macro": one.pk}, follow=True).content.decode()


def test_a_macro_answers_assigns_and_sets_the_priority_in_one_click(
    client: Client, alice: User, calm: Ticket
) -> None:
    one = macro(alice)
    page = client.get(reverse("ticket", args=[calm.reference])).content.decode()
    assert "assign to you · priority Medium" in page
    assert "answer “Beste Carla, Alice kijkt.”" in page
    page = ran(client, calm, one)
    assert "“Bezig” is done in ten seconds" in page
    assert not Message.objects.filter(kind="reply").exists()
    keeping.send_now(calm, author=alice, now=timezone.now())
    page = client.get(reverse("ticket", args=[calm.reference])).content.decode()
    calm.refresh_from_db()
    assert (calm.assignee, calm.priority, calm.priority_is_definitive) == (
        alice,
        "middel",
        True,
    )
    assert Message.objects.filter(kind="reply").get().text == "Beste Carla, Alice kijkt."
    assert OutgoingMail.objects.filter(text__contains="Alice kijkt").exists()
    assert "Macro “Bezig”: antwoord “Beste Carla, Alice kijkt.”" in page  # in her language
    assert "{{" not in page


def test_a_macro_that_is_taken_back_leaves_its_words_and_did_nothing(
    client: Client, alice: User, calm: Ticket
) -> None:
    version = calm.version
    ran(client, calm, macro(alice))
    client.post(reverse("undo-answer", args=[calm.reference]))
    keeping.send_due(now=timezone.now() + timedelta(minutes=1))
    calm.refresh_from_db()
    assert (calm.version, calm.assignee) == (version, None)
    page = client.get(reverse("ticket", args=[calm.reference])).content.decode()
    assert "Beste Carla, Alice kijkt.</textarea>" in page


def test_with_a_deadline_within_seconds_a_macro_goes_at_once(
    client: Client, alice: User, ticket: Ticket
) -> None:
    assert "“Bezig” was done." in ran(client, ticket, macro(alice))
    assert Message.objects.filter(kind="reply").exists()


def test_a_macro_does_not_write_over_what_is_being_written(
    client: Client, alice: User, ticket: Ticket
) -> None:
    now = timezone.now()
    keeping.save(ticket, "reply", author=alice, text="Half af", version=0, now=now)
    assert "You are writing an answer here" in ran(client, ticket, macro(alice))
    assert Draft.objects.get().text == "Half af"
    assert "was done: assign to you" in ran(
        client, ticket, macro(alice, steps=[{"verb": "assign", "value": "me"}])
    )


def test_a_macro_that_can_no_longer_be_done_gives_its_words_back(
    client: Client, alice: User, calm: Ticket
) -> None:
    ran(client, calm, macro(alice, steps=[{"verb": "hold", "text": "Welke browser?"}]))
    desk.hold(calm, words(), actor=people.agent("Bob"))
    keeping.send_due(now=timezone.now() + timedelta(minutes=1))
    draft = Draft.objects.get()
    assert (draft.text, draft.then, draft.macro) == ("Welke browser?", "hold", None)
    assert draft.refused


def test_what_a_person_answers_by_a_macro_is_the_reaction(alice: User, ticket: Ticket) -> None:
    macros.run(macro(alice), ticket, actor=alice)
    assert Clock.objects.get(ticket=ticket, promise="reaction").met_at is not None


def test_an_obstacle_names_its_step_and_nothing_was_done(
    client: Client, alice: User, ticket: Ticket
) -> None:
    one = macro(alice, steps=[*BUSY, {"verb": "close"}])
    before = (ticket.version, OutgoingMail.objects.count(), Message.objects.count())
    page = ran(client, ticket, one)
    assert "Step 4, close:" in page
    assert "Nothing was done." in page
    ticket.refresh_from_db()
    after = (ticket.version, OutgoingMail.objects.count(), Message.objects.count())
    assert before == after
    assert not AutomationRun.objects.exists()


@pytest.mark.parametrize(
    ("taken", "status"),
    [
        ([{"verb": "hold", "text": "Welke browser?"}], "waiting"),
        ([{"verb": "hold", "text": "?"}, {"verb": "resume"}], "open"),
        ([{"verb": "resolve", "text": "Klaar."}, {"verb": "close"}], "closed"),
        ([{"verb": "note", "text": "Intern"}, {"verb": "plan", "value": "none"}], "new"),
        ([{"verb": "classify", "value": "question"}], "new"),
    ],
)
def test_every_verb_can_be_a_step(
    alice: User, ticket: Ticket, taken: list[dict[str, str]], status: str
) -> None:
    assert not [problem for step in taken for problem in steps.problems(step, by_itself=False)]
    macros.run(macro(alice, steps=taken), ticket, actor=alice)
    ticket.refresh_from_db()
    assert ticket.status == status


def test_a_ticket_goes_to_a_team_and_keeps_no_agent_of_another(alice: User, ticket: Ticket) -> None:
    desk.assign(ticket, assignee=alice, team=alice.team, actor=alice)
    hosting = Team.objects.create(name="Hosting", email="hosting@desk.example")
    to_team = [{"verb": "assign", "value": f"team-{hosting.pk}"}]
    macros.run(macro(alice, steps=to_team), ticket, actor=alice)
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (hosting, None)


@pytest.mark.parametrize(
    "step",
    [
        {"verb": "delete"},
        {"verb": "reply", "text": " "},
        {"verb": "reply", "text": "{{ klant.schoenmaat }}"},
        {"verb": "assign", "value": "user-999999"},
        {"verb": "classify", "value": "storing"},
        {"verb": "notify", "value": "me"},
        {"verb": "close", "value": "x"},
        "close",
    ],
)
def test_a_step_that_makes_no_sense_is_refused(alice: User, ticket: Ticket, step: Any) -> None:
    assert steps.problems(step, by_itself=False)
    with pytest.raises(DeskError, match=r"moet eerst|must be mended"):
        macros.run(macro(alice, steps=[step]), ticket, actor=alice)


def test_a_macro_is_made_with_rows_and_without_javascript(client: Client, alice: User) -> None:
    url, typed = reverse("macro-new"), {"title": "Bezig", "scope": "own"}
    page = client.post(url, typed | {"row": "step add", "step-new": "note"}).content.decode()
    assert 'name="step-0-text"' in page
    rows = {"step-0-verb": "note", "step-0-text": "Kijk {{ klant.naam }}"}
    more = typed | rows | {"step-1-verb": "assign", "step-1-value": "me"}
    page = client.post(url, more | {"row": "step 1 up"}).content.decode()
    assert page.index('value="assign"') < page.index('value="note"')
    assert client.post(url, typed).status_code == 422
    assert client.post(url, typed | {"step-0-verb": "note"}).status_code == 422
    assert client.post(url, more).status_code == 302
    saved = Macro.objects.get()
    assert saved.steps == [
        {"verb": "note", "text": "Kijk {{ klant.naam }}"},
        {"verb": "assign", "value": "me"},
    ]
    change = reverse("macro-change", args=[saved.pk])
    assert "Kijk {{ klant.naam }}" in client.get(change).content.decode()
    client.post(reverse("macro-delete", args=[saved.pk]))
    assert not Macro.objects.exists()


def test_agents_keep_their_own_and_leads_everybodys(
    client: Client, alice: User, ticket: Ticket
) -> None:
    bob = people.agent("Bob")
    private, shared = macro(bob, "Van Bob"), macro(bob, "Van allen", scope="all")
    assert client.get(reverse("macro-change", args=[private.pk])).status_code == 404
    assert client.get(reverse("macro-change", args=[shared.pk])).status_code == 403
    run = reverse("macro-run", args=[ticket.reference])
    assert client.post(run, {"macro": private.pk}).status_code == 404
    assert client.post(run, {"macro": "x"}).status_code == 404
    assert client.get(run).status_code == 405
    client.force_login(people.agent("Lea", Role.LEAD))
    assert client.get(reverse("macro-change", args=[shared.pk])).status_code == 200


def test_a_macro_for_many_tickets_does_what_can_be_done_and_says_the_rest(
    client: Client, alice: User, carla: Contact, ticket: Ticket
) -> None:
    other = people.setting(carla, when=people.at("2026-05-18 10:00"))
    desk.resolve(other, words("Klaar"), actor=alice)
    one = macro(alice, steps=[{"verb": "close"}])
    chosen = {"verb": "macro", "tickets": [ticket.pk, other.pk]}
    asked = client.post(reverse("bulk"), chosen).content.decode()
    assert "Bezig: close" in asked
    done = client.post(reverse("bulk"), chosen | {"sure": "1", "macro": one.pk}, follow=True)
    other.refresh_from_db()
    assert other.status == "closed"
    assert f"{ticket.reference}: Step 1, close:" in done.content.decode()


def test_what_a_macro_did_stays_in_the_history_when_it_is_gone(alice: User, ticket: Ticket) -> None:
    one = macro(alice, steps=[{"verb": "note", "text": "x"}])
    run = macros.run(one, ticket, actor=alice)
    assert (run.first_version, run.last_version) == (1, 2)
    one.delete()
    (entry,) = [item for item in line.whole(ticket) if "Bezig" in item.text]
    assert (entry.kind, entry.who) == ("event", "Alice")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        macro(people.agent(f"Bob {number}"), scope="all")
    client.get(reverse("macros"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("macros"))

"""Standard answers and mentions: variables, who may use and keep them, who is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla.models import Clock
from support import desk
from support.canned import filling
from support.canned.models import CannedReply
from support.desk import customer_side
from support.drafts.models import Draft
from support.mail import post
from support.mail.models import OutgoingMail
from support.notifications import mailing, mentions
from support.notifications.models import Notification
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Role, Team, Ticket, User

pytestmark = pytest.mark.django_db

LIST_QUERIES = 4


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


def reply(owner: User, title: str = "Groet", **more: Any) -> CannedReply:
    given: dict[str, Any] = {"body": "Beste {{ klant.voornaam }},"} | more
    return CannedReply.objects.create(owner=owner, title=title, **given)


def offered(client: Client, ticket: Ticket) -> list[dict[str, Any]]:
    listed = client.get(reverse("ticket-canned", args=[ticket.reference])).json()["replies"]
    return list(listed)


def posted(client: Client, url: str, **data: Any) -> Any:
    given = {"title": "Groet", "body": "Hallo", "scope": "own"} | data
    return client.post(url, given)


def test_variables_are_filled_in_from_the_ticket(
    client: Client, alice: User, ticket: Ticket
) -> None:
    names = " | ".join(f"{{{{ {name} }}}}" for name in filling.VARIABLES)
    reply(alice, body=names)
    (one,) = offered(client, ticket)
    *start, deadline = one["text"].split(" | ")
    assert start == [
        "Carla Jansen",
        "Carla",
        "School",
        ticket.reference,
        "Doelen",
        "Alice",
        "Alice",
    ]
    assert str(timezone.localtime().year) in deadline


BODY = "Beste {{ klant.voornaam }},\n\nWe zijn bezig. Uiterlijk {{ deadline }} werkt het.\n\nGroet"
WITHOUT = "Beste Carla,\n\nWe zijn bezig.\n\nGroet"


@pytest.mark.parametrize("why", ["no date", "passed", "not binding", "waits"])
def test_a_sentence_about_a_deadline_that_does_not_stand_is_left_out(
    client: Client, alice: User, ticket: Ticket, why: str
) -> None:
    reply(alice, body=BODY)
    (one,) = offered(client, ticket)
    assert "We zijn bezig. Uiterlijk" in one["text"]
    clock = Clock.objects.filter(ticket=ticket, promise="resolution")
    changed: dict[str, dict[str, Any]] = {
        "no date": {"due_at": None},
        "passed": {"due_at": timezone.now() - timedelta(minutes=1)},
        "not binding": {"binding": False},
        "waits": {"state": Clock.State.PAUSED},
    }
    clock.update(**changed[why])
    (one,) = offered(client, ticket)
    assert one["text"] == WITHOUT


def test_a_line_that_is_all_about_a_deadline_goes_with_it(
    client: Client, alice: User, ticket: Ticket
) -> None:
    Clock.objects.filter(ticket=ticket).update(due_at=None)
    reply(alice, body="Dag\n\nHet is klaar op {{deadline}}\n\nGroet v. {{ agent.naam }}")
    assert offered(client, ticket)[0]["text"] == "Dag\n\nGroet v. Alice"


def test_what_a_customer_wrote_is_no_variable(client: Client, alice: User, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(subject="{{ agent.naam }} <b>")
    reply(alice, body="Over {{ticket.onderwerp}}")
    assert offered(client, ticket)[0]["text"] == "Over {{ agent.naam }} <b>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Hallo {{ klant.schoenmaat }}", "There is no variable {{ klant.schoenmaat }}"),
        ("Hallo {{ klant.naam", "stands alone"),
        ("{% load ui %}", "stands alone"),
        ("{{ klant.naam|upper }}", "stands alone"),
    ],
)
def test_an_unknown_variable_is_refused_on_saving(
    client: Client, alice: User, body: str, said: str
) -> None:
    response = posted(client, reverse("canned-new"), body=body)
    assert (response.status_code, CannedReply.objects.count()) == (422, 0)
    assert said in response.context["form"].errors["body"][0]


def test_a_preview_shows_the_text_with_an_example_and_saves_nothing(
    client: Client, alice: User
) -> None:
    url = reverse("canned-new")
    shown = posted(client, url, body="Beste {{ klant.voornaam }},", preview="1")
    assert "Beste Carla," in shown.content.decode()
    assert not CannedReply.objects.exists()
    assert posted(client, url, body="Beste {{ klant.voornaam }},").status_code == 302
    assert CannedReply.objects.get().owner == alice


def test_one_sees_ones_own_the_teams_and_everybodys(
    client: Client, alice: User, ticket: Ticket
) -> None:
    bob = people.agent("Bob")
    other = Team.objects.create(name="Hosting", email="hosting@desk.example")
    reply(alice, "Van mij")
    reply(bob, "Van Bob")
    reply(bob, "Van ons team", scope="team", team=alice.team)
    reply(bob, "Van hosting", scope="team", team=other)
    reply(bob, "Van allen", scope="all")
    titles = ["Van allen", "Van mij", "Van ons team"]
    assert [one["title"] for one in offered(client, ticket)] == titles
    page = client.get(reverse("canned")).content.decode()
    assert [title in page for title in ("Van mij", "Van Bob", "Van hosting")] == [
        True,
        False,
        False,
    ]


def test_agents_keep_their_own_leads_the_teams_and_everybodys(client: Client, alice: User) -> None:
    shared = reply(people.agent("Bob"), "Gedeeld", scope="all")
    change = reverse("canned-change", args=[shared.pk])
    assert client.get(change).status_code == 403
    assert client.post(reverse("canned-delete", args=[shared.pk])).status_code == 403
    assert posted(client, reverse("canned-new"), scope="all").status_code == 422
    lead = people.agent("Lea", Role.LEAD)
    client.force_login(lead)
    assert posted(client, change, title="Beter", scope="team").status_code == 302
    shared.refresh_from_db()
    assert (shared.title, shared.team) == ("Beter", lead.team)
    client.post(reverse("canned-delete", args=[shared.pk]))
    assert not CannedReply.objects.exists()


def test_a_lead_keeps_no_other_teams(client: Client, alice: User) -> None:
    other = Team.objects.create(name="Hosting", email="hosting@desk.example")
    theirs = reply(alice, "Van hosting", scope="team", team=other)
    client.force_login(people.agent("Lea", Role.LEAD))
    assert client.get(reverse("canned-change", args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        reply(people.agent(f"Bob {number}"), scope="team", team=alice.team)
    client.get(reverse("canned"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("canned"))


def test_customers_keep_no_standard_answers(client: Client) -> None:
    client.force_login(User.objects.create_user("charlie@school.example", name="Charlie"))
    for name in ("canned", "canned-new"):
        assert client.get(reverse(name)).status_code == 403


def test_without_script_one_is_inserted_below_what_was_typed(
    client: Client, alice: User, ticket: Ticket
) -> None:
    one = reply(alice, then="resolve")
    client.post(
        reverse("draft", args=[ticket.reference, "reply"]),
        {"text": "Eerst dit.", "insert": "1", "canned": one.pk},
    )
    draft = Draft.objects.get()
    assert (draft.text, draft.then) == ("Eerst dit.\n\nBeste Carla,", "resolve")
    someone = reply(people.agent("Bob"), "Niet van mij")
    refused = client.post(
        reverse("draft", args=[ticket.reference, "reply"]),
        {"text": "x", "insert": "1", "canned": someone.pk},
    )
    assert refused.status_code == 404


def test_the_customers_language_comes_first(client: Client, alice: User, ticket: Ticket) -> None:
    reply(alice, "A", language="en", body="{{ deadline }}")
    reply(alice, "B", language="nl", body="{{ deadline }}")
    assert [one["title"] for one in offered(client, ticket)] == ["B", "A"]


def test_a_colleague_named_in_a_note_is_told_once_by_mail_and_on_the_page(
    client: Client, alice: User, ticket: Ticket
) -> None:
    bob = people.agent("Bob de Boer")
    User.objects.filter(pk=bob.pk).update(language="en", email="bob@desk.example")
    client.post(
        reverse("note", args=[ticket.reference]),
        {"text": "Kijk jij, @bob de boer? En @Bob de Boer: dank. @Alice ook."},
    )
    told = Notification.objects.get()
    assert (told.recipient, told.kind, told.ticket, told.seen_at) == (bob, "mention", ticket, None)
    Notification.objects.update(mail_due_at=timezone.now())
    mailing.tell(now=timezone.now())
    (letter,) = OutgoingMail.objects.filter(to="bob@desk.example")
    assert letter.subject == f"[{ticket.reference}] Alice mentioned you: Doelen"
    post.send_due(now=timezone.now() + timedelta(minutes=1))
    assert "Kijk jij" in next(sent.body for sent in mail.outbox if sent.to == ["bob@desk.example"])
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert '<mark class="mention">@Bob de Boer</mark>' in page
    client.force_login(bob)
    client.get(reverse("ticket", args=[ticket.reference]))
    told.refresh_from_db()
    assert told.seen_at is not None


def test_an_answer_and_a_customer_mention_nobody(
    client: Client, alice: User, carla: Contact, ticket: Ticket
) -> None:
    people.agent("Bob")
    desk.reply(ticket, words("@Bob zoekt het uit"), actor=alice)
    customer_side.writes(ticket, people.reporter(carla), words("@Bob!"), channel=Channel.EMAIL)
    assert not Notification.objects.exists()


def test_whom_a_text_names(alice: User) -> None:
    jan, janssen = people.agent("Jan"), people.agent("Jan de Boer")
    gone = people.agent("Weg")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.create_user("klant@school.example", name="Klant")
    twins = [people.agent("Kim")]
    twins += [User.objects.create_user("kim2@desk.example", name="Kim", role=Role.AGENT)]

    def named(text: str) -> list[User]:
        return mentions.named_in(text)

    assert named("@Jan de Boer kijkt") == [janssen]
    assert named("@Jan, kijk") == [jan]
    assert named("(@jan)") == [jan]
    assert named("mail naar info@jan en @Janneke") == []
    assert named("@Weg @Klant @Kim") == []
    assert named("@kim2@desk.example") == [twins[1]]


def test_colleagues_are_offered_with_what_to_write(client: Client, alice: User) -> None:
    people.agent("Bob")
    listed = client.get(reverse("colleagues")).json()["colleagues"]
    assert listed == [{"handle": "Bob", "name": "Bob", "team": "Support"}]

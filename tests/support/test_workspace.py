"""The agents' pages: queue, ticket, verbs, telephone."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from sla import calendars, calling
from sla.engine import WorkingHours
from sla.models import Clock, Contract
from support import desk
from support.drafts import keeping
from support.queue import columns
from support.who import Reporter
from support.workspace.verbs import ACTIONS
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, ContactNumber, Kind, Status, Ticket, User

pytestmark = pytest.mark.django_db

QUEUE_QUERIES = 6


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def opened(person: Contact, subject: str = "Doelen", **more: Any) -> Ticket:
    given: dict[str, Any] = {"kind": Kind.SETTING, "channel": Channel.WEB} | more
    return desk.open_ticket(people.reporter(person), words(), subject=subject, **given)


def subjects(response: Any) -> list[str]:
    return [row.ticket.subject for group in response.context["groups"] for row in group["rows"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_one_ticket_and_for_three(
    client: Client,
    alice: User,
    carla: Contact,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for number in range(count):
        customer = people.contact(people.organisation(f"School {number}"), f"C{number}")
        opened(customer, f"Ticket {number}")
    client.get(reverse("queue"))
    with django_assert_num_queries(QUEUE_QUERIES):
        response = client.get(reverse("queue"))
    assert len(subjects(response)) == count


def test_the_queue_is_in_order_of_the_next_binding_deadline_after_what_nobody_judged(
    client: Client, alice: User, carla: Contact
) -> None:
    now = timezone.now()
    opened(carla, "Vraag", kind=Kind.QUESTION)
    opened(carla, "Nieuw")
    opened(carla, "Oud", at=now - timedelta(days=3))
    opened(carla, "Ouder", at=now - timedelta(days=9))
    assert subjects(client.get(reverse("queue"))) == ["Vraag", "Ouder", "Oud", "Nieuw"]


def test_views_and_filters_show_what_was_asked_and_searches_have_their_page(
    client: Client, alice: User, carla: Contact
) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    mine, theirs = opened(carla, "Van mij"), opened(dirk, "Schijf", kind=Kind.SUPPORT)
    desk.assign(mine, assignee=alice, team=None, actor=alice)
    desk.resolve(opened(carla, "Klaar"), words(), actor=alice)
    opened(carla, "Te laat", at=timezone.now() - timedelta(days=9))
    Clock.objects.filter(ticket__subject="Te laat").update(
        state="breached", breached_at=Clock.objects.get(ticket__subject="Te laat").due_at
    )

    def seen(query: str) -> list[str]:
        return sorted(subjects(client.get(f"{reverse('queue')}?{query}")))

    assert seen("") == ["Schijf", "Te laat", "Van mij"]
    assert seen("view=mine") == ["Van mij"]
    assert seen("view=nobody") == ["Schijf", "Te laat"]
    assert seen("view=late") == ["Te laat"]
    assert seen("view=wat") == seen("")
    assert seen(f"organisation={dirk.organisation_id}") == ["Schijf"]
    assert seen("status=resolved") == ["Klaar"]
    assert seen("priority=nonsense") == seen("")
    asked = client.get(f"{reverse('queue')}?q={theirs.reference}")
    assert asked["Location"] == f"{reverse('search')}?q={theirs.reference}"


def test_a_row_of_the_queue_shows_what_changed_since_it_was_drawn(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = opened(carla, "Inloggen")

    def row(query: str = "") -> str:
        page = client.get(f"{reverse('queue')}{query}").content.decode()
        return page.split(f'data-ticket="{ticket.pk}"')[1].split("</tr>")[0]

    assert "Alice" not in row()
    assert row("?view=nobody") != row(), "its link remembers the view"
    desk.assign(ticket, assignee=alice, team=None, actor=alice)
    assert "Alice" in row()
    User.objects.filter(pk=alice.pk).update(name="Aaltje")
    carla.organisation.name = "De Regenboog"
    carla.organisation.save()
    assert "Aaltje" in row()
    assert "De Regenboog" in row()
    desk.prioritise(ticket, priority="hoog", reason="Ligt stil", actor=alice)
    assert "Hoog" in row()
    columns.choose(alice, ["kind"])
    assert "Hoog" not in row()
    assert "Instelling" in row()
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    assert "Setting" in row()


@pytest.mark.parametrize("role", [None, "customer"])
def test_only_the_helpdesk_sees_its_pages(client: Client, carla: Contact, role: str | None) -> None:
    ticket = opened(carla)
    if role:
        client.force_login(User.objects.create_user("charlie@school.example", name="Charlie"))
    refused = 403 if role else 302
    for url in (
        reverse("queue"),
        reverse("ticket", args=[ticket.reference]),
        reverse("phone"),
        reverse("quarantine"),
        reverse("outbox"),
    ):
        assert client.get(url).status_code == refused
    for url in (
        reverse("answer", args=[ticket.reference]),
        reverse("note", args=[ticket.reference]),
        reverse("verb", args=[ticket.reference, "close"]),
    ):
        assert client.post(url).status_code == refused
        assert client.post(url, {"text": "Hallo"}).status_code == 403  # with the words on the page
    assert ticket.events.count() == 1


def test_the_ticket_page_shows_the_conversation_and_why_the_deadline(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = opened(carla)
    desk.note(ticket, words("Alleen voor ons"), actor=alice)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    for shown in ("Het werkt niet.", "Alleen voor ons", "carla@school.example", "3.G"):
        assert shown in page
    assert client.get(reverse("ticket", args=["WD-99999999"])).status_code == 404
    assert client.get(reverse("ticket", args=["onzin"])).status_code == 404


@pytest.mark.parametrize(
    ("then", "status"), [("", "open"), ("hold", "waiting"), ("resolve", "resolved")]
)
def test_an_answer_leaves_it_waits_or_solves(
    client: Client, alice: User, carla: Contact, then: str, status: str
) -> None:
    ticket = opened(carla)
    url = reverse("answer", args=[ticket.reference])
    assert client.post(url, {"text": "Antwoord", "then": then}).status_code == 302
    keeping.send_due(now=timezone.now() + keeping.UNDO)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.filter(kind="reply").count()) == (status, 1)


def test_what_stands_in_the_way_is_said_and_what_was_typed_stays(
    client: Client, alice: User
) -> None:
    ticket = desk.open_ticket(
        Reporter(name="Iemand"), words(), subject="x", kind=Kind.QUESTION, channel=Channel.PHONE
    )
    url = reverse("answer", args=[ticket.reference])
    response = client.post(url, {"text": "Een lang antwoord"})
    assert response.status_code == 422
    assert "Een lang antwoord" in response.content.decode()
    assert client.post(url, {"text": ""}).status_code == 422
    assert client.post(reverse("note", args=[ticket.reference]), {"text": ""}).status_code == 422
    assert ticket.events.count() == 1


def test_every_verb_can_be_done_from_the_page(client: Client, alice: User, carla: Contact) -> None:
    (release,) = people.releases("2036-06-10 07:00")
    ticket = desk.open_ticket(
        Reporter(name="Carla", email="carla@thuis.example"),
        words(),
        subject="Knop",
        kind=Kind.INCIDENT,
        channel=Channel.EMAIL,
        priority="laag",
    )
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("identify", {"contact": carla.pk}, "new"),
        ("rename", {"subject": "Wit scherm"}, "new"),
        ("prioritise", {"priority": "middel", "reason": "Erger"}, "new"),
        ("classify", {"kind": "setting"}, "new"),
        ("classify", {"kind": "incident"}, "new"),
        ("assign", {"assignee": alice.pk, "team": ""}, "new"),
        ("plan", {"release": release.pk}, "new"),
        ("call_back", {"text": "Gebeld"}, "open"),
        ("hold", {"text": "Welke browser?"}, "waiting"),
        ("resume", {}, "open"),
        ("resolve", {"text": "Klaar"}, "resolved"),
        ("reopen", {"reason": "Toch niet"}, "open"),
        ("decline", {"text": "Geen storing"}, "declined"),
        ("close", {}, "closed"),
    ]
    assert {name for name, _data, _status in steps} == {*ACTIONS}
    for name, data, status in steps:
        page = client.get(reverse("ticket", args=[ticket.reference]))
        assert name in [verb["name"] for verb in page.context["verbs"]]
        url = reverse("verb", args=[ticket.reference, name])
        assert client.get(url).status_code == 405
        assert client.post(url, data).status_code == 302, name
        ticket.refresh_from_db()
        assert ticket.status == status, name
    for name, data, _status in steps[8:13]:
        url = reverse("verb", args=[ticket.reference, name])
        if name != "reopen":
            assert client.post(url, data).status_code == 422, name
    assert client.post(reverse("verb", args=[ticket.reference, "merge"])).status_code == 404


@pytest.mark.parametrize("number", ["030 760 02 90", "%2B31307600290", "0031 30 760 02 90", "6002"])
def test_a_caller_is_found_by_number_however_it_is_written(
    client: Client, alice: User, carla: Contact, number: str
) -> None:
    ContactNumber.objects.create(contact=carla, number="+31 (0)30 760 02 90")
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    ContactNumber.objects.create(contact=bob, number="0307619999")
    expected = [] if number == "6002" else ["Carla"]
    for name in ("number", "q"):
        response = client.get(f"{reverse('phone')}?{name}={number}")
        assert [each["contact"]["name"] for each in response.context["results"]] == expected


def test_the_telephone_finds_by_name_and_organisation_who_may_phone_first(
    client: Client, alice: User, carla: Contact
) -> None:
    people.contact(carla.organisation, "Bob", may_phone=False)
    response = client.get(f"{reverse('phone')}?q=school")
    found = [
        (each["contact"]["name"], each["contact"]["may_phone"])
        for each in response.context["results"]
    ]
    assert found == [("Carla", True), ("Bob", False)]
    for nobody in ("Xaver", "%00"):
        assert list(client.get(f"{reverse('phone')}?q={nobody}").context["results"]) == []
    assert client.get(f"{reverse('phone')}?contact=abc").status_code == 200


def test_the_telephone_says_who_may_phone(client: Client, alice: User, carla: Contact) -> None:
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    for person, verdict in ((carla, "yes"), (bob, "no")):
        page = client.get(f"{reverse('phone')}?contact={person.pk}").content.decode()
        assert f'class="verdict" data-may="{verdict}"' in page
    assert "Carla" in page  # who may


NEW = {
    "about": "new",
    "caller": "Carla",
    "email": "carla@school.example",
    "kind": "incident",
    "priority": "hoog",
    "subject": "Alles ligt plat",
    "text": "Niemand kan werken",
    "answered": "yes",
}


def test_a_new_report_by_phone_binds_and_is_answered(
    client: Client, alice: User, carla: Contact
) -> None:
    assert client.post(f"{reverse('phone')}?contact={carla.pk}", NEW).status_code == 302
    ticket, reaction = Ticket.objects.get(), Clock.objects.get(promise="reaction")
    assert (ticket.contact, ticket.channel, ticket.status) == (carla, "phone", Status.OPEN)
    assert (reaction.binding, reaction.state) == (True, "met")


def test_an_unknown_caller_is_recorded_without_binding(
    client: Client, alice: User, carla: Contact
) -> None:
    url = f"{reverse('phone')}?unknown=1&q=06-12345678"
    page = client.get(url)
    assert 'data-may="no"' in page.content.decode()
    assert 'name="answered"' in page.content.decode()
    assert page.context["form"].initial["caller"] == "06-12345678"
    assert client.post(url, NEW).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.organisation) == (None, carla.organisation)
    assert not Clock.objects.get(promise="reaction").binding


@pytest.mark.parametrize(("answered", "state"), [("yes", "met"), ("no", "running")])
def test_a_call_about_a_ticket_makes_it_bind(
    client: Client, alice: User, carla: Contact, answered: str, state: str
) -> None:
    ticket = opened(carla, kind=Kind.INCIDENT, priority="middel", channel=Channel.EMAIL)
    data = NEW | {"about": str(ticket.pk), "subject": "", "answered": answered}
    assert client.post(f"{reverse('phone')}?contact={carla.pk}", data).status_code == 302
    reaction = Clock.objects.get(promise="reaction")
    assert (Ticket.objects.count(), reaction.binding, reaction.state) == (1, True, state)


def test_the_phone_form_says_what_is_missing_and_offers_no_others_tickets(
    client: Client, alice: User, carla: Contact
) -> None:
    other = opened(people.contact(people.organisation("Elders"), "Charlie"))
    url = f"{reverse('phone')}?contact={carla.pk}"
    for wrong, field in (
        ({"subject": ""}, "subject"),
        ({"priority": ""}, "priority"),
        ({"answered": ""}, "answered"),
        ({"about": str(other.pk)}, "about"),
    ):
        response = client.post(url, NEW | wrong)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Ticket.objects.count() == 1


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("open_now", [True, False])
def test_outside_phone_hours_the_page_says_so(
    client: Client,
    carla: Contact,
    monkeypatch: pytest.MonkeyPatch,
    open_now: bool,
    known: bool,
) -> None:
    week = {day: [("00:00", "24:00")] for day in range(7)}
    weekday = timezone.localtime().weekday()
    if not open_now:  # not today, nor on the days beside it
        week = {(weekday + 3) % 7: [("00:00", "24:00")]}
    hours = WorkingHours(week=week, zone="Europe/Amsterdam")
    monkeypatch.setattr(calling, "hours_of", lambda calendar: hours)
    chosen: dict[str, str] = {"contact": str(carla.pk)} if known else {}
    said = client.get(reverse("phone"), chosen).context["outside_hours"]
    words_of = calendars.opening_words(
        carla.organisation.contracts.get().agreement.editions.get().calendar
    )
    assert (words_of in said) is not open_now
    assert ("vanaf 00:00" in said) is not open_now


def test_what_a_call_does_is_said_by_the_callers_agreement(
    client: Client, alice: User, carla: Contact
) -> None:
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    said = [
        client.get(f"{reverse('phone')}?contact={person.pk}").context["verdict"]
        for person in (carla, bob, dirk)
    ]
    assert said[0] == "De reactietijd is bindend vanaf dit gesprek (4.D)."
    assert said[1].endswith("maakt de reactietijd niet bindend (3.C).")
    assert said[2].startswith("Onder deze overeenkomst binden meldingen langs elke weg")
    unknown = client.get(reverse("phone"), {"unknown": "1", "q": "06"}).context["verdict"]
    assert "4.D" not in unknown


def test_the_outbox_is_there_only_without_a_mail_server(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "support.mail.outbox.OutboxBackend"
    assert client.get(reverse("outbox")).status_code == 200
    for name in ("nope.eml", "..%2F..%2Fsecret.eml", "x.txt"):
        assert client.get(f"{reverse('outbox')}{name}").status_code == 404
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert client.get(reverse("outbox")).status_code == 404


def test_a_ticket_that_its_agreement_promises_nothing_on_says_so(
    client: Client, alice: User, carla: Contact
) -> None:
    question = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Vraag",
        kind=Kind.QUESTION,
        channel=Channel.EMAIL,
    )
    page = client.get(reverse("ticket", args=[question.reference])).content.decode()
    assert "Deze overeenkomst belooft niets voor zo’n melding." in page
    assert "geldt geen overeenkomst" not in page


def test_a_waiver_stands_on_the_ticket_and_on_the_customers_page_with_its_days(
    client: Client, alice: User, carla: Contact
) -> None:
    Contract.objects.filter(organisation=carla.organisation).update(
        waived_from=date(2026, 3, 2), waived_until=date(2027, 3, 1), waiver_reason="Mail van Jan"
    )
    ticket = opened(carla)
    for address in (
        reverse("ticket", args=[ticket.reference]),
        reverse("organisation", args=[carla.organisation_id]),
    ):
        page = client.get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ")
        shown = re.sub(r"<[^>]*>", "", page)
        assert "ma 2 mrt 2026 – ma 1 mrt 2027: Mail van Jan" in shown

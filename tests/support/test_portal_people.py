"""The customers' portal: what is open and done, colleagues' reports, and who may what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from support.mail import secrets
from support.mail.models import OutgoingMail
from support.portal import organisation_pages
from tests import people
from tests.people import words
from tickets.models import Contact, ContactAddress, Role, Ticket, User

pytestmark = pytest.mark.django_db


def with_account(contact: Contact, **rights: bool) -> Contact:
    contact.user = User.objects.create(
        email=contact.email, name=contact.name, role=Role.CUSTOMER, language="en"
    )
    for name, value in rights.items():
        setattr(contact, name, value)
    contact.save()
    return contact


@pytest.fixture
def carla() -> Contact:
    return with_account(people.contact(people.organisation()), sees_all=True, keeps_list=True)


@pytest.fixture
def bas(carla: Contact) -> Contact:
    return with_account(people.contact(carla.organisation, "Bas", may_phone=False))


def signed_in(contact: Contact) -> Client:
    client = Client()
    assert contact.user is not None
    client.force_login(contact.user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def page(client: Client, **asked: str) -> str:
    return client.get(reverse("my-tickets"), asked).content.decode()


def reported(contact: Contact, subject: str) -> Ticket:
    ticket = people.setting(contact, when=timezone.now() - timedelta(hours=2))
    Ticket.objects.filter(pk=ticket.pk).update(subject=subject)
    return ticket


# The list


def test_open_and_done_stand_apart_and_are_counted(carla: Contact) -> None:
    reported(carla, "Logo klein")
    done = reported(carla, "Rapport leeg")
    desk.resolve(done, words("Klaar"), actor=people.agent())
    client = signed_in(carla)
    first, other = page(client), page(client, state="done")
    assert ("Logo klein" in first, "Rapport leeg" in first) == (True, False)
    assert ("Logo klein" in other, "Rapport leeg" in other) == (False, True)
    counts = client.get(reverse("my-tickets")).context["tabs"]
    assert [count for _label, count, _url, _chosen in counts] == [1, 1]


def test_a_search_finds_what_one_may_read_and_nothing_of_what_colleagues_here_noted(
    carla: Contact,
) -> None:
    ticket, bob = reported(carla, "Logo"), people.agent("Bob")
    desk.reply(ticket, words("Het staat in de map zwaluw."), actor=bob)
    desk.note(ticket, words("Deze klant is een adelaar."), actor=bob)
    client = signed_in(carla)
    for asked, found in (("zwaluw", True), ("adelaar", False), (ticket.reference, True)):
        assert ('class="report"' in page(client, q=asked)) is found, asked
    assert "Nothing found" in page(client, q="\x00%_\\")


def test_colleagues_reports_are_for_whom_the_organisation_named(
    carla: Contact, bas: Contact
) -> None:
    hers, his = reported(carla, "Van Carla"), reported(bas, "Van Bas")
    elsewhere = people.contact(people.organisation("Elders"), "Eva")
    other = reported(elsewhere, "Van elders")
    boss, worker = signed_in(carla), signed_in(bas)
    assert "Van Bas" in page(boss)
    assert "Van elders" not in page(boss)
    assert "Van Bas" not in page(boss, whose="mine")
    assert "Van Carla" in page(boss, whose="mine")
    assert "Van Carla" not in page(worker)
    for client, ticket, status in (
        (boss, his, 200),
        (boss, other, 404),
        (worker, hers, 404),
        (worker, his, 200),
    ):
        assert client.get(reverse("my-ticket", args=[ticket.reference])).status_code == status
    Contact.objects.filter(pk=carla.pk).update(sees_all=False)
    assert boss.get(reverse("my-ticket", args=[his.reference])).status_code == 404


def test_whoever_reads_a_colleagues_report_answers_it_by_name(carla: Contact, bas: Contact) -> None:
    his = reported(bas, "Van Bas")
    address = reverse("my-ticket", args=[his.reference])
    assert signed_in(carla).post(address, {"text": "Het is dringend."}).status_code == 302
    said = his.messages.order_by("-pk").first()
    assert said is not None
    assert (said.sender_email, said.kind) == (carla.email, "customer")


# What happens next


def test_what_happens_next_is_told_in_a_sentence(carla: Contact) -> None:
    ticket, bob = reported(carla, "Logo"), people.agent("Bob")
    client, address = signed_in(carla), reverse("my-ticket", args=[ticket.reference])

    def told() -> str:
        return str(client.get(address).context["next_step"])

    assert told().startswith("What comes next is our answer: at the latest ")
    with time_machine.travel(timezone.now() + timedelta(days=14)):
        signed = signed_in(carla).get(address)
        assert str(signed.context["next_step"]).startswith("Our answer is late: you should have")
    desk.reply(ticket, words("Wij kijken."), actor=bob)
    assert told() == "We work on it, and answer as soon as we can."
    desk.hold(ticket, words("Welk logo?"), actor=bob)
    assert told() == "We wait for your answer."
    desk.resolve(ticket, words("Klaar"), actor=bob)
    assert told().startswith("We think that it is solved.")


def test_a_customer_says_that_it_is_solved_and_that_it_is_not(carla: Contact) -> None:
    ticket = reported(carla, "Logo")
    client = signed_in(carla)
    address = reverse("my-ticket", args=[ticket.reference])
    assert "It is solved" in client.get(address).content.decode()
    client.post(reverse("my-ticket-solved", args=[ticket.reference]))
    ticket.refresh_from_db()
    assert ticket.status == "resolved"
    assert [event.kind for event in ticket.events.order_by("version")][-2:] == [
        "customer_replied",
        "resolved",
    ]
    again = client.post(reverse("my-ticket-solved", args=[ticket.reference]), follow=True)
    assert "Solved" in again.content.decode()
    shown = client.get(address).content.decode()
    assert "It is not solved" in shown
    client.post(address, {"text": "Het logo is weer weg."})
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_nobody_says_it_of_what_is_not_theirs(carla: Contact, bas: Contact) -> None:
    hers = reported(carla, "Logo")
    address = reverse("my-ticket-solved", args=[hers.reference])
    assert signed_in(bas).post(address).status_code == 404
    assert Ticket.objects.get(pk=hers.pk).is_active


# Who may what


def test_whoever_keeps_the_list_says_who_may_phone_and_reads_what_that_does(
    carla: Contact, bas: Contact
) -> None:
    client = signed_in(carla)
    shown = client.get(reverse("our-people")).content.decode()
    assert "makes our reaction time bind (4.D)" in shown
    changed = {"may_phone": "on", "sees_all": "on"}
    client.post(reverse("our-people-change", args=[bas.pk]), changed)
    bas.refresh_from_db()
    assert (bas.may_phone, bas.sees_all, bas.keeps_list) == (True, True, False)


def test_under_the_other_agreement_the_page_says_what_holds_there() -> None:
    contact = people.contact(people.organisation("Winkel", key="diploc"))
    dirk = with_account(contact, keeps_list=True)
    shown = signed_in(dirk).get(reverse("our-people")).content.decode()
    assert "4.D" not in shown
    assert "may phone" in shown


def test_others_read_who_may_phone_and_change_nothing(carla: Contact, bas: Contact) -> None:
    client = signed_in(bas)
    shown = client.get(reverse("our-people")).content.decode()
    assert "Carla" in shown
    assert "<form class=" not in shown.partition('id="main"')[2]
    for address in (
        reverse("our-people-change", args=[bas.pk]),
        reverse("our-people-left", args=[carla.pk]),
    ):
        assert client.post(address, {"may_phone": "on", "keeps_list": "on"}).status_code == 404
    assert client.post(reverse("our-people-invite"), {"name": "X"}).status_code == 403
    bas.refresh_from_db()
    assert not bas.may_phone


def test_nobody_changes_people_of_another_organisation(carla: Contact) -> None:
    other = with_account(people.contact(people.organisation("Elders"), "Eva"))
    client = signed_in(carla)
    for name in ("our-people-change", "our-people-left"):
        assert client.post(reverse(name, args=[other.pk]), {"keeps_list": "on"}).status_code == 404


def test_the_last_who_keeps_the_list_can_not_give_it_away_to_nobody(
    carla: Contact, bas: Contact
) -> None:
    client = signed_in(carla)
    refused = client.post(reverse("our-people-change", args=[carla.pk]), {"may_phone": "on"})
    assert refused.status_code == 422
    assert "Nobody else keeps the list" in refused.content.decode()
    client.post(reverse("our-people-change", args=[bas.pk]), {"keeps_list": "on"})
    client.post(reverse("our-people-change", args=[carla.pk]), {"may_phone": "on"})
    carla.refresh_from_db()
    assert not carla.keeps_list
    assert client.get(reverse("our-people")).context["rows"] == []


def test_a_colleague_is_invited_and_signs_in_once_by_the_link(carla: Contact) -> None:
    given = {"name": "Nour", "email": "Nour@School.example", "sees_all": "on"}
    assert signed_in(carla).post(reverse("our-people-invite"), given).status_code == 302
    nour = Contact.objects.get(name="Nour")
    assert (nour.organisation, nour.sees_all, nour.may_phone) == (carla.organisation, True, False)
    mail = OutgoingMail.objects.get(to="nour@school.example")
    assert "Carla of School made an account for you" in mail.text
    link = secrets.reveal(mail.text, to=mail.to).split("/sign-in/")[1].split("/")[0]
    visitor = Client()
    for signs_in in (True, False):
        visitor.logout()
        visitor.post(f"/sign-in/{link}/")
        assert ("_auth_user_id" in visitor.session) is signs_in


def test_an_address_that_is_known_is_refused_without_saying_whose_it_is(carla: Contact) -> None:
    people.contact(people.organisation("Elders"), "Eva")
    people.agent("Bob")
    known = [
        ContactAddress.objects.get(contact__name="Eva").email,
        User.objects.get(name="Bob").email,
    ]
    for email in known:
        refused = signed_in(carla).post(reverse("our-people-invite"), {"name": "X", "email": email})
        assert refused.status_code == 422
        said = refused.content.decode()
        assert "be invited from here" in said
        assert "Elders" not in said
    assert not OutgoingMail.objects.exists()


def test_invitations_are_bounded_a_day(carla: Contact, monkeypatch: Any) -> None:
    monkeypatch.setattr(organisation_pages, "INVITATIONS", 2)
    client = signed_in(carla)  # herself is one of this day
    answers = [
        client.post(
            reverse("our-people-invite"),
            {"name": f"P{number}", "email": f"p{number}@school.example"},
        ).status_code
        for number in range(2)
    ]
    assert answers == [302, 422]


def test_whoever_left_is_signed_out_and_may_nothing(carla: Contact, bas: Contact) -> None:
    Contact.objects.filter(pk=bas.pk).update(may_phone=True, sees_all=True)
    away = signed_in(bas)
    assert away.get(reverse("my-tickets")).status_code == 200
    signed_in(carla).post(reverse("our-people-left", args=[bas.pk]))
    bas.refresh_from_db()
    assert (bas.may_phone, bas.sees_all, bas.keeps_list) == (False, False, False)
    assert away.get(reverse("my-tickets")).status_code == 302
    refused = signed_in(carla).post(reverse("our-people-left", args=[carla.pk]), follow=True)
    assert "Nobody else keeps the list" in refused.content.decode()


def test_whom_we_do_not_know_is_told_so() -> None:
    client = Client()
    client.force_login(User.objects.create(email="x@y.example", name="X", role=Role.CUSTOMER))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    shown = client.get(reverse("our-people"))
    assert shown.status_code == 200
    assert "know your organisation yet" in shown.content.decode()

"""How it was: asked once, answered from the letter, never by a program that looks through mail."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support import desk
from support.desk.models import OpinionRule
from support.mail.models import OutgoingMail
from support.timeline import line
from tests import people
from tests.people import words
from tickets.models import Contact, Organisation, Role, Team, Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def bob() -> User:
    return people.agent("Bob")


def solved(carla: Contact, bob: User) -> Ticket:
    ticket = people.setting(carla, when=timezone.now() - timedelta(hours=2))
    desk.assign(ticket, assignee=bob, team=bob.team, actor=bob)
    return desk.resolve(ticket, words("Klaar."), actor=bob)


def letters_with_question() -> list[OutgoingMail]:
    return [mail for mail in OutgoingMail.objects.order_by("pk") if "/opinion/" in mail.text]


def link(mark: str) -> str:
    (mail,) = letters_with_question()
    address = re.search(rf"http\S+/opinion/\S+\?mark={mark}", mail.text)
    assert address is not None
    return address[0].removeprefix(settings.ORIGIN.url)


def said(ticket: Ticket) -> list[Any]:
    return [event.data for event in ticket.events.filter(kind="rated").order_by("version")]


def test_the_letter_that_tells_of_the_solution_asks_in_the_readers_language(
    carla: Contact, bob: User
) -> None:
    solved(carla, bob)
    (mail,) = letters_with_question()
    assert "Hoe was het?" in mail.text
    assert "Goed: http" in mail.text
    assert mail.html.count("/opinion/") == 3


def test_nobody_is_asked_twice_or_reminded(carla: Contact, bob: User) -> None:
    ticket = solved(carla, bob)
    desk.reopen(ticket, reason="Nee", actor=bob)
    desk.reply(ticket, words("Nog even."), actor=bob)
    desk.resolve(ticket, words("Nu wel."), actor=bob)
    assert len(letters_with_question()) == 1


def test_a_click_and_a_button_answer_without_signing_in(carla: Contact, bob: User) -> None:
    ticket = solved(carla, bob)
    visitor, address = Client(), link("fair")
    shown = visitor.get(address)
    assert shown.status_code == 200
    assert ticket.subject not in shown.content.decode()
    assert 'value="fair"' in shown.content.decode()
    thanked = visitor.post(address, {"mark": "fair", "reason": "Duurde lang"})
    assert thanked.status_code == 200
    assert said(ticket) == [{"mark": "fair", "reason": "Duurde lang"}]
    told = [item.text for item in line.whole(ticket)]
    assert any("Duurde lang" in text for text in told)


def test_a_program_that_opens_every_link_answers_nothing(carla: Contact, bob: User) -> None:
    ticket = solved(carla, bob)
    for mark in ("good", "fair", "bad"):
        for ask in (Client().get, Client().head):
            assert ask(link(mark)).status_code == 200
    assert said(ticket) == []


def test_whoever_thinks_otherwise_says_so_but_not_without_end(carla: Contact, bob: User) -> None:
    ticket = solved(carla, bob)
    address = link("good")
    answers = [Client().post(address, {"mark": mark}).status_code for mark in ["bad", "good"] * 3]
    assert answers == [200] * 5 + [422]
    assert said(ticket)[-1]["mark"] == "bad"


def test_odd_links_and_answers_are_refused_in_words(carla: Contact, bob: User) -> None:
    ticket = solved(carla, bob)
    address = link("good")
    token = address.split("/")[2]
    for odd in (f"{token[:-1]}{'x' if token[-1] != 'x' else 'y'}", "1:abc", "9" * 400):
        assert Client().get(f"/opinion/{odd}/").status_code == 404
    for given in (
        {},
        {"mark": "great"},
        {"mark": "good", "reason": "\x00"},
        {"mark": "good", "reason": "x" * 1001},
    ):
        assert Client().post(address, given).status_code == 422
    assert said(ticket) == []


def test_an_opinion_moves_no_promise(carla: Contact, bob: User) -> None:
    ticket = solved(carla, bob)
    before = list(ticket.clocks.order_by("pk").values())
    Client().post(link("bad"), {"mark": "bad"})
    assert list(ticket.clocks.order_by("pk").values()) == before
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_leads_read_what_was_said_of_their_team_and_every_figure_opens_it(
    carla: Contact, bob: User
) -> None:
    ticket = solved(carla, bob)
    address = link("bad")
    for mark in ("good", "bad"):
        Client().post(address, {"mark": mark, "reason": "=1+1"})
    client = Client()
    client.force_login(people.agent("Mila", Role.MANAGER))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    shown = client.get(reverse("opinions"))
    month = shown.context["months"][-1]
    assert (month.counts, month.share) == ({"good": 0, "fair": 0, "bad": 1}, 0)
    for key, count in month.counts.items():
        opened = client.get(shown.context["address"](month.month, key))
        assert opened.context["page_obj"].paginator.count == count
    assert ticket.reference in shown.content.decode()
    lead = people.agent("Lieke", Role.LEAD)
    client.force_login(lead)
    assert client.get(reverse("opinions")).context["months"][-1].all == 1
    User.objects.filter(pk=lead.pk).update(team=Team.objects.create(name="Tweede"))
    assert client.get(reverse("opinions")).context["months"][-1].all == 0
    client.force_login(bob)
    assert client.get(reverse("opinions")).status_code == 403


def test_it_asks_as_much_however_much_was_said(
    carla: Contact, bob: User, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    client.force_login(people.agent("Mila", Role.MANAGER))
    client.get(reverse("opinions"))
    for _ in range(4):
        Client().post(f"/opinion/{_token(solved(carla, bob))}/", {"mark": "good"})
    with django_assert_max_num_queries(9):
        client.get(reverse("opinions"))


def _token(ticket: Ticket) -> str:
    (mail,) = [mail for mail in letters_with_question() if mail.ticket_id == ticket.pk]
    address = re.search(r"/opinion/([^/]+)/", mail.text)
    assert address is not None
    return address[1]


@pytest.mark.parametrize("off", ["house", "organisation"])
def test_where_it_is_switched_off_nothing_asks_and_old_links_are_answered_no_more(
    carla: Contact, bob: User, off: str
) -> None:
    solved(carla, bob)
    old = link("good")
    if off == "house":
        OpinionRule.objects.update_or_create(pk=1, defaults={"asks": False})
    else:
        Organisation.objects.filter(pk=carla.organisation_id).update(asks_opinion=False)
    second = solved(carla, bob)
    assert len(letters_with_question()) == 1
    shown = Client().get(old).content.decode()
    assert "Dit vragen wij niet meer" in shown
    assert "<form" not in shown.partition("<main")[2]
    Client().post(old, {"mark": "good", "reason": ""})
    assert [said(each) for each in Ticket.objects.all()] == [[], []]
    assert second.organisation == carla.organisation

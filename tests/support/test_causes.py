"""Why a promise was missed: who says it, where, what the history keeps and what solving asks."""

from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla.models import Clock
from support import desk
from support.causes.models import Asked, Cause, CauseRule, GivenCause
from support.desk import DeskError, causing, gathering
from support.timeline import line
from tests import people
from tests.api.programs import program
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db
WITH_A_MISS = 7
"""Statements of a ticket's page with missed promises: one more than without."""
WITH_MERGED = 13
"""The same with tickets that were merged into it, however many."""


@pytest.fixture
def lena(client: Client) -> User:
    user = people.agent("Lena", Role.LEAD)
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def busy() -> Cause:
    return Cause.objects.get_or_create(name_nl="Te druk", name_en="Too busy")[0]


@pytest.fixture
def supplier() -> Cause:
    return Cause.objects.get_or_create(
        name_nl="Wachten op leverancier", name_en="Waiting for a supplier"
    )[0]


def rule(asked: str) -> None:
    CauseRule.objects.update_or_create(pk=1, defaults={"asked": asked})


def missed(carla: Contact, subject: str = "Opslaan") -> Ticket:
    """A Hoog by mail whose solution was missed."""
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject=subject,
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.EMAIL,
        at=at("2026-05-18 10:00"),
    )
    assert Clock.objects.filter(ticket=ticket, target_key="resolution-hoog").exists()
    return ticket


def post(client: Client, ticket: Ticket, **data: Any) -> Any:
    url = reverse("verb", args=[ticket.reference, "give_cause"])
    return client.post(url, data, follow=True)


def history_of(ticket: Ticket) -> list[str]:
    return [item.text for item in line.whole(ticket) if item.kind == "event"]


def test_a_lead_says_on_the_ticket_why_and_its_history_tells_from_what_to_what(
    client: Client, lena: User, carla: Contact, busy: Cause, supplier: Cause
) -> None:
    ticket = missed(carla)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "Why was this missed?" in page
    post(client, ticket, cause=busy.pk, note="Twee zieken", promise="resolution-hoog")
    page = post(client, ticket, cause=supplier.pk, promise="resolution-hoog").content.decode()
    assert "Waiting for a supplier" in page
    assert "Too busy → Waiting for a supplier" in page
    first, second = ticket.events.filter(kind="cause_given").order_by("version")
    assert (first.data["from"], first.data["to"]["nl"], first.data["note"]) == (
        None,
        "Te druk",
        "Twee zieken",
    )
    assert second.data["from"]["nl"] == "Te druk"
    assert (second.actor, second.data["clause"]) == (lena, "Bijlage 1, Oplostijden: Hoog")
    with pytest.raises(IntegrityError), transaction.atomic():
        GivenCause.objects.create(
            ticket=ticket,
            target_key="resolution-hoog",
            started_at=at("2026-05-18 10:00"),
            cause=busy,
            by=lena,
            at=timezone.now(),
        )


@pytest.mark.parametrize("merged", [0, 1, 3])
@pytest.mark.usefixtures("lena", "busy")
def test_all_that_was_missed_is_asked_about_in_one_statement(
    merged: int,
    client: Client,
    carla: Contact,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ticket, bob = missed(carla), people.agent("Bob")
    for number in range(merged):
        gathering.merge(missed(carla, f"Opslaan {number}"), into=ticket, actor=bob)
    url = reverse("ticket", args=[ticket.reference])
    page = client.get(url).content.decode()
    assert page.count("Choose a cause</option>") == 1 + merged
    with django_assert_num_queries(WITH_MERGED if merged else WITH_A_MISS):
        client.get(url)


def test_the_same_said_twice_is_said_once(carla: Contact, lena: User, busy: Cause) -> None:
    ticket = missed(carla)
    for _time in range(2):
        causing.give_cause(ticket, cause=busy, promise="resolution-hoog", actor=lena)
    assert ticket.events.filter(kind="cause_given").count() == 1


def test_what_was_not_missed_has_no_cause(carla: Contact, lena: User, busy: Cause) -> None:
    ticket = people.setting(carla, when=timezone.now())
    for promise in ("", "reaction-setting", "what"):
        with pytest.raises(DeskError):
            causing.give_cause(ticket, cause=busy, promise=promise, actor=lena)
    assert not GivenCause.objects.exists()


def test_an_agent_says_it_first_where_solving_asks_and_a_lead_may_say_otherwise(
    client: Client, carla: Contact, busy: Cause, supplier: Cause
) -> None:
    alice, ticket = people.agent(), missed(carla)
    client.force_login(alice)
    rule(Asked.OFF)
    assert post(client, ticket, cause=busy.pk, promise="resolution-hoog").status_code == 422
    rule(Asked.ASK)
    assert post(client, ticket, cause=busy.pk, promise="resolution-hoog").status_code == 200
    refused = post(client, ticket, cause=supplier.pk, promise="resolution-hoog", note="Toch anders")
    assert refused.status_code == 422
    assert "Toch anders" in refused.content.decode()
    assert GivenCause.objects.get().cause == busy


def test_solving_asks_for_it_requires_it_or_leaves_it_as_the_house_chose(
    client: Client, lena: User, carla: Contact, busy: Cause
) -> None:
    said = "This is done, and a promise was missed: say why."
    for asked, solves, told in (
        (Asked.OFF, True, False),
        (Asked.ASK, True, True),
        (Asked.REQUIRE, False, False),
    ):
        rule(asked)
        ticket = missed(carla, f"Met {asked}")
        url = reverse("verb", args=[ticket.reference, "resolve"])
        page = client.post(url, {"text": "Gedaan"}, follow=True)
        ticket.refresh_from_db()
        assert (ticket.status == "resolved") is solves, asked
        assert (said in page.content.decode()) is told, asked
    assert "Solution" in page.content.decode()
    assert "why this was missed" in page.content.decode()
    causing.give_cause(ticket, cause=busy, actor=lena)
    desk.resolve(ticket, words("Gedaan"), actor=lena)


def test_what_solves_by_itself_is_not_asked(carla: Contact) -> None:
    rule(Asked.REQUIRE)
    ticket = missed(carla)
    assert desk.resolve(ticket, None, actor=None).status == "resolved"


def test_many_at_once_get_one_cause_and_those_with_nothing_missed_are_named(
    client: Client, lena: User, carla: Contact, busy: Cause
) -> None:
    one, two = missed(carla, "Een"), missed(carla, "Twee")
    fine = people.setting(carla, when=timezone.now())
    chosen = {"tickets": [one.pk, two.pk, fine.pk], "verb": "give_cause", "sure": "1"}
    page = client.post(reverse("bulk"), chosen | {"cause": busy.pk}, follow=True)
    assert fine.reference in page.content.decode()
    assert {given.ticket_id for given in GivenCause.objects.all()} == {one.pk, two.pk}


def test_of_a_merged_ticket_it_is_said_on_the_one_that_stays(
    client: Client, lena: User, carla: Contact, busy: Cause
) -> None:
    gone, stays = missed(carla, "Weg"), missed(carla, "Blijft")
    gathering.merge(gone, into=stays, actor=lena)
    name = f"{gone.reference}:resolution-hoog"
    assert name in client.get(reverse("ticket", args=[stays.reference])).content.decode()
    post(client, stays, cause=busy.pk, promise=name)
    assert GivenCause.objects.get().ticket == gone
    assert gone.reference in stays.events.get(kind="cause_given").data["of"]
    assert any(gone.reference in text and busy.name_en in text for text in history_of(stays))


def test_a_cause_outlives_its_clocks_row_and_a_priority_that_came_and_went(
    carla: Contact, lena: User, busy: Cause
) -> None:
    ticket = missed(carla)
    causing.give_cause(ticket, cause=busy, promise="resolution-hoog", actor=lena)
    desk.prioritise(ticket, priority="laag", reason="Valt mee", actor=lena)
    with pytest.raises(DeskError):
        causing.give_cause(ticket, cause=busy, promise="resolution-hoog", actor=lena)
    desk.prioritise(ticket, priority="hoog", reason="Toch niet", actor=lena)
    with pytest.raises(DeskError, match=r"without a cause|zonder oorzaak"):
        causing.give_cause(ticket, cause=busy, actor=lena)


def test_a_cause_that_is_no_longer_in_use_cant_be_chosen(
    client: Client, lena: User, carla: Contact, busy: Cause
) -> None:
    busy.active = False
    busy.save()
    assert post(client, missed(carla), cause=busy.pk).status_code == 422


def test_programs_say_it_by_the_name_of_a_promise(carla: Contact, busy: Cause) -> None:
    ticket, client = missed(carla), program(people.agent("Lena", Role.LEAD))
    base = f"/api/v1/tickets/{ticket.reference}/"
    clocks = client.get(f"{base}clocks/").json()["results"]
    name = next(each["name"] for each in clocks if each["state"] == "breached")
    tag = client.get(base)["ETag"]
    done = client.post(
        f"{base}give-cause/",
        {"cause": busy.pk, "promise": name},
        content_type="application/json",
        headers={"If-Match": tag},
    )
    assert done.status_code == 200, done.content
    assert GivenCause.objects.get().cause == busy

"""Letters of the status page: asked for, confirmed by a person, told once, ended at one click."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail as sent_mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from sla import outages, upkeep
from sla.models import Maintenance, OutageEvent, Service
from support.mail import post, secrets
from support.mail.models import OutgoingMail
from support.status_page import letters, stored, subscribing
from support.status_page.models import ShownService, StatusLetter, StatusNews, Subscriber
from tests import people
from tests.support.services.status_house import DAY, HOUR, MINUTE, NOW, a_public, a_service, down
from tickets.models import Role

pytestmark = pytest.mark.django_db
Progress = OutageEvent.Progress


@pytest.fixture(autouse=True)
def service(settings: Settings, tmp_path: Path) -> Service:
    """A service that is public."""
    settings.MEDIA_ROOT = tmp_path
    found = a_public()
    stored.write(now=timezone.now())
    return found


def asks(client: Client, email: str = "Lezer@Krant.example") -> str:
    form = client.get(reverse("status-subscribe")).context["form"]
    given = {"email": email, "website": "", "opened": form.initial["opened"]}
    answer = client.post(reverse("status-subscribe"), given)
    assert answer.status_code == 200
    return answer.content.decode()


def link() -> str:
    """Of the last letter, as its reader sees it."""
    letter = OutgoingMail.objects.latest("pk")
    assert "/status/confirm/" not in letter.text  # sealed until it leaves
    found = re.search(
        r"https?://[^/]+(/status/confirm/\S+)", secrets.reveal(letter.text, to=letter.to)
    )
    assert found is not None
    return found[1]


def subscribed(email: str = "lezer@krant.example", **more: object) -> Subscriber:
    known = {"language": "nl", "asked_at": NOW - DAY, "confirmed_at": NOW - DAY} | more
    return Subscriber.objects.create(email=email, **known)


def test_a_link_that_is_only_opened_confirms_nothing_and_a_button_does(client: Client) -> None:
    asks(client)
    letter = OutgoingMail.objects.get()
    assert letter.to == "lezer@krant.example"
    assert letter.unasked
    address = link()
    for _scanner in range(3):
        scanned = client.get(address)
        assert "Zullen wij lezer@krant.example mailen" in scanned.content.decode()
        client.head(address)
    assert Subscriber.objects.confirmed().count() == 0
    assert "vanaf nu" in client.post(address).content.decode()
    assert Subscriber.objects.confirmed().count() == 1
    assert "vanaf nu" in client.post(address).content.decode()  # pressed twice


def test_the_answer_is_the_same_for_every_address(client: Client) -> None:
    subscribed("bekend@krant.example")
    told = [
        re.sub(r"nonce-\S+|value=\"\S+\"", "", asks(client, address)).replace(address, "…")
        for address in ("bekend@krant.example", "onbekend@krant.example", "no-reply@krant.example")
    ]
    assert told[0] == told[1] == told[2]
    assert [each.to for each in OutgoingMail.objects.all()] == ["onbekend@krant.example"]


def test_a_second_letter_to_an_address_waits_and_many_tries_are_braked(
    client: Client, settings: Settings
) -> None:
    asks(client)
    asks(client)
    assert OutgoingMail.objects.count() == 1
    cache.clear()
    settings.REPORTS_PER_VISITOR = 1
    asks(client, "derde@krant.example")
    given = {"email": "vierde@krant.example", "opened": subscribing_form(client)}
    refused = client.post(reverse("status-subscribe"), given)
    assert refused.status_code == 422
    assert "vierde@krant.example" in refused.content.decode()
    assert "over tien minuten" in refused.content.decode()
    assert OutgoingMail.objects.count() == 2


def subscribing_form(client: Client) -> str:
    return str(client.get(reverse("status-subscribe")).context["form"].initial["opened"])


def test_an_old_or_invented_link_confirms_nothing_and_says_so(client: Client) -> None:
    asks(client)
    address = link()
    Subscriber.objects.update(asked_at=NOW - 4 * DAY)
    assert subscribing.forget(now=NOW) == 1
    for path in (address, reverse("status-confirm", args=["1:x:y"])):
        answer = client.post(path)
        assert answer.status_code == 404
        assert "niet meer geldig" in answer.content.decode()
    assert Subscriber.objects.count() == 0
    subscribed()
    assert subscribing.forget(now=NOW + 400 * DAY) == 0


def came_back(reader: Subscriber, service: Service, *moments: datetime) -> None:
    """Letters about as many outages, and the mail server's word that they can't be delivered."""
    for at in moments:
        event = down(service, at, MINUTE).events.get(kind=OutageEvent.Kind.RESTORED)
        letter = StatusLetter.objects.create(
            news=StatusNews.objects.create(event=event, told_at=at),
            subscriber=reader,
            mail=post.post(to=reader.email, subject="Webhosting 3 is er weer", text="…", at=at),
        )
        OutgoingMail.objects.filter(pk=letter.mail.pk).update(
            bounced_at=at, state=OutgoingMail.State.FAILED, error="550 5.1.1 bestaat niet"
        )


def test_letters_that_keep_coming_back_end_until_a_manager_or_the_reader_says_otherwise(
    client: Client, service: Service
) -> None:
    reader = subscribed(confirmed_at=NOW - 50 * DAY)
    other = subscribed("ander@krant.example", confirmed_at=NOW - 50 * DAY)
    came_back(reader, service, NOW - 30 * DAY, NOW - 29 * DAY)
    assert subscribing.end_what_comes_back(now=NOW) == 0  # two may be a full mailbox
    came_back(reader, service, NOW - 20 * DAY)
    assert subscribing.end_what_comes_back(now=NOW) == 1
    assert list(Subscriber.objects.confirmed()) == [other]
    ada = people.agent("Ada", Role.ADMIN)
    client.force_login(ada)
    assert "1 krijgt er geen meer" in client.get(reverse("status-desk")).content.decode()
    address = reverse("admin:support_subscriber_changelist")
    page = client.get(address, {"letters": "gone"}).content.decode()
    assert "550 5.1.1 bestaat niet" in page
    assert "ander@krant.example" not in page
    chosen = {"action": "write_again", "_selected_action": [reader.pk]}
    client.post(address, chosen)
    assert Subscriber.objects.confirmed().count() == 2
    assert subscribing.end_what_comes_back(now=NOW) == 0  # what came back before counts no more
    Subscriber.objects.filter(pk=reader.pk).update(gone_at=NOW)
    client.logout()
    asks(client, reader.email)
    client.post(link())
    assert Subscriber.objects.confirmed().count() == 2
    Subscriber.objects.filter(pk=reader.pk).update(gone_at=NOW)
    assert subscribing.forget(now=NOW + 91 * DAY) > 0
    assert list(Subscriber.objects.all()) == [other]


def test_three_that_came_back_in_one_day_end_nothing(service: Service) -> None:
    reader = subscribed(confirmed_at=NOW - 50 * DAY)
    came_back(reader, service, *(NOW - hours * HOUR for hours in (50, 40, 30)))
    assert StatusLetter.objects.came_back().count() == 3
    assert subscribing.end_what_comes_back(now=NOW) == 0


def test_a_manager_takes_an_address_away_and_an_agent_may_only_look(client: Client) -> None:
    reader = subscribed()
    gone = reverse("admin:support_subscriber_delete", args=[reader.pk])
    client.force_login(people.agent("Bob"))
    assert client.get(reverse("admin:support_subscriber_changelist")).status_code == 200
    assert client.post(gone, {"post": "yes"}).status_code == 403
    client.force_login(people.agent("Mia", Role.MANAGER))
    client.post(gone, {"post": "yes"})
    assert not Subscriber.objects.exists()


def test_subscribers_hear_of_an_outage_its_updates_and_its_end_each_once(service: Service) -> None:
    subscribed()
    subscribed("reader@paper.example", language="en")
    subscribed("later@krant.example", confirmed_at=None)
    noor = people.agent("Noor")
    outage = down(service, NOW - HOUR)
    assert letters.tell(now=NOW) == 2
    assert letters.tell(now=NOW) == 0
    first, english = OutgoingMail.objects.order_by("to")
    assert first.subject == "Webhosting 3 ligt eruit"
    assert english.subject == "Webhosting 3 is down"
    outages.tell(outage, Progress.IDENTIFIED, {"nl": "Een kabel."}, actor=noor, now=NOW)
    outages.restore(outage, at=NOW, now=NOW)
    assert letters.tell(now=NOW) == 4
    subjects = OutgoingMail.objects.filter(to="lezer@krant.example").values_list(
        "subject", flat=True
    )
    assert "Webhosting 3: Wij hebben de oorzaak gevonden" in subjects
    assert "Webhosting 3 is er weer" in subjects
    everything = " ".join(each.text + each.html for each in OutgoingMail.objects.all())
    assert "Jansen" not in everything
    assert "Noor" not in everything


def test_nobody_hears_of_what_is_not_public_nor_of_what_was_before(service: Service) -> None:
    subscribed()
    down(a_service("Kluis", "Ander"), NOW - HOUR)
    down(service, NOW - 2 * DAY, HOUR)  # too long ago for a letter
    ShownService.objects.update(since=NOW - MINUTE)
    outage = down(service, NOW - HOUR)
    assert letters.tell(now=NOW) == 0
    subscribed("nieuw@krant.example", confirmed_at=NOW + HOUR)
    outages.restore(outage, at=NOW, now=NOW)
    assert letters.tell(now=NOW) == 1  # to who was there by then
    assert StatusNews.objects.filter(told_at=None).count() == 0


def test_an_outage_that_was_none_is_taken_back_to_who_heard_of_it(service: Service) -> None:
    subscribed()
    outage = down(service, NOW - HOUR)
    letters.tell(now=NOW)
    outages.withdraw(outage, reason="Vergissing", actor=None, now=NOW)
    assert letters.tell(now=NOW) == 1
    assert "lag er toch niet uit" in OutgoingMail.objects.latest("pk").subject
    unheard = down(service, NOW - MINUTE)
    outages.withdraw(unheard, reason="Vergissing", actor=None, now=NOW)
    assert letters.tell(now=NOW) == 0


def test_maintenance_is_announced_changed_begun_and_ended_by_mail(service: Service) -> None:
    subscribed()
    work = Maintenance(
        kind="planned",
        nature="Schijven",
        begins_at=NOW + DAY,
        ends_at=NOW + DAY + HOUR,
        expected_minutes=20,
    )
    upkeep.announce(work, [service, a_service("Kluis", "Ander")], actor=None, now=NOW)
    other = {"begins_at": NOW + 2 * DAY, "ends_at": NOW + 2 * DAY + HOUR, "reason": "x"}
    upkeep.change(work, **other, actor=None, now=NOW)  # type: ignore[arg-type]
    upkeep.cancel(work, reason="Uitgesteld", actor=None, now=NOW)
    assert letters.tell(now=NOW) == 3
    said = [each.subject for each in OutgoingMail.objects.order_by("pk")]
    assert said == [
        "Gepland onderhoud: Schijven – aangekondigd",
        "Gepland onderhoud: Schijven – op een ander moment",
        "Gepland onderhoud: Schijven – gaat niet door",
    ]
    assert "Kluis" not in " ".join(OutgoingMail.objects.values_list("text", flat=True))


def test_the_letters_end_at_one_click_of_a_mail_program_and_not_by_opening_a_link(
    service: Service,
) -> None:
    subscribed()
    down(service, NOW - HOUR)
    letters.tell(now=NOW)
    post.send_due(now=timezone.now() + timedelta(seconds=1))
    headers = sent_mail.outbox[-1].message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https?://[^/]+(/status/unsubscribe/.+)>", headers["List-Unsubscribe"])
    assert found is not None
    program = Client(enforce_csrf_checks=True)
    assert "Stoppen met onze brieven" in program.get(found[1]).content.decode()
    assert Subscriber.objects.count() == 1
    body = "List-Unsubscribe=One-Click"
    kind = "application/x-www-form-urlencoded"
    assert program.post(found[1], body, content_type=kind).status_code == 200
    assert Subscriber.objects.count() == 0
    assert program.post(found[1], body, content_type=kind).status_code == 200
    assert program.post("/status/unsubscribe/1:x/", body, content_type=kind).status_code == 404
    assert OutgoingMail.objects.count() == 1  # what was sent is kept

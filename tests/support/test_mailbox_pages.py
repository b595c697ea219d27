"""A mailbox that is not read alarms; managers see how each fares; its secrets stay inside."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support.faults.met import CLOCK, WORK, beat
from support.mail.models import IncomingMail, Mailbox, OutgoingMail
from support.mailboxes import imap, sweep
from support.mailboxes import letters as notices
from support.secrets.sealing import seal, unseal
from tests import people
from tests.dovecot import PASSWORD, USER, Dovecot
from tests.people import at
from tickets.models import Role

pytestmark = pytest.mark.usefixtures("looked_at")

NOON = at("2026-05-18 12:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def mailbox(**given: object) -> Mailbox:
    values = {
        "name": "Helpdesk",
        "address": "helpdesk@desk.example",
        "host": "imap.desk.example",
        "username": "helpdesk",
        "watched_from": NOON,
    }
    return Mailbox.objects.create(**(values | given))


def signed_in(client: Client, role: str) -> None:
    client.force_login(people.agent(role.title(), role))


@pytest.mark.django_db
def test_administrators_are_mailed_hourly_while_it_lasts_and_once_when_it_is_over() -> None:
    people.agent("Adam", Role.ADMIN)
    people.agent("Mila", Role.MANAGER)
    box = mailbox(last_error="refused")
    mailbox(name="Uit", active=False)
    told = [notices.tell(now=NOON + minutes * MINUTE) for minutes in (9, 11, 12, 70, 71, 72)]
    assert told == [0, 1, 0, 0, 1, 0]
    Mailbox.objects.filter(pk=box.pk).update(last_read_at=NOON + 2 * HOUR, last_error="")
    assert [notices.tell(now=NOON + 2 * HOUR + n * MINUTE) for n in (1, 2)] == [1, 0]
    mails = OutgoingMail.objects.order_by("pk")
    assert {mail.to for mail in mails} == {"adam@desk.example"}
    assert len(mails) == 3
    assert "Helpdesk" in mails[0].subject
    assert str(Mailbox.Fault.REFUSED.label) in mails[0].text
    assert "12:00" in mails[0].text
    assert "14:00" in mails[2].text


@pytest.mark.django_db
def test_a_mailbox_that_could_not_be_read_waits_two_minutes_for_its_turn() -> None:
    tried = {"last_tried_at": NOON}
    mailbox(name="Nieuw")
    mailbox(name="Uit", active=False)
    mailbox(name="Gelezen", last_read_at=NOON, **tried)
    mailbox(name="Nooit gelukt", **tried)
    mailbox(name="Net mislukt", last_read_at=NOON - MINUTE, **tried)

    def due(minutes: int) -> list[str]:
        found = Mailbox.objects.due(now=NOON + minutes * MINUTE)
        return list(found.values_list("name", flat=True))

    assert due(1) == ["Gelezen", "Nieuw"]
    assert due(3) == ["Gelezen", "Net mislukt", "Nieuw", "Nooit gelukt"]


@pytest.mark.django_db
def test_a_mailbox_put_out_of_use_alarms_no_more_and_says_nothing() -> None:
    people.agent("Adam", Role.ADMIN)
    box = mailbox()
    notices.tell(now=NOON + HOUR)
    Mailbox.objects.filter(pk=box.pk).update(active=False)
    notices.tell(now=NOON + 2 * HOUR)
    assert OutgoingMail.objects.count() == 1
    assert Mailbox.objects.get().alarmed_at is None


@pytest.mark.django_db
def test_agents_see_a_banner_on_every_page_until_it_is_read_again(client: Client) -> None:
    signed_in(client, Role.AGENT)
    box = mailbox(last_error="unreachable")
    page = client.get(reverse("queue")).content.decode()
    assert "Er komt geen mail binnen" in page
    assert str(Mailbox.Fault.UNREACHABLE.label) in page.lower()
    assert reverse("mailboxes") not in page
    Mailbox.objects.filter(pk=box.pk).update(last_read_at=timezone.now())
    assert "Er komt geen mail binnen" not in client.get(reverse("queue")).content.decode()


@pytest.mark.django_db
def test_health_tells_of_it_and_only_readiness_keeps_the_web_in_rotation(client: Client) -> None:
    beat(CLOCK, at=timezone.now())
    beat(WORK, at=timezone.now())
    assert client.get("/health").status_code == 200
    mailbox()
    ready, whole = client.get("/readyz"), client.get("/health")
    assert (ready.status_code, whole.status_code) == (200, 503)
    for answer in (ready, whole):
        assert json.loads(answer.content)["mailboxes"] == "1 not read for ten minutes"
        assert "Helpdesk" not in answer.content.decode()


@pytest.mark.django_db
def test_the_page_is_for_managers_and_says_how_to_connect_the_first_one(client: Client) -> None:
    signed_in(client, Role.AGENT)
    assert client.get(reverse("mailboxes")).status_code == 403
    signed_in(client, Role.MANAGER)
    page = client.get(reverse("mailboxes")).content.decode()
    assert reverse("admin:support_mailbox_add") in page
    box = mailbox(taken_on=timezone.localdate(), taken=7, last_error="refused", last_said="NO")
    page = client.get(reverse("mailboxes")).content.decode()
    assert re.search(r"\b7 (e-)?mails", page)
    assert str(Mailbox.Fault.REFUSED.label) in page.lower()
    assert client.get(reverse("mailbox-read", args=[box.pk])).status_code == 405


@pytest.mark.django_db
def test_read_now_and_test_say_what_came_of_it(dovecot: Dovecot, client: Client) -> None:
    signed_in(client, Role.MANAGER)
    dovecot.deliver(b"From: carla@school.example\nSubject: Een\n\nHallo\n")
    add = reverse("admin:support_mailbox_add")
    form = {
        "name": "Helpdesk",
        "address": USER,
        "active": "on",
        "host": "localhost",
        "port": dovecot.tls_port,
        "security": "tls",
        "username": USER,
        "sign_in": "password",
        "password": PASSWORD,
        "folder": "INBOX",
        "read_from": "2020-01-01",
        "afterwards": "seen",
    }
    assert client.post(add, form).status_code == 302, client.post(add, form).content.decode()
    box = Mailbox.objects.get()
    tried = client.post(reverse("mailbox-try", args=[box.pk]), follow=True).content.decode()
    assert re.search(r"Helpdesk .*\b1 (e-)?mail", tried)
    read = client.post(reverse("mailbox-read", args=[box.pk]), follow=True).content.decode()
    assert re.search(r"Helpdesk: 1 .*mail", read)
    box.refresh_from_db()
    assert box.taken_today(now=timezone.now()) == 1
    Mailbox.objects.update(password="damaged")
    read = client.post(reverse("mailbox-read", args=[box.pk]), follow=True).content.decode()
    assert str(Mailbox.Fault.SECRET.label) in read


@pytest.mark.django_db
def test_secrets_go_in_and_never_come_out(client: Client) -> None:
    signed_in(client, Role.ADMIN)
    form = {
        "name": "Helpdesk",
        "address": "helpdesk@desk.example",
        "active": "on",
        "host": "imap.desk.example",
        "port": "993",
        "security": "tls",
        "username": "helpdesk",
        "sign_in": "password",
        "password": "zeer geheim ",
        "folder": "INBOX",
        "read_from": "2026-05-18",
        "afterwards": "seen",
    }
    client.post(reverse("admin:support_mailbox_add"), form)
    box = Mailbox.objects.get()
    assert unseal(box.password) == "zeer geheim "
    change = reverse("admin:support_mailbox_change", args=[box.pk])
    page = client.get(change).content.decode()
    assert "zeer geheim" not in page
    assert box.password not in page
    signed_in(client, Role.AGENT)
    assert client.get(change).status_code == 403
    signed_in(client, Role.MANAGER)

    assert client.post(change, form | {"password": "", "name": "Anders"}).status_code == 302
    box.refresh_from_db()
    assert (box.name, unseal(box.password)) == ("Anders", "zeer geheim ")

    # To another server the kept password does not go: it has to be entered again.
    moved = form | {"password": "", "host": "evil.example"}
    assert client.post(change, moved).status_code == 200
    box.refresh_from_db()
    assert box.host == "imap.desk.example"
    assert client.post(change, moved | {"password": "nieuw"}).status_code == 302
    box.refresh_from_db()
    assert (box.host, unseal(box.password)) == ("evil.example", "nieuw")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("security", {"security": "plain"}),
        ("move_to", {"afterwards": "move"}),
        ("move_to", {"afterwards": "move", "move_to": "INBOX"}),
        ("password", {"password": ""}),
        ("token_url", {"sign_in": "oauth2", "token_url": "http://token.example/"}),
        ("refresh_token", {"sign_in": "oauth2", "token_url": "https://token.example/"}),
    ],
)
def test_what_cannot_work_is_refused_at_the_field(
    client: Client, field: str, given: dict[str, Any]
) -> None:
    signed_in(client, Role.ADMIN)
    form = {
        "name": "Helpdesk",
        "address": "helpdesk@desk.example",
        "host": "imap.desk.example",
        "port": "993",
        "security": "tls",
        "username": "helpdesk",
        "sign_in": "password",
        "password": "geheim",
        "folder": "INBOX",
        "read_from": "2026-05-18",
        "afterwards": "seen",
    }
    answer = client.post(reverse("admin:support_mailbox_add"), form | given)
    assert field in answer.context["adminform"].form.errors
    assert Mailbox.objects.count() == 0


@pytest.mark.django_db
def test_a_mail_that_the_server_keeps_to_itself_is_shown_and_the_rest_goes_on(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for subject in ("Een", "Twee"):
        dovecot.deliver(f"From: carla@school.example\nSubject: {subject}\n\nHallo\n".encode())
    box = mailbox(
        host="localhost",
        port=dovecot.tls_port,
        username=USER,
        password=seal(PASSWORD),
        read_from=date(2020, 1, 1),
    )
    real = imap.source

    def refusing(connected: imap.GatedClient, uid: int) -> bytes | None:
        if uid == 1:
            raise imap.NotGiven(Mailbox.Fault.OTHER, "corrupt")
        return real(connected, uid)

    monkeypatch.setattr(imap, "source", refusing)
    outcome = sweep.read(box.pk)
    assert outcome.trouble is not None
    assert outcome.taken == 2
    kept = IncomingMail.objects.get(state="quarantine")
    assert (kept.subject, dovecot.subjects()) == ("Een", ["Een", "*Twee"])

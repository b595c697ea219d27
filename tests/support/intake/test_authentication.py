"""Authentication-Results: the word of our own mail server, and of nobody else."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from support.intake.mime import Unreadable, parse
from support.mail.models import IncomingMail
from tests import people
from tests.letters_in import SERVER, come, opened, raw, signed, verdict

OURS = f"Authentication-Results: {SERVER}; dmarc=%s header.from=school.example"
RECEIVED = "Received: from x.example by mx.desk.example; Mon, 18 May 2026 10:00:00 +0200"
FORGED = OURS % "pass"


def read(*lines: str, sender: str = "Carla <carla@school.example>") -> str:
    head = "\r\n".join([*lines, f"From: {sender}", "Subject: x", "", "Hallo"])
    return parse(head.encode(), servers=[SERVER]).verdict


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([OURS % "pass", RECEIVED], "pass"),
        ([OURS % "fail", RECEIVED], "fail"),
        ([OURS % "none", RECEIVED], ""),
        ([OURS % "temperror", RECEIVED], ""),
        # A server may write under its own trace.
        ([RECEIVED, OURS % "pass"], "pass"),
        ([f"Authentication-Results: {SERVER.upper()} 1; DMARC=Pass (p=reject)", RECEIVED], "pass"),
        # Another server's word, or one that stands below another's.
        ([f"Authentication-Results: mx.kwaad.example; {OURS.partition('; ')[2]}" % "pass"], ""),
        (["Authentication-Results: mx.kwaad.example; dmarc=pass", FORGED, RECEIVED], ""),
        # Forged, and so below what our own server wrote.
        ([OURS % "fail", RECEIVED, FORGED], "fail"),
        ([OURS % "none", RECEIVED, FORGED], ""),
        ([OURS % "fail", FORGED, RECEIVED], "fail"),
        # About another domain than the one in From.
        ([f"Authentication-Results: {SERVER}; dmarc=pass header.from=kwaad.example"], ""),
        ([f"Authentication-Results: {SERVER}; spf=pass; dkim=pass"], ""),
        (
            [f"Authentication-Results: {SERVER}; spf=fail smtp.mailfrom=x.example; dkim=none"],
            "fail",
        ),
        ([f"Authentication-Results: {SERVER}; spf=fail; dkim=pass header.d=x.example"], ""),
        ([f"Authentication-Results: {SERVER}; none", RECEIVED], ""),
        # Exchange Online leaves its name out: believed only where the setting says so.
        (["Authentication-Results: spf=pass (sender IP is 1.2.3.4); dmarc=pass", RECEIVED], ""),
        (["Authentication-Results:", RECEIVED], ""),
        ([], ""),
    ],
)
def test_a_sender_is_believed_by_the_word_of_our_own_server(
    lines: list[str], expected: str
) -> None:
    assert read(*lines) == expected


LINES = st.one_of(
    st.just(FORGED),
    st.just(RECEIVED),
    st.builds("Authentication-Results: {}".format, st.text(max_size=200)),
    st.builds(f"Authentication-Results: {SERVER}; {{}}".format, st.text(max_size=200)),
).map(lambda line: "".join(letter for letter in line if letter.isprintable()))


@given(st.lists(LINES, max_size=8))
def test_whatever_stands_below_our_servers_no_is_no_yes(lines: list[str]) -> None:
    assert read(OURS % "fail", *lines) == "fail"
    assert read(OURS % "none", RECEIVED, *lines) == ""


@given(st.lists(LINES, max_size=8), st.text(max_size=60))
def test_whatever_comes_is_read(lines: list[str], sender: str) -> None:
    head = "\r\n".join([*lines, f"From: {sender}", "", "Hallo"])
    try:
        assert parse(head.encode(), servers=[SERVER]).verdict in ("", "pass", "fail")
    except Unreadable:
        return


def test_of_two_senders_neither_is_vouched_for() -> None:
    both = "Carla <carla@school.example>, Mallory <mallory@kwaad.example>"
    assert read(OURS % "pass", RECEIVED, sender=both) == ""


def test_a_server_without_a_name_is_believed_where_the_house_has_such_a_one() -> None:
    said = "spf=pass smtp.mailfrom=school.example; dmarc=pass header.from=school.example"
    head = f"Authentication-Results: {said}\r\nFrom: carla@school.example\r\n\r\nHallo"
    assert parse(head.encode(), servers=["microsoft365"]).verdict == "pass"
    assert parse(head.encode(), servers=[SERVER]).verdict == ""


def test_no_server_is_believed_as_long_as_none_is_named() -> None:
    assert parse(raw(Authentication_Results=verdict("pass"))).verdict == ""


@pytest.mark.django_db
def test_a_failed_check_is_shown_with_the_message(settings: LazySettings, client: Client) -> None:
    settings.AUTHENTICATION_SERVERS = [SERVER]
    settings.REPLY_ADDRESS = "support@desk.example"
    ticket = opened()
    client.force_login(people.agent())
    page = reverse("ticket", args=[ticket.reference])
    warning = "kon niet vaststellen dat dit van carla@school.example is"
    assert warning not in client.get(page).content.decode()
    fail = verdict("fail")
    assert come("Stort nu.", To=signed(ticket), Authentication_Results=fail).ticket == ticket
    assert warning in client.get(page).content.decode()
    carla = people.User.objects.create_user("carla@school.example", name="Carla")
    client.force_login(carla)
    shown = client.get(reverse("my-ticket", args=[ticket.reference])).content.decode()
    assert "vaststellen" not in shown


@pytest.mark.django_db
def test_a_failed_check_makes_a_number_no_key_and_brings_nobody_along(
    settings: LazySettings,
) -> None:
    settings.AUTHENTICATION_SERVERS = [SERVER]
    settings.REPLY_ADDRESS = "support@desk.example"
    ticket, fail = opened(), verdict("fail")
    by_number = come("Erin", Subject=f"Re: [{ticket.reference}]", Authentication_Results=fail)
    assert (by_number.ticket != ticket, by_number.mentions) == (True, ticket)
    come("Erin", To=signed(ticket), Cc="mallory@kwaad.example", Authentication_Results=fail)
    assert not ticket.participants.exists()
    assert [each.email for each in ticket.proposals.all()] == ["mallory@kwaad.example"]
    assert IncomingMail.objects.filter(verdict="fail").count() == 2

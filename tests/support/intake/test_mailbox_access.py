"""How we get into a mailbox, and what is said when we don't, against a real Dovecot."""

from __future__ import annotations

import socket
from threading import Thread

import pytest
from django.conf import settings

from support.mail.models import Mailbox
from support.mailboxes import sweep
from support.secrets.sealing import seal, unseal
from tests import people
from tests.dovecot import PASSWORD, Dovecot
from tests.mailboxes import mail, mailbox, subjects
from tests.receivers import dripping


@pytest.fixture(autouse=True)
def _house(transactional_db: None) -> None:
    """Rows that other connections see, and a customer who may write."""
    people.contact(people.organisation())


def fault_of(box: Mailbox) -> str:
    """Read it, which goes wrong; what a person reads about it."""
    assert sweep.read(box.pk).trouble is not None
    box.refresh_from_db()
    assert (box.claimed_at, box.last_read_at) == (None, None)
    return str(box.get_last_error_display())


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_connections_are_protected(dovecot: Dovecot, security: str) -> None:
    dovecot.deliver(mail("Een"))
    port = dovecot.tls_port if security == "tls" else dovecot.port
    assert sweep.read(mailbox(dovecot, security=security, port=port).pk).taken == 1


def test_an_unprotected_connection_needs_a_setting(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(mail("Een"))
    box = mailbox(dovecot, security="plain", port=dovecot.port)
    assert fault_of(box) == str(Mailbox.Fault.PLAIN.label)
    monkeypatch.setattr(settings, "IMAP_PLAIN_ALLOWED", True)
    assert sweep.read(box.pk).taken == 1


def test_what_is_wrong_is_said_in_plain_words_and_without_the_secret(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Een"))
    fault = Mailbox.Fault
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]
        wrong: list[tuple[str, dict[str, object]]] = [
            (fault.REFUSED, {"password": seal("niet het wachtwoord")}),
            (fault.REFUSED, {"password": seal("geheim wächtwoord")}),
            (fault.UNREACHABLE, {"port": closed}),
            (fault.NAME, {"host": "mail.invalid"}),
            (fault.CERTIFICATE, {"host": "127.0.0.1"}),
            (fault.TLS, {"port": dovecot.port}),
            (fault.FOLDER, {"folder": "Bestaat niet"}),
            (fault.SECRET, {"password": "gAAAAA-damaged"}),
        ]
        for number, (expected, given) in enumerate(wrong):
            box = mailbox(dovecot, name=f"Postbus {number}", **given)
            assert fault_of(box) == expected.label  # type: ignore[attr-defined]
            assert "wachtwoord" not in box.last_said
            assert not box.last_said.startswith("b'")
    assert subjects() == []
    box = Mailbox.objects.get(name="Postbus 0")
    Mailbox.objects.filter(pk=box.pk).update(password=seal(PASSWORD))
    sweep.read(box.pk)
    box.refresh_from_db()
    assert (box.last_error, box.last_said, subjects()) == ("", "", ["Een"])


def test_a_server_inside_the_own_network_is_asked_only_when_it_was_named(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(mail("Een"))
    monkeypatch.setattr(settings, "OUTGOING_PRIVATE_HOSTS", frozenset({"mail.example"}))
    for number, host in enumerate(("localhost", "LOCALHOST", "127.0.0.1", "::1", "2130706433")):
        box = mailbox(dovecot, name=f"Postbus {number}", host=host)
        assert fault_of(box) == str(Mailbox.Fault.PRIVATE.label)
    assert dovecot.subjects() == ["Een"]
    monkeypatch.setattr(settings, "OUTGOING_PRIVATE_HOSTS", frozenset({"localhost"}))
    assert sweep.read(mailbox(dovecot).pk).taken == 1


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
def test_a_mail_server_that_says_a_byte_now_and_then_does_not_hold_a_worker(
    monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setattr(settings, "OUTGOING_PRIVATE_HOSTS", frozenset({"localhost"}))
    monkeypatch.setattr(settings, "IMAP_PLAIN_ALLOWED", True)
    monkeypatch.setattr(settings, "IMAP_WHOLE_TIME", 0.4)
    begins = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03" if security == "tls" else b"* OK "
    with dripping(begins) as port:
        box = Mailbox.objects.create(
            name="Traag",
            address="desk@mail.example",
            host="localhost",
            port=port,
            security=security,
            username="desk",
            password=seal("geheim"),
        )
        assert fault_of(box)


def test_a_server_that_hangs_up_at_the_password_did_not_refuse_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "OUTGOING_PRIVATE_HOSTS", frozenset({"localhost"}))
    monkeypatch.setattr(settings, "IMAP_PLAIN_ALLOWED", True)

    def hang_up(server: socket.socket) -> None:
        line, _address = server.accept()
        with line, line.makefile("rwb", 0) as talk:
            talk.write(b"* OK hello\r\n")
            while (asked := talk.readline().split())[1:2] == [b"CAPABILITY"]:
                talk.write(b"* CAPABILITY IMAP4rev1\r\n" + asked[0] + b" OK done\r\n")

    with socket.create_server(("localhost", 0)) as server:
        thread = Thread(target=hang_up, args=[server])
        thread.start()
        box = Mailbox.objects.create(
            name="Weg",
            address="desk@mail.example",
            host="localhost",
            port=server.getsockname()[1],
            security="plain",
            username="desk",
            password=seal("geheim"),
        )
        assert fault_of(box) == str(Mailbox.Fault.CUT.label)
        thread.join()


def test_trying_out_counts_what_waits_and_takes_nothing(dovecot: Dovecot) -> None:
    dovecot.deliver(mail("Een"), mail("Twee"))
    box = mailbox(dovecot, active=False)
    assert sweep.try_out(box.pk) == 2
    assert (subjects(), dovecot.subjects()) == ([], ["Een", "Twee"])
    with pytest.raises(sweep.Busy):
        sweep.read(box.pk)  # not in use


def test_oauth2_gets_in_with_a_token_and_keeps_the_fresh_consent(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OUTGOING_PRIVATE_ALLOWED", True)
    dovecot.deliver(mail("Een"))
    box = mailbox(
        dovecot,
        sign_in="oauth2",
        password="",
        token_url=f"{dovecot.tokens.url}/token",
        client_id="werkdag",
        client_secret=seal("klantgeheim"),
        refresh_token=seal("ververs-1"),
    )
    assert sweep.read(box.pk).taken == 1
    assert dovecot.tokens.asked == [
        {
            "grant_type": "refresh_token",
            "client_id": "werkdag",
            "client_secret": "klantgeheim",
            "refresh_token": "ververs-1",
        }
    ]
    box.refresh_from_db()
    assert unseal(box.refresh_token) == "ververs-2"
    sweep.read(box.pk)
    assert len(dovecot.tokens.asked) == 1  # the token is still good

    dovecot.tokens.given[0] = "withdrawn"
    assert sweep.read(box.pk).trouble is not None  # refused: another one next time
    assert sweep.read(box.pk).trouble is None
    dovecot.tokens.refresh = "another"
    Mailbox.objects.update(access_until=None)
    outcome = sweep.read(box.pk)
    assert outcome.trouble is not None
    assert (outcome.trouble.fault, outcome.trouble.said) == ("consent", "invalid_grant")


def test_a_token_server_inside_a_private_network_is_refused(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OUTGOING_PRIVATE_HOSTS", frozenset({"localhost"}))
    box = mailbox(
        dovecot, sign_in="oauth2", token_url=f"{dovecot.tokens.url}/token", refresh_token=seal("x")
    )
    assert fault_of(box) == str(Mailbox.Fault.TOKEN.label)
    assert dovecot.tokens.asked == []


def test_secrets_lie_sealed_in_the_row() -> None:
    sealed = seal("geheim")
    assert "geheim" not in sealed
    assert unseal(sealed) == "geheim"
    assert seal("") == unseal("") == ""

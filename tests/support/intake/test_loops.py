"""Mail from machines is recognised, so that nothing answers it; mail from people is not."""

import pytest

from support.intake.mime import parse


def reason(*lines: str) -> str:
    raw = "\n".join(["From: Sanne <sanne@gemeente.example>", *lines, "", "Hallo"])
    return parse(raw.encode(), own_domains=["werkdag.example"]).automatic


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Auto-Submitted: auto-replied", "auto-submitted"),
        ("Auto-Submitted: auto-generated (rejected); owner=x", "auto-submitted"),
        ("X-Autoreply: yes", "auto-reply"),
        ("Precedence: auto_reply", "auto-reply"),
        ("Precedence: Bulk", "bulk"),
        ("Precedence: junk", "bulk"),
        ("Precedence: list", "list"),
        ("List-Id: Nieuws <nieuws.example>", "list"),
        ("Return-Path: <>", "no-sender"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "no-auto-reply"),
        ("X-Failed-Recipients: a@b.example", "bounce"),
        ("X-Loop: werkdag.example", "own"),
        ("X-Loop: werkdag", "other-house"),
        ("X-Loop: werkdag.desk.elders.example", "other-house"),
        ("Message-ID: <10423.1@Werkdag.example>", "own"),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", "bounce"),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
            "receipt",
        ),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=b", "report"),
    ],
)
def test_a_machine_is_recognised_by(line: str, word: str) -> None:
    assert reason(line) == word


@pytest.mark.parametrize(
    "line",
    [
        "Subject: Afwezig: kan niet inloggen",
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: None",
        "Precedence: normal",
        "Return-Path: <sanne@gemeente.example>",
        "X-Loop: iemand-anders",
        "Message-ID: <1@werkdag.example.evil.example>",
    ],
)
def test_a_person_is_not_taken_for_a_machine_by(line: str) -> None:
    assert reason(line) == ""


def test_a_mailer_daemon_without_return_path_is_a_bounce() -> None:
    raw = b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\n\nMessage-ID: <1@werkdag.example>\n"
    mail = parse(raw)
    assert (mail.automatic, mail.bounce_of) == ("bounce", ("<1@werkdag.example>",))

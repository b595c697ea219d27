"""Mail from machines is recognised, so that nothing answers it; mail from people is not."""

import pytest

from support.intake import loops
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


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: x", "Ik ben tot en met 5 december niet in de gelegenheid om mijn mail te lezen."),
        ("Re: x", "Wegens vakantie ben ik afwezig tot 5 december."),
        ("Re: x", "Vandaag ben ik vrij. Ik lees uw mail morgen."),
        ("Re: x", "Op dit moment ben ik met zwangerschapsverlof."),
        ("Re: x", "Ik ben deze week\nniet bereikbaar."),
        ("Re: x", "Ik ben met vakantie. Een dringende vraag? Bel 020 123 45 67."),
        ("Automatisch antwoord: x", "Heeft u haast? Bel de receptie."),
        ("Re: x", "Ich bin bis 5.12. nicht im Büro."),
        ("Re: x", "Je suis absente jusqu'au 5 décembre."),
        ("Re: x", "Estoy fuera de la oficina hasta el 5."),
        ("OOO: x", "Back on Monday."),
        ("Re: x", "Onze school is gesloten van 21 december tot en met 3 januari."),
        ("Re: x", "Ons kantoor is wegens de feestdagen gesloten tot maandag 4 januari."),
        ("Re: x", "Our office is closed from 24 December until 2 January."),
        ("Re: x", "Ik ben op vakantie. Kan het niet wachten? Bel dan mijn collega."),
        ("Re: x", "Ik ben afwezig tot 4 januari. Heeft u eerder iemand nodig? Mail de receptie."),
        ("Re: x", "I am on leave. Do you need a sooner answer? Ask the front desk."),
    ],
)
def test_a_notice_of_absence_is_known_in_the_words_people_use(subject: str, text: str) -> None:
    assert loops.is_absence(subject, text)


@pytest.mark.parametrize(
    "text",
    [
        "Ik ben bang dat het niet werkt, mijn collega is afwezig.",
        "Ik ben bang dat mijn collega afwezig is.",
        "Wij zijn nog steeds niet op kantoor geholpen; de kassa doet het niet.",
        "Ik ben er weer, de storing is er nog terwijl ik met vakantie was.",
        "Ik ben net terug en het beeld dat afwezig was staat er weer.",
        "Ik ben vrij zeker dat het Firefox is.",
        "Ik ben met vakantie. Kan het erna?",
        "De heer Jansen is afwezig, dus ik antwoord: Firefox 128.",
        "Ons kantoor is morgen gesloten, komt u woensdag maar.",
        "De kassa blijft gesloten van 9 tot 10.",
        "Onze school is gesloten van 1 tot 5 juni, kan het daarvoor?",
        "Sinds gisteren krijgen onze klanten de melding dat de winkel dicht is.",
    ],
)
def test_an_answer_in_which_somebody_is_away_is_an_answer(text: str) -> None:
    assert not loops.is_absence("Re: x", text)

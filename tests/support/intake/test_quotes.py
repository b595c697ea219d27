"""What was written now stays in sight, the history under it is folded, and no line is lost."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.intake import html, quotes
from support.intake.mime import ParsedMail, parse

SAMPLES = Path(__file__).parent / "samples"
ANSWERS = sorted(
    path.stem
    for path in SAMPLES.glob("*.eml")
    if path.stem.split("-")[0] in {"gmail", "apple", "thunderbird", "outlook", "marker"}
    and "forward" not in path.stem
)


def read(name: str) -> ParsedMail:
    return parse((SAMPLES / f"{name}.eml").read_bytes())


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_shown_and_the_history_is_folded(name: str) -> None:
    mail = read(name)
    assert mail.text == "Het is Firefox 140.\n\nGroet, Sanne"
    assert "welke browser u gebruikt?" in mail.quoted


def test_all_four_mail_programs_are_among_the_samples_in_dutch() -> None:
    assert {"gmail-nl", "apple-nl", "thunderbird-nl", "outlook-nl"} <= set(ANSWERS)


def test_french_and_spanish_mail_programs_are_among_the_samples() -> None:
    assert {"gmail-fr", "apple-fr", "outlook-fr", "gmail-es", "outlook-es"} <= set(ANSWERS)


def test_a_renamed_answer_to_us_still_folds_what_we_wrote() -> None:
    raw = (SAMPLES / "outlook-nl.eml").read_bytes()
    mail = parse(raw.replace(b"Subject: Re: [WD-10423] Inloggen lukt niet", b"Subject: Firefox"))
    assert mail.text == "Het is Firefox 140.\n\nGroet, Sanne"
    assert "welke browser u gebruikt?" in mail.quoted


def test_what_answers_nothing_hides_nothing() -> None:
    mail = parse(
        b"From: a@b.example\nSubject: Kees kan niet inloggen\n\nZie onder.\n\n"
        b"Van: Kees\nVerzonden: maandag 2 november 2026 09:00\nAan: Sanne\n\nIk kan niet inloggen."
    )
    assert mail.text.endswith("Ik kan niet inloggen.")
    assert mail.quoted == ""


def test_an_attribution_of_an_iphone_over_two_lines_begins_the_history() -> None:
    mail = read("iphone-nl")
    assert mail.text.endswith("Verstuurd vanaf mijn iPhone")
    assert mail.quoted.startswith("Op 2 nov 2026 om 10:12 heeft Piet")


def test_answers_between_the_questions_stay_between_them() -> None:
    mail = read("interleaved")
    assert "> Welke browser?\nFirefox 140.\n\n> Welk systeem?\nWindows 11." in mail.text
    assert mail.quoted == "> Groet, Piet"


@pytest.mark.parametrize(
    "name", ["gmail-forward", "outlook-forward", "gmail-html-forward", "outlook-forward-renamed"]
)
def test_a_forwarded_message_stays_in_sight_with_its_first_sender(name: str) -> None:
    mail = read(name)
    assert "Kees" in mail.text
    assert "Ik kan niet inloggen." in mail.text
    assert mail.quoted == ""


def test_pasted_output_with_angle_brackets_is_no_history() -> None:
    text = "Ik krijg dit:\n> error 5\n> error 6\n> stop"
    assert quotes.split(text) == (text, "")


def test_a_sentence_about_what_somebody_wrote_is_no_history() -> None:
    text = "Op uw pagina schreef u:\nalles werkt\nmaar dat klopt niet."
    assert quotes.split(text) == (text, "")


def test_any_language_is_understood_when_quoted_lines_follow() -> None:
    text = "Merci.\n\nLe lun. 2 nov. 2026 à 10:12, Piet <p@x.nl> a écrit :\n> Bonjour"
    assert quotes.split(text).reply == "Merci."


def test_our_marker_counts_even_if_the_program_quotes_in_no_known_way() -> None:
    split = quotes.split(f"Gelukt!\n\n{quotes.MARKER}\n\nGoedemorgen")
    assert split == ("Gelukt!", f"{quotes.MARKER}\n\nGoedemorgen")


def test_an_answer_below_our_quoted_marker_is_found() -> None:
    text = f"Op 2-11-2026 om 10:12 schreef P:\n> {quotes.MARKER}\n> Hallo\n\nGelukt!"
    assert quotes.split(text).reply == "Gelukt!"


def test_an_answer_below_our_marker_in_html_is_found() -> None:
    safe = html.clean(
        '<div class="moz-cite-prefix">Op 2-11-2026 om 10:12 schreef P:</div>'
        f'<blockquote type="cite">{quotes.MARKER}<p>Hallo</p></blockquote><p>Gelukt!</p>'
    )
    assert quotes.split_html(safe).reply == "Gelukt!"


def test_control_characters_around_a_quote_in_html_are_dropped() -> None:
    safe = html.clean('<p>Ja</p>&#1;\x02<blockquote type="cite">Hoe?</blockquote>&#x1f;\x03')
    assert quotes.split_html(safe) == ("Ja", "Hoe?")


def test_a_very_long_text_is_split_in_bounded_time() -> None:
    split = quotes.split("Ja.\n\nOp 2-11-2026 om 10:12 schreef P:\n" + "> x\n" * 400_000)
    assert split.reply == "Ja."
    assert split.quoted.count("> x") == 400_000


PIECES = st.sampled_from([
    "Hallo", "> vraag", ">> ouder", "", "Op ma 2 nov 2026 om 10:12 schreef Jan:", quotes.MARKER,
    "Van: x", "Verzonden: y", "Aan: z", "-----Oorspronkelijk bericht-----", "____________",
    "Op 2 nov 2026 heeft J", "het volgende geschreven:", "> " + quotes.MARKER,
    "---------- Forwarded message ---------",
])  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=20))
def test_no_line_is_lost_by_splitting(lines: list[str]) -> None:
    text = "\n".join(lines)
    split = quotes.split(text)
    kept = sorted((split.reply + "\n" + split.quoted).split())
    assert kept == sorted(text.split())

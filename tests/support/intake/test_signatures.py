"""A signature is found under a text for dimming; nothing is ever cut."""

import pytest

from support.timeline.signatures import split


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hulp!\n\n-- \nCarla\nSchool", "Hulp!\n"),
        ("Hulp!\n\n--\nCarla", "Hulp!\n"),
        ("Hulp!\n\nMet vriendelijke groet,\n\nCarla Visser\nT 030 760", "Hulp!\n"),
        ("Hulp!\nM.v.g.\nCarla", "Hulp!"),
        ("Hulp!\nGroetjes, Carla", "Hulp!"),
        ("Hulp!\nVriendelijke groeten\nCarla", "Hulp!"),
        ("Hulp!\n\nVerstuurd vanaf mijn iPhone", "Hulp!\n"),
        ("Help\n\nKind regards,\nCarla", "Help\n"),
        ("Hilfe\n\nMit freundlichen Grüßen\nCarla", "Hilfe\n"),
    ],
)
def test_a_signature_is_found(text: str, said: str) -> None:
    assert split(text).said == said
    assert "\n".join(part for part in split(text) if part) == text


@pytest.mark.parametrize(
    "text",
    [
        "Hulp!",
        "Met vriendelijke groet,\nCarla",
        "Hulp!\nMet vriendelijke groet,\nCarla\nPS: het is ook bij Bas.",
        "Hulp!\nGroeten,\nCarla\nWanneer is het klaar?",
        "De lijst:\n--\n" + "regel\n" * 40,
    ],
)
def test_what_may_be_something_said_is_no_signature(text: str) -> None:
    assert split(text) == (text, "", "")


def test_lines_that_the_intake_added_are_not_dimmed() -> None:
    found = split("Zie bijlage\n\nGroeten,\nCarla\n\n[Niet opgenomen: x.exe]")
    assert (found.signature, found.added) == ("Groeten,\nCarla", "\n[Niet opgenomen: x.exe]")

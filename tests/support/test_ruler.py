"""The ruler on a page: it says in words what it draws, and its labels keep clear of each other."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.template import engines
from django.utils import translation

from sla.engine import Event
from sla.models import Edition
from sla.queries import Card
from sla.supposing import cards_for_history
from support.templatetags.ruler import NARROW, WIDE, Label, _fitting
from tests import people
from tests.engine.histories import event
from tests.people import at

pytestmark = pytest.mark.django_db

HOOG = "2026-05-22 16:00 reported phone incident hoog authorised answered"


@pytest.fixture
def edition() -> Edition:
    return people.agreement().editions.get()


def card(edition: Edition, promise: str, *history: str, now: str) -> Card:
    """The only card of this promise."""
    events: list[Event] = [event(text) for text in history]
    cards = cards_for_history(edition, events, now=at(now), waived=False)
    (only,) = [card for card in cards if card.promise == promise]
    return only


def shown(card: Card) -> str:
    """The ruler as a Dutch reader gets it."""
    with translation.override("nl"):
        source = "{{ ruler(clock) }}{{ ruler_legend(clock) }}"
        drawn: str = engines["jinja2"].from_string(source).render({"clock": card})
        return drawn


def spoken(page: str) -> str:
    """What a screen reader says of the drawing."""
    found = re.search(r"<desc[^>]*>(.*?)</desc>", page)
    assert found
    return found[1]


def test_the_drawing_says_start_holiday_deadline_and_now(edition: Edition) -> None:
    page = shown(card(edition, "resolution", HOOG, now="2026-05-22 16:30"))
    assert 'role="img"' in page
    assert ">Tijdlijn van oplossing</title>" in page
    assert spoken(page) == (
        "Vanaf vr 22 mei 16:00. Tweede pinksterdag, ma 25 mei 2026. "
        "Uiterlijk di 26 mei 16:00. Nu: vr 22 mei 16:30."
    )


def test_deadline_now_holiday_and_days_stand_beside_it(edition: Edition) -> None:
    page = shown(card(edition, "resolution", HOOG, now="2026-05-22 16:30"))
    words = [" ".join(text.split()) for text in re.findall(r"<text[^>]*>(.*?)</text>", page)]
    assert words == ["uiterlijk di 26 mei 16:00", "nu", "vr 22", "di 26", "Tweede pinksterdag"]


def test_a_pause_has_its_icon_and_its_word(edition: Edition) -> None:
    page = shown(
        card(edition, "resolution", HOOG, "2026-05-22 16:15 waiting", now="2026-05-26 12:00")
    )
    assert 'class="ruler-pause"' in page
    assert ">wacht</text>" in page
    assert "wacht op de klant, telt niet" in page
    assert "ruler-deadline" not in page


def test_kept_and_missed_differ_in_sign_and_words(edition: Edition) -> None:
    kept = shown(
        card(edition, "resolution", HOOG, "2026-05-26 10:00 resolved", now="2026-05-27 10:00")
    )
    late = shown(
        card(edition, "resolution", HOOG, "2026-05-27 10:00 resolved", now="2026-05-28 10:00")
    )
    assert 'data-outcome="kept"' in kept
    assert "Opgelost di 26 mei 10:00." in spoken(kept)
    assert 'data-outcome="late"' in late
    assert "te laat: " in late


def test_a_deadline_in_the_middle_is_said_in_short_where_there_is_little_room(
    edition: Edition,
) -> None:
    page = shown(card(edition, "resolution", HOOG, now="2026-07-01 12:00"))
    assert re.search(r'data-fit="narrow"[^>]*>di 26 mei 16:00<', page)
    assert re.search(r'data-fit="wide"[^>]*>uiterlijk di 26 mei 16:00<', page)


def test_what_does_not_bind_is_an_aim(edition: Edition) -> None:
    mailed = "2026-05-22 16:00 reported email incident middel"
    page = shown(card(edition, "reaction", mailed, now="2026-05-22 16:30"))
    assert 'data-binding="no"' in page
    assert "streven di 26 mei 16:00" in page


def test_the_legend_explains_only_what_is_drawn(edition: Edition) -> None:
    page = shown(card(edition, "resolution", HOOG, now="2026-05-22 16:30"))
    legend = page[page.index("<ul") :]
    for words in ("geteld", "tijd over", "feestdag, telt niet", "waarschuwing bij 50%, 80%"):
        assert words in legend
    assert "te laat" not in legend
    assert "wacht" not in legend


def test_holidays_close_to_each_other_are_named_below_each_other(edition: Edition) -> None:
    easter = "2026-04-02 16:00 reported phone incident hoog authorised answered"
    page = shown(card(edition, "resolution", easter, now="2026-04-02 16:30"))
    rows = re.findall(r'class="ruler-name"[^>]* y="(\d+)"[^>]*>(.*?)<', page)
    assert [name for _, name in rows] == ["Goede vrijdag", "Tweede paasdag"]
    assert rows[0][0] < rows[1][0]


def test_a_card_without_a_ruler_draws_nothing(edition: Edition) -> None:
    one = card(edition, "resolution", HOOG, now="2026-05-22 16:30")
    assert not shown(replace(one, ruler=None)).strip()


def test_a_drawing_has_no_styles_of_its_own_and_dots_in_its_numbers(edition: Edition) -> None:
    page = shown(card(edition, "resolution", HOOG, now="2026-05-22 16:30"))
    assert "style=" not in page
    assert not re.search(r'\b(x|y|x1|x2|y1|y2|width|height)="[^"]*,', page)


def test_labels_that_would_touch_are_shown_only_where_there_is_room() -> None:
    labels = _fitting([Label(0, "vr 20"), Label(8, "ma 23"), Label(60, "di 24")])
    assert [(label.words, label.fit) for label in labels] == [
        ("vr 20", "all"),
        ("ma 23", "wide"),
        ("di 24", "all"),
    ]
    for width in (NARROW, WIDE):
        last = 0.0
        for label in labels:
            if label.fit == "all":
                begin, end = label.reach(width)
                assert begin >= last
                last = end

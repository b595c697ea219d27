"""What a reader sees of the icons, durations, moments and figures of the design system."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.utils import translation
from lucide import IconDoesNotExist

from support.desk.table import VERBS
from support.templatetags.charts import outcome_bar, trend_chart
from support.templatetags.letters import moment_text
from support.templatetags.ui import (
    CHANNEL_ICONS,
    DRAWN_IN,
    MESSAGE_ICONS,
    PRIORITY_ICONS,
    STATUS_ICONS,
    TIMELINE_ICONS,
    icon,
    moment,
    workdays,
    worked,
)

MONDAY = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    rendered: str = engines["jinja2"].from_string(source).render(context)
    return rendered


EIGHT, SEVEN, NONE = timedelta(hours=8), timedelta(hours=7), timedelta()


@pytest.mark.parametrize(
    ("span", "day", "dutch", "english"),
    [
        (timedelta(hours=22, minutes=55), EIGHT, "22 werkuren", "22 working hours"),
        (timedelta(hours=1, minutes=5), EIGHT, "1 werkuur 5 min", "1 working hour 5 min"),
        (timedelta(hours=22), EIGHT, "22 werkuren", "22 working hours"),
        (timedelta(hours=1), EIGHT, "1 werkuur", "1 working hour"),
        (timedelta(minutes=45, seconds=59), EIGHT, "45 werkminuten", "45 working minutes"),
        (timedelta(minutes=1), EIGHT, "1 werkminuut", "1 working minute"),
        (timedelta(seconds=20), EIGHT, "minder dan een minuut", "less than a minute"),
        (timedelta(hours=39), EIGHT, "39 werkuren", "39 working hours"),
        (timedelta(hours=40), EIGHT, "5 werkdagen", "5 working days"),
        (timedelta(hours=47), EIGHT, "bijna 6 werkdagen", "nearly 6 working days"),
        (timedelta(hours=44), EIGHT, "ongeveer 5½ werkdag", "about 5½ working days"),
        (timedelta(hours=41), EIGHT, "ruim 5 werkdagen", "over 5 working days"),
        (timedelta(hours=41), NONE, "41 werkuren", "41 working hours"),
        (None, EIGHT, "", ""),
    ],
)
def test_a_span_of_working_time_says_that_it_is(
    span: timedelta | None, day: timedelta, dutch: str, english: str
) -> None:
    with translation.override("nl"):
        assert worked(span, day) == dutch
    with translation.override("en"):
        assert worked(span, day) == english


@pytest.mark.parametrize(
    ("span", "day", "dutch"),
    [
        (timedelta(hours=22), EIGHT, "bijna 3 werkdagen"),
        (timedelta(hours=7), SEVEN, "1 werkdag"),
        (timedelta(hours=7), EIGHT, ""),
        (timedelta(hours=30), NONE, ""),
        (None, EIGHT, ""),
    ],
)
def test_it_is_told_in_the_days_of_its_calendar(
    span: timedelta | None, day: timedelta, dutch: str
) -> None:
    with translation.override("nl"):
        assert workdays(span, day) == dutch


def test_a_moment_is_shown_in_local_time_and_in_the_readers_language() -> None:
    with translation.override("nl"):
        assert moment(MONDAY) == (
            '<time datetime="2026-11-23T16:30:00+01:00" title="maandag 23 november 2026 16:30">'
            "ma\N{NO-BREAK SPACE}23\N{NO-BREAK SPACE}nov\N{NO-BREAK SPACE}16:30</time>"
        )
    with translation.override("en"):
        assert moment(MONDAY, "day").endswith(
            ">Mon\N{NO-BREAK SPACE}23\N{NO-BREAK SPACE}Nov</time>"
        )


def test_no_moment_shows_nothing() -> None:
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("style", "shown"),
    [("full", "ma 23 nov 2026"), ("year", "ma 23 nov 2026"), ("day", "ma 23 nov")],
)
def test_a_date_is_shown_without_an_hour(style: str, shown: str) -> None:
    with translation.override("nl"):
        assert moment(MONDAY.date(), style) == (
            '<time datetime="2026-11-23" title="maandag 23 november 2026">'
            + shown.replace(" ", "\N{NO-BREAK SPACE}")
            + "</time>"
        )


@pytest.mark.parametrize(
    ("at", "shown"),
    [(MONDAY, "ma 23 nov 2026 16:30"), (MONDAY.date(), "ma 23 nov 2026"), (None, "")],
)
def test_a_letter_tells_a_moment_a_date_and_nothing(at: date | None, shown: str) -> None:
    with translation.override("nl"):
        assert moment_text(at) == shown


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        moment(MONDAY.replace(tzinfo=None))


def test_an_icon_is_hidden_from_screen_readers_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icon("phone")
    labelled = icon("phone", 16, 'Telefoon "vast"')
    assert 'role="img"' in labelled
    assert 'aria-label="Telefoon &quot;vast&quot;"' in labelled
    assert "aria-hidden" not in labelled


def test_an_icon_carries_no_inline_style() -> None:
    assert "style=" not in render('{{ "phone"|icon(20) }}')


def test_an_icon_points_to_its_lines_in_a_file_that_is_served() -> None:
    found = finders.find(DRAWN_IN)
    assert found
    drawings = ElementTree.fromstring(Path(found).read_bytes())
    lines = {symbol.attrib["id"]: len(symbol) for symbol in drawings}
    assert all(lines.values())
    for name in ("phone", *STATUS_ICONS.values(), *(verb.icon for verb in VERBS.values())):
        assert f'<use href="/static/{DRAWN_IN}#{name}"/>' in icon(name)
        assert lines[name]


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(IconDoesNotExist):
        icon("no-such-icon")


@pytest.mark.parametrize(
    "icons",
    [
        CHANNEL_ICONS,
        STATUS_ICONS,
        PRIORITY_ICONS,
        TIMELINE_ICONS,
        MESSAGE_ICONS,
        {verb.name: verb.icon for verb in VERBS.values()},
    ],
)
def test_every_named_icon_exists(icons: dict[str, str]) -> None:
    for name in icons.values():
        assert icon(name).startswith("<svg")


def cells(*counts: int) -> dict[str, dict[str, int]]:
    outcomes = ("kept", "breached", "not_binding", "running")
    return {name: {"count": count} for name, count in zip(outcomes, counts, strict=True)}


def test_an_outcome_bar_divides_its_hundred_units() -> None:
    parts = outcome_bar(cells(3, 1, 0, 0))["parts"]
    assert parts == [
        {"outcome": "kept", "x": "0.00", "width": "75.00"},
        {"outcome": "breached", "x": "75.00", "width": "25.00"},
    ]


def test_an_outcome_bar_without_promises_is_empty() -> None:
    assert outcome_bar(cells(0, 0, 0, 0))["parts"] == []


def test_the_tallest_month_fills_the_trend() -> None:
    months = [
        {"kept": 10, "breached": 0, "not_binding": 0, "running": 0},
        {"kept": 0, "breached": 5, "not_binding": 0, "running": 0},
        {"kept": 0, "breached": 0, "not_binding": 0, "running": 0},
    ]
    columns = trend_chart(months)["columns"]
    assert [column["parts"] for column in columns] == [
        [{"outcome": "kept", "y": "0.00", "height": "48.00"}],
        [{"outcome": "breached", "y": "24.00", "height": "24.00"}],
        [],
    ]

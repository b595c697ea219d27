"""`availability_replay`: a written month in, its availability out, no database."""

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.contracts import contract
from sla.month_replay import known_words, replay_month
from tests.engine.down_oracle import counted_ticks
from tests.sla.test_replay import ROOT

DOWN = {
    "reported_at": "2026-01-13T10:00:00+01:00",
    "detected_at": "2026-01-13T10:05:00+01:00",
    "restored_at": "2026-01-13T12:00:00+01:00",
    "cause": "storing",
}
AFTERWARDS = {
    "accepted_from": "2026-01-14T10:00:00+01:00",
    "reported_at": "2026-01-20T10:00:00+01:00",
    "restored_at": "2026-01-14T12:43:11+01:00",
    "cause": "leverancier",
}
ANNOUNCED = {
    "from": "2026-01-13T11:00:00+01:00",
    "to": "2026-01-13T12:00:00+01:00",
    "kind": "announced",
}
CASE: dict[str, Any] = {
    "agreement": "diploc",
    "month": "2026-01",
    "zone": "Europe/Amsterdam",
    "outages": [DOWN, AFTERWARDS],
    "maintenance": [ANNOUNCED],
}
PLATFORM: dict[str, Any] = {
    "agreement": "dialog",
    "month": "2026-10",
    "zone": "Europe/Amsterdam",
    "outages": [
        {
            "from": "2026-10-25T02:30:00+02:00",
            "to": "2026-10-25T02:30:00+01:00",
            "cause": "calamiteitenonderhoud",
        }
    ],
}


def replayed(monkeypatch: pytest.MonkeyPatch, text: str, language: str = "nl") -> str:
    """What the command prints."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    out = io.StringIO()
    with translation.override(language):
        call_command("availability_replay", stdout=out)
    return out.getvalue()


def refused(monkeypatch: pytest.MonkeyPatch, text: str) -> str:
    """The one line with which the command refuses, with exit code 2."""
    with pytest.raises(CommandError) as caught:
        replayed(monkeypatch, text)
    assert caught.value.returncode == 2
    words = str(caught.value)
    assert "\n" not in words
    return words


def test_a_month_a_second_short_of_what_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.loads(replayed(monkeypatch, json.dumps(CASE)))
    assert answer.pop("explanation")
    assert answer == {
        "max_seconds": 2_678_400,
        "unavailable_seconds": 13_391,
        "availability": "2665009/26784",
        "guarantee_met": True,
        "credit_percent": 0,
    }


def test_two_seconds_more_cost_ten_percent(monkeypatch: pytest.MonkeyPatch) -> None:
    longer = {**AFTERWARDS, "restored_at": "2026-01-14T12:43:13+01:00"}
    answer = json.loads(replayed(monkeypatch, json.dumps({**CASE, "outages": [DOWN, longer]})))
    assert (answer["unavailable_seconds"], answer["guarantee_met"], answer["credit_percent"]) == (
        13_393,
        False,
        10,
    )
    assert Fraction(answer["availability"]) < Fraction("99.5")


def test_it_says_what_counted_and_what_not_by_which_clause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = {
        "detected_at": "2026-01-20T10:00:00+01:00",
        "restored_at": "2026-01-20T10:15:00+01:00",
        "cause": "storing",
    }
    ours = "falen van software of hardware, Downtime"
    theirs = "falen van de diensten van de leverancier, Downtime"
    client = {**short, "cause": "veroorzaakt door klant", "restored_at": "2026-01-20T09:30:00Z"}
    case = {
        **CASE,
        "outages": [DOWN, AFTERWARDS, short, {**client, "detected_at": "2026-01-20T09:20:00Z"}],
    }
    assert json.loads(replayed(monkeypatch, json.dumps(case)))["explanation"] == [
        "Januari 2026 telt 744 uur (2678400 seconden).",
        f"Niet beschikbaar di 13 jan 2026 10:00 tot 12:00 ({ours}): 1u telt mee.",
        (
            "Daarvan telt niet mee: di 13 jan 2026 11:00 tot 12:00, 1u, aangekondigd onderhoud, "
            "Downtime, 2e uitzondering."
        ),
        f"Niet beschikbaar wo 14 jan 2026 10:00 tot 12:43:11 ({theirs}): 2u 43m 11s telt mee.",
        (
            f"Niet beschikbaar di 20 jan 2026 10:00 tot 10:15 ({ours}): "
            "15m, niet langer dan 15m, dus het telt niet mee (Downtime)."
        ),
        (
            "di 20 jan 2026 10:20 tot 10:30, veroorzaakt door de klant of een door de klant "
            "ingeschakelde derde, Downtime, 4e uitzondering: telt niet mee."
        ),
        "Samen 3u 43m 11s: 99,5 % beschikbaar.",
        "Gegarandeerd is 99,5 % (Downtime): gehaald.",
        "Geen restitutie.",
    ]


def test_what_is_just_below_the_guarantee_is_not_shown_as_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    longer = {**AFTERWARDS, "restored_at": "2026-01-14T12:43:13+01:00"}
    case = json.dumps({**CASE, "outages": [DOWN, longer]})
    said = json.loads(replayed(monkeypatch, case, language="en"))["explanation"]
    assert said[-3:] == [
        "Together 3h 43m 13s: available 99.499 %.",
        "Guaranteed is 99.5 % (Downtime): not kept.",
        "Credit: 10 % of the monthly fee (below 99.5 %).",
    ]


def test_the_hour_that_comes_twice_is_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.loads(replayed(monkeypatch, json.dumps(PLATFORM)))
    assert (answer["max_seconds"], answer["unavailable_seconds"]) == (2_682_000, 3_600)
    assert "02:30 (zomertijd) tot 02:30 (wintertijd)" in answer["explanation"][1]


def test_an_outage_over_the_months_end_counts_in_each_for_its_part() -> None:
    outage = {
        "detected_at": "2026-01-31T23:50:00+01:00",
        "restored_at": "2026-02-01T00:10:00+01:00",
        "cause": "storing",
    }
    answers = [
        replay_month({**CASE, "month": month, "outages": [outage], "maintenance": []})
        for month in ("2026-01", "2026-02", "2026-03")
    ]
    assert [answer["unavailable_seconds"] for answer in answers] == [600, 600, 0]


def test_a_month_without_a_fault_is_whole() -> None:
    answer = replay_month({"agreement": "diploc", "month": "2026-02"})
    assert (answer["availability"], answer["max_seconds"]) == ("100", 28 * 86_400)


def test_the_month_is_that_of_the_zone() -> None:
    outage = {"from": "2026-02-01T00:00:00+01:00", "to": "2026-02-01T01:00:00+01:00"}
    case = {**PLATFORM, "month": "2026-01", "outages": [{**outage, "cause": "storing"}]}
    assert replay_month(case)["unavailable_seconds"] == 0
    assert replay_month({**case, "zone": "UTC"})["unavailable_seconds"] == 3_600


def test_one_line_for_each_and_nothing_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{json.dumps(CASE)}\n\n{json.dumps(PLATFORM, indent=2)}\n"
    lines = replayed(monkeypatch, text).splitlines()
    assert [json.loads(line)["unavailable_seconds"] for line in lines] == [13_391, 3_600]
    assert replayed(monkeypatch, "\n") == ""


def test_a_third_agreement_brings_its_own_causes() -> None:
    theirs = {
        **contract("dialog"),
        "availability": {
            "guarantee": "99.9",
            "counts_above_minutes": 0,
            "causes": [{"key": "muizen", "counts": True}],
        },
    }
    outage = {"from": "2026-01-02T00:00:00+01:00", "to": "2026-01-02T00:30:00+01:00"}
    case = {"agreement": theirs, "month": "2026-01", "outages": [{**outage, "cause": "muizen"}]}
    assert replay_month(case)["unavailable_seconds"] == 1_800
    with pytest.raises(ValueError, match="cause: unknown value 'storing'; known are muizen"):
        replay_month({**case, "outages": [{**outage, "cause": "storing"}]})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"agreement": "acme"}, "unknown agreement 'acme'; known are dialog, diploc"),
        ({"agreement": None}, "unknown agreement"),
        ({"agreement": {}}, "it promises no availability"),
        ({"month": "2026-13"}, "month: '2026-13' is not a month"),
        ({"month": "2026-1"}, "is not a month"),
        ({"month": "２０２６-01"}, "is not a month"),
        ({"month": 202601}, "is not a month"),
        ({"month": None}, "is not a month"),
        ({"month": "0001-01"}, "is not in the years"),
        ({"zone": "Europe/Utrecht"}, "zone: 'Europe/Utrecht' is not a time zone"),
        ({"zone": "../etc/passwd"}, "is not a time zone"),
        ({"zone": "Europe"}, "is not a time zone"),
        ({"zone": ""}, "is not a time zone"),
        ({"zone": ["Europe/Amsterdam"]}, "is not a time zone"),
        ({"storingen": []}, "a case: 'storingen' is unknown; known are agreement, month"),
        ({"outages": {}}, "outages is a list"),
        ({"outages": [3]}, "an outage is a JSON object"),
        ({"outages": [{**DOWN, "from": "x"}]}, "an outage: 'from' is unknown"),
        ({"outages": [{**DOWN, "cause": "muizen"}]}, "known are storing, leverancier, overmacht"),
        ({"outages": [{**DOWN, "cause": None}]}, "cause: unknown value None"),
        ({"outages": [{**DOWN, "cause": ["storing"]}]}, "cause: unknown value"),
        ({"outages": [{**DOWN, "restored_at": None}]}, "restored_at is missing"),
        ({"outages": [{**DOWN, "restored_at": "2026-01-13T12:00:00"}]}, "needs its UTC offset"),
        ({"outages": [{**DOWN, "restored_at": "gisteren"}]}, "is not a moment"),
        (
            {"outages": [{**DOWN, "restored_at": "2026-01-13T09:00:00+01:00"}]},
            "is before reported_at",
        ),
        ({"outages": [{"restored_at": DOWN["restored_at"], "cause": "storing"}]}, "is missing"),
        (
            {"outages": [{**AFTERWARDS, "accepted_from": None}]},
            "restored_at 2026-01-14T12:43:11+01:00 is before reported_at",
        ),
        (
            {"maintenance": [{**ANNOUNCED, "kind": "gepland"}]},
            "kind: unknown value 'gepland'; known",
        ),
        ({"maintenance": [{**ANNOUNCED, "kind": []}]}, "kind: unknown value"),
        ({"maintenance": [{**ANNOUNCED, "to": None}]}, "to is missing"),
        ({"maintenance": [{**ANNOUNCED, "to": "2026-01-13T10:00:00+01:00"}]}, "is before from"),
        ({"maintenance": [{**ANNOUNCED, "from": "2026-01-13"}]}, "needs its UTC offset"),
    ],
)
def test_what_can_not_be_read_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], words: str
) -> None:
    said = refused(monkeypatch, json.dumps({**CASE, **change}))
    assert said.startswith("case 1: ")
    assert words in said


def test_dialog_has_no_report_and_diploc_no_from(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, json.dumps({**PLATFORM, "outages": [DOWN]}))
    assert (
        "an outage: 'detected_at', 'reported_at', 'restored_at' is unknown; known are from" in said
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("geen json", "not JSON"),
        ("3", "a case is a JSON object"),
        ("[" * 9999, "not JSON"),
    ],
)
def test_what_is_not_json_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    assert words in refused(monkeypatch, text)


def test_the_help_lists_causes_and_kinds_of_each_agreement() -> None:
    said = known_words()
    for key in ("dialog", "diploc"):
        for cause in contract(key)["availability"]["causes"]:
            assert f"cause {cause['key']!r}: {'counts' if cause['counts'] else 'excused'}" in said
    assert "maintenance 'unannounced': unavailable" in said


def test_as_a_program_it_needs_no_database() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "availability_replay"],
        cwd=ROOT,
        input=json.dumps(CASE) + "\n{}",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["unavailable_seconds"] == 13_391
    assert (
        done.stderr.strip()
        == "CommandError: case 2: unknown agreement 'None'; known are dialog, diploc"
    )


ZONES = ["Europe/Amsterdam", "UTC", "America/New_York", "Asia/Kathmandu"]
seconds = st.integers(-4_000, 32 * 86_400)
spans = st.tuples(seconds, st.integers(0, 3_000)).map(lambda drawn: (drawn[0], sum(drawn)))
offsets = st.sampled_from([-8, 0, 1, 5])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["2026-03", "2026-10", "2026-12", "2028-02"]),
    st.sampled_from(ZONES),
    st.lists(st.tuples(spans, st.integers(0, 8), offsets), max_size=5),
    st.lists(st.tuples(spans, st.sampled_from(["announced", "unannounced"]), offsets), max_size=4),
)
def test_as_an_oracle_counts_it_second_by_second(
    month: str, zone: str, outages: list[Any], maintenance: list[Any]
) -> None:
    year, number = map(int, month.split("-"))
    first = datetime(year, number, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    last = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    causes = contract("diploc")["availability"]["causes"]

    def written(second: int, offset: int) -> str:
        moment = first + timedelta(seconds=second)
        return moment.astimezone(timezone(timedelta(hours=offset))).isoformat()

    case = {
        "agreement": "diploc",
        "month": month,
        "zone": zone,
        "outages": [
            {
                "detected_at": written(span[0], offset),
                "restored_at": written(span[1], offset),
                "cause": causes[n]["key"],
            }
            for span, n, offset in outages
        ],
        "maintenance": [
            {"from": written(span[0], offset), "to": written(span[1], offset), "kind": kind}
            for span, kind, offset in maintenance
        ],
    }
    excused = [span for span, n, _offset in outages if not causes[n]["counts"]]
    excused += [span for span, kind, _offset in maintenance if kind == "announced"]
    length = int((last - first).total_seconds())
    counted = counted_ticks(
        (0, length),
        [span for span, n, _offset in outages if causes[n]["counts"]],
        excused,
        15 * 60,
    )
    answer = replay_month(case)
    assert (answer["max_seconds"], answer["unavailable_seconds"]) == (length, counted)
    assert Fraction(answer["availability"]) == Fraction(length - counted, length) * 100

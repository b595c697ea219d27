"""`sla_replay`: written histories in, clocks out, no database."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
REPORT = {
    "at": "2026-11-20T16:30:00+01:00",
    "kind": "reported",
    "channel": "phone",
    "ticket_kind": "incident",
    "priority": "hoog",
    "authorised": True,
    "answered": True,
}
CASE: dict[str, Any] = {
    "agreement": "dialog",
    "now": "2026-11-23T12:00:00+01:00",
    "phone_waiver": False,
    "releases": ["2026-12-02T06:00:00+01:00"],
    "events": [REPORT],
}


def replayed(monkeypatch: pytest.MonkeyPatch, text: str, language: str = "nl") -> str:
    """What the command prints."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    out = io.StringIO()
    with translation.override(language):
        call_command("sla_replay", stdout=out)
    return out.getvalue()


def refused(monkeypatch: pytest.MonkeyPatch, text: str) -> str:
    """The one line with which the command refuses, with exit code 2."""
    with pytest.raises(CommandError) as caught:
        replayed(monkeypatch, text)
    assert caught.value.returncode == 2
    words = str(caught.value)
    assert "\n" not in words
    return words


def test_the_designs_example(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.loads(replayed(monkeypatch, json.dumps(CASE)))
    reaction, resolution = answer["commitments"]
    assert resolution.pop("explanation")
    assert resolution == {
        "kind": "resolution",
        "clause": "Bijlage 1, Oplostijden: Hoog",
        "binding": True,
        "state": "running",
        "started_at": "2026-11-20T16:30:00+01:00",
        "due_at": "2026-11-23T16:30:00+01:00",
        "met_at": None,
        "breached_at": None,
        "remaining_seconds": 16_200,
    }
    assert (
        reaction["kind"],
        reaction["state"],
        reaction["met_at"],
        reaction["remaining_seconds"],
    ) == (
        "reaction",
        "met",
        "2026-11-20T16:30:00+01:00",
        None,
    )


def test_explanations_are_dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.loads(replayed(monkeypatch, json.dumps(CASE)))
    words = answer["commitments"][1]["explanation"]
    assert words[0].startswith("Gemeld vr 20 nov 2026 16:30, telefonisch")
    assert "Binnen één werkdag" in words[1]
    assert "za 21 nov en zo 22 nov" in words[3]
    assert words[4].startswith("ma 23 nov 09:00-16:30: 7u 30m")


def test_explanations_are_english_for_who_reads_english(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.loads(replayed(monkeypatch, json.dumps(CASE), language="en"))
    assert answer["commitments"][1]["explanation"][-1] == "Deadline: Mon 23 Nov 2026 16:30."


def test_one_line_for_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [CASE, {**CASE, "agreement": "diploc"}, {**CASE, "now": "2026-11-20T16:00:00+01:00"}]
    lines = replayed(monkeypatch, "\n".join(map(json.dumps, cases)) + "\n\n").splitlines()
    answers = [json.loads(line)["commitments"] for line in lines]
    assert [len(answer) for answer in answers] == [2, 1, 0]


def test_an_object_may_stand_on_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(CASE, indent=4)
    lines = replayed(monkeypatch, f"\n{text}\n{text}").splitlines()
    assert len(lines) == 2
    assert lines[0] == lines[1]


def test_nothing_in_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert replayed(monkeypatch, " \n") == ""


def test_a_waiver_binds_what_came_by_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    mailed = {**CASE, "events": [{**REPORT, "channel": "email"}]}
    waived = {**mailed, "phone_waiver": True}
    lines = replayed(monkeypatch, f"{json.dumps(mailed)}\n{json.dumps(waived)}").splitlines()
    reactions = [
        next(one for one in json.loads(line)["commitments"] if one["kind"] == "reaction")
        for line in lines
    ]
    assert [(one["binding"], one["state"]) for one in reactions] == [
        (False, "running"),
        (True, "breached"),
    ]


def test_moments_are_written_on_the_calendars_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    case = {**CASE, "events": [{**REPORT, "at": "2026-07-01T08:00:00Z"}]}
    answer = json.loads(replayed(monkeypatch, json.dumps(case)))
    assert answer["commitments"][0]["started_at"] == "2026-07-01T10:00:00+02:00"


LATER = {"at": "2026-11-20T16:29:00+01:00", "kind": "replied"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"agreement": "acme"}, "unknown agreement 'acme'; known are dialog, diploc"),
        ({"agreement": "../dialog"}, "unknown agreement '../dialog'"),
        ({"agreement": None}, "unknown agreement"),
        ({"agreement": "ac\nme"}, "unknown agreement"),
        ({"now": None}, "now: None is not a moment"),
        ({"now": "2026-11-23T12:00:00"}, "needs its UTC offset"),
        ({"now": "9999-12-31T23:59:59+00:00"}, "not in the years"),
        ({"events": []}, "begins with 'reported'"),
        ({"events": {}}, "events is a list"),
        ({"events": [3]}, "an event is an object"),
        ({"events": [LATER]}, "begins with 'reported'"),
        ({"events": [REPORT, LATER]}, "out of order, replied at 2026-11-20T16:29:00"),
        ({"events": [REPORT, REPORT]}, "'reported' once"),
        ({"events": [{**REPORT, "at": "2026-11-20T16:30:00"}]}, "needs its UTC offset"),
        ({"events": [{**REPORT, "at": "0001-01-01T00:00:00+02:00"}]}, "not in the years"),
        ({"events": [{**REPORT, "kind": "exploded"}]}, "kind: unknown value 'exploded'"),
        ({"events": [{**REPORT, "kind": "ex\nploded"}]}, "kind: unknown value"),
        ({"events": [{**REPORT, "channel": "fax"}]}, "channel: unknown value 'fax'"),
        ({"releases": ["morgen"]}, "releases: 'morgen' is not a moment"),
        ({"releases": "2026-12-02T06:00:00+01:00"}, "releases is a list"),
        ({"phone_waiver": "no"}, "phone_waiver: 'no' is neither true nor false"),
    ],
)
def test_a_case_that_is_wrong_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], words: str
) -> None:
    assert words in refused(monkeypatch, json.dumps({**CASE, **change}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("hallo", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("1" * 5000, "not JSON"),
        ("[]", "a case is a JSON object"),
        ("null", "a case is a JSON object"),
        ("NaN", "a case is a JSON object"),
        ("{}", "unknown agreement"),
    ],
)
def test_what_is_no_case_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    assert words in refused(monkeypatch, text)


def test_the_wrong_case_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(monkeypatch, f"{json.dumps(CASE)}\n[]").startswith("case 2:")


def run(text: bytes) -> subprocess.CompletedProcess[bytes]:
    """The command as a person runs it."""
    return subprocess.run(
        [sys.executable, "manage.py", "sla_replay"],
        input=text,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUTF8": "1"},
        check=False,
        timeout=60,
    )


def test_as_a_person_runs_it() -> None:
    done = run(json.dumps(CASE).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1
    assert "Binnen één werkdag" in done.stdout.decode()


@pytest.mark.parametrize("text", [b'{"agreement": "acme"}', b"\xff"])
def test_a_refusal_is_one_line_and_exit_2(text: bytes) -> None:
    done = run(text)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr

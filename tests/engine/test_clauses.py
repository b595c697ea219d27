"""Both contracts as tables: each clause that the clock knows, cases and what comes out (DESIGN §4).

A row is a report, perhaps what followed, and each promise as "state, binding or not, deadline".
"""

from __future__ import annotations

import pytest

from sla.engine import WorkingHours, read_clocks
from tests.engine.calendars import ALWAYS, WERKDAGEN, at, wall
from tests.engine.histories import agreement, event, readings, told

Told = dict[str, str]

# Definities: Werkdagen are Monday to Friday without official Dutch holidays; one is 8 hours.
DEFINITIES_WERKDAGEN = [
    ("2026-05-18 09:00", "2026-05-18 17:00"),  # a whole day ends at closing time
    ("2026-05-18 10:30", "2026-05-19 10:30"),  # in hours: the same time tomorrow
    ("2026-05-18 17:00", "2026-05-19 17:00"),  # at closing time nothing of the day is left
    ("2026-05-18 20:00", "2026-05-19 17:00"),  # in the evening: the end of tomorrow
    ("2026-05-22 16:00", "2026-05-26 16:00"),  # over Pinksteren
    ("2026-04-02 12:00", "2026-04-07 12:00"),  # over Goede Vrijdag and Pasen
    ("2026-05-13 12:00", "2026-05-15 12:00"),  # Hemelvaart; the Friday after it counts
    ("2026-04-24 12:00", "2026-04-28 12:00"),  # Koningsdag on a Monday
    ("2026-05-04 12:00", "2026-05-05 12:00"),  # 5 May is a holiday in lustrum years only
    ("2030-05-03 12:00", "2030-05-06 12:00"),  # in 2030 it falls on a Sunday
    ("2025-05-02 12:00", "2025-05-06 12:00"),  # in 2025 on a Monday: closed
    ("2026-12-24 12:00", "2026-12-28 12:00"),  # Kerst; 24 December counts
    ("2026-12-31 12:00", "2027-01-04 12:00"),  # Nieuwjaar; 31 December counts
    ("2028-02-28 12:00", "2028-02-29 12:00"),  # 29 February
    ("2028-02-29 12:00", "2028-03-01 12:00"),
    ("2026-03-27 12:00", "2026-03-30 12:00"),  # the clock goes forward
    ("2026-10-23 12:00", "2026-10-26 12:00"),  # the clock goes back
    ("2026-05-23 11:00", "2026-05-26 17:00"),  # a Saturday before Pinksteren
]


@pytest.mark.parametrize(("reported", "due"), DEFINITIES_WERKDAGEN)
def test_definities_werkdagen(reported: str, due: str) -> None:
    found = readings(f"{reported} reported web setting", now=reported)
    assert [wall(one.due_at) for one in found] == [due]


# 3.C: only those agreed upon may phone.
ARTIKEL_3C = [
    ("phone incident middel authorised", "running binding 2026-05-19 10:00"),
    ("phone incident middel", "running not binding 2026-05-19 10:00"),
    ("phone incident hoog authorised", "breached binding 2026-05-18 10:00"),
    ("phone incident hoog authorised answered", "met binding 2026-05-18 10:00"),
    ("phone incident hoog", "running not binding 2026-05-18 10:00"),
    ("phone incident hoog answered", "met not binding 2026-05-18 10:00"),
]


@pytest.mark.parametrize(("report", "reaction"), ARTIKEL_3C)
def test_artikel_3c(report: str, reaction: str) -> None:
    found = told(readings(f"2026-05-18 10:00 reported {report}", now="2026-05-18 11:00"))
    assert next(said for key, said in found.items() if key.startswith("reaction")) == reaction


# 4.D and Bijlage 1: channel, priority and kind, and the promises on them.
BIJLAGE_1: list[tuple[str, Told]] = [
    (
        "phone incident hoog authorised answered",
        {
            "reaction-hoog": "met binding 2026-05-18 10:00",
            "resolution-hoog": "running binding 2026-05-19 10:00",
        },
    ),
    (
        "email incident hoog",
        {
            "reaction-hoog": "running not binding 2026-05-18 10:00",
            "resolution-hoog": "running binding 2026-05-19 10:00",
        },
    ),
    (
        "phone incident middel authorised",
        {
            "reaction-middel": "running binding 2026-05-19 10:00",
            "resolution-middel": "running binding 2026-05-20 07:00",
        },
    ),
    (
        "widget incident middel",
        {
            "reaction-middel": "running not binding 2026-05-19 10:00",
            "resolution-middel": "running binding 2026-05-20 07:00",
        },
    ),
    ("web incident laag", {"resolution-laag": "running binding None"}),
    ("email question", {}),
    ("email wish laag", {}),
    ("email question middel", {"reaction-middel-request": "running binding 2026-05-19 10:00"}),
    ("email wish hoog", {"reaction-hoog": "running not binding 2026-05-18 10:00"}),
    ("api setting", {"reaction-setting": "running binding 2026-05-19 10:00"}),
    (
        "phone setting hoog authorised answered",
        {
            "reaction-hoog": "met binding 2026-05-18 10:00",
            "reaction-setting": "met binding 2026-05-19 10:00",
        },
    ),
]


@pytest.mark.parametrize(("report", "promises"), BIJLAGE_1)
def test_artikel_3g_3h_4d_en_bijlage_1(report: str, promises: Told) -> None:
    found = readings(f"2026-05-18 10:00 reported {report}", now="2026-05-18 10:00")
    assert told(found) == promises


# 2.A: what Middel is due with. Releases on 20 May, 10 June and 1 July at 07:00.
ARTIKEL_2A = [
    ("2026-05-20 06:59", "2026-05-20 07:00"),  # before it
    ("2026-05-20 07:00", "2026-06-10 07:00"),  # on it: strictly after the report
    ("2026-05-20 07:01", "2026-06-10 07:00"),  # after it
    ("2026-07-01 07:00", None),  # none planned any more
]


@pytest.mark.parametrize(("reported", "due"), ARTIKEL_2A)
def test_artikel_2a_en_bijlage_1_middel(reported: str, due: str | None) -> None:
    found = told(readings(f"{reported} reported phone incident middel authorised", now=reported))
    assert found["resolution-middel"] == f"running binding {due}"


# 4.G: the definitive priority, from the report.
ARTIKEL_4G: list[tuple[list[str], Told]] = [
    (
        ["2026-05-18 15:00 prioritised hoog"],
        {
            "reaction-hoog": "running not binding 2026-05-18 10:00",
            "resolution-hoog": "running binding 2026-05-19 10:00",
        },
    ),
    (["2026-05-18 15:00 prioritised laag"], {"resolution-laag": "running binding None"}),
    (
        ["2026-05-18 12:00 prioritised hoog", "2026-05-18 13:00 prioritised middel"],
        {
            "reaction-middel": "running not binding 2026-05-19 10:00",
            "resolution-middel": "running binding 2026-05-20 07:00",
        },
    ),
    (
        ["2026-05-18 12:00 classified question"],
        {"reaction-middel-request": "running binding 2026-05-19 10:00"},
    ),
]


@pytest.mark.parametrize(("changes", "promises"), ARTIKEL_4G)
def test_artikel_4g(changes: list[str], promises: Told) -> None:
    report = "2026-05-18 10:00 reported email incident middel"
    assert told(readings(report, *changes, now="2026-05-18 16:00")) == promises


# 4.F: not a Storing. Everything lapses, also what was missed; what was kept stays.
ARTIKEL_4F: list[tuple[list[str], Told]] = [
    (
        ["2026-05-18 11:00 declined"],
        {"reaction-middel": "cancelled", "resolution-middel": "cancelled"},
    ),
    (
        ["2026-05-18 11:00 replied", "2026-05-18 12:00 declined"],
        {"reaction-middel": "met", "resolution-middel": "cancelled"},
    ),
    (
        ["2026-06-12 12:00 declined"],
        {"reaction-middel": "cancelled", "resolution-middel": "cancelled"},
    ),
]


@pytest.mark.parametrize(("events", "states"), ARTIKEL_4F)
def test_artikel_4f(events: list[str], states: Told) -> None:
    report = "2026-05-18 10:00 reported phone incident middel authorised"
    found = told(readings(report, *events))
    assert {key: said.split()[0] for key, said in found.items()} == states


# Waiting on the customer and reopening, which the texts leave open (READINGS 1): for resolution.
WACHTEN = [
    (["waiting 2026-05-18 16:00 2026-05-19 10:00"], "2026-05-19 12:00"),  # over closing time
    (["waiting 2026-05-22 12:00 2026-05-26 12:00"], "2026-05-19 10:00"),  # after the deadline
    (["waiting 2026-05-18 18:00 2026-05-18 20:00"], "2026-05-19 10:00"),  # over nothing
    (["waiting 2026-05-18 11:00 2026-05-18 11:00"], "2026-05-19 10:00"),  # no time at all
    (["resolved 2026-05-18 11:00 2026-08-18 11:00"], "2026-08-19 10:00"),  # after months
]


@pytest.mark.parametrize(("stretches", "due"), WACHTEN)
def test_wachten_en_heropenen(stretches: list[str], due: str) -> None:
    events = []
    for stretch in stretches:
        what, day, time, until_day, until_time = stretch.split()
        back = "resumed" if what == "waiting" else "reopened"
        events += [f"{day} {time} {what}", f"{until_day} {until_time} {back}"]
    report = "2026-05-18 10:00 reported phone incident hoog authorised answered"
    found = readings(report, *events, now="2026-08-18 11:00")
    (resolution,) = [one for one in found if one.target.promise == "resolution"]
    assert wall(resolution.due_at) == due


def test_wachten_over_een_feestdag_kost_alleen_werktijd() -> None:
    report = "2026-05-22 10:00 reported phone incident hoog authorised answered"
    held = ["2026-05-22 16:00 waiting", "2026-05-26 10:00 resumed"]  # Pinksteren in between
    found = readings(report, *held, now="2026-05-26 10:00")
    (resolution,) = [one for one in found if one.target.promise == "resolution"]
    assert wall(resolution.due_at) == "2026-05-26 12:00"


# Diploc, Support: four office hours on hosting or technical application support.
DIPLOC_SUPPORT = [
    ("2026-05-18 10:00 reported email support", "2026-05-18 14:00"),
    ("2026-05-18 16:00 reported phone support", "2026-05-19 12:00"),
    ("2026-05-22 16:00 reported web support", "2026-05-26 12:00"),
    ("2026-05-18 10:00 reported email incident hoog", "2026-05-18 14:00"),
]


@pytest.mark.parametrize(("report", "due"), DIPLOC_SUPPORT)
def test_diploc_support(report: str, due: str) -> None:
    found = readings(report, now=report[:16], key="diploc")
    assert [(wall(one.due_at), one.binding) for one in found] == [(due, True)]


# Other calendars than Dutch office hours: around the clock, both nights of a clock change.
ROND_DE_KLOK = [
    ("2026-03-29 00:30", "2026-03-29 09:30"),  # an hour is skipped: eight real hours
    ("2026-10-25 00:30", "2026-10-25 07:30"),  # an hour comes twice
    ("2028-02-29 20:00", "2028-03-01 04:00"),
    ("2026-12-31 20:00", "2027-01-01 04:00"),
]


@pytest.mark.parametrize(("reported", "due"), ROND_DE_KLOK)
def test_een_etmaal_rond_de_klok(reported: str, due: str) -> None:
    found = _under(ALWAYS, f"{reported} reported web setting")
    assert found == [due]


def test_een_andere_agenda_heeft_zijn_eigen_klok() -> None:
    new_york = WorkingHours({day: [("09:00", "17:00")] for day in range(5)}, "America/New_York")
    assert _under(new_york, "2026-05-18 10:00 reported web setting") == ["2026-05-18 23:00"]
    assert _under(WERKDAGEN, "2026-05-18 10:00 reported web setting") == ["2026-05-19 10:00"]


def _under(hours: WorkingHours, report: str) -> list[str | None]:
    found = read_clocks(agreement(), hours, [], [event(report)], at(report[:16]))
    return [wall(one.due_at) for one in found]

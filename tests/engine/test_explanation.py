"""Every clock tells why: the steps from the report to the deadline."""

from datetime import timedelta

from sla.engine import Reading
from sla.engine.explanation import Step, Why, explain
from tests.engine.calendars import HOUR, WERKDAGEN, at, wall
from tests.engine.histories import agreement, reading, readings

HOOG_MAIL = "2026-05-22 16:00 reported email incident hoog"
MIDDEL_MAIL = "2026-05-18 10:00 reported email incident middel"


def steps(one: Reading, *, waived: bool = False) -> list[Step]:
    """The explanation of a clock under Dialog's agreement."""
    return explain(one, agreement(), WERKDAGEN, waived)


def whys(one: Reading, *, waived: bool = False) -> list[Why]:
    """The kinds of its steps."""
    return [step.why for step in steps(one, waived=waived)]


def only(why: Why, found: list[Step]) -> Step:
    """The one step of a kind."""
    (step,) = [step for step in found if step.why is why]
    return step


def test_a_deadline_names_what_counted_and_what_did_not() -> None:
    found = steps(reading("resolution", readings(HOOG_MAIL, now="2026-05-22 16:30")))
    assert [(step.why, wall(step.at), step.worked, step.name) for step in found[2:]] == [
        (Why.COUNTED, "2026-05-22 16:00", 1 * HOUR, ""),
        (Why.WEEKEND, "2026-05-23 00:00", None, ""),
        (Why.CLOSED, "2026-05-25 00:00", None, "Tweede pinksterdag"),
        (Why.COUNTED, "2026-05-26 09:00", 7 * HOUR, ""),
        (Why.DUE, "2026-05-26 16:00", None, ""),
    ]
    assert found[1].clause == "Bijlage 1, Oplostijden: Hoog"


def test_weekends_are_told_in_one_and_holidays_by_name() -> None:
    found = steps(
        reading(
            "reaction", readings("2026-04-02 16:00 reported web setting", now="2026-04-02 16:00")
        )
    )
    days = [
        (step.why, wall(step.at), wall(step.until), step.name)
        for step in found
        if step.why in {Why.WEEKEND, Why.CLOSED}
    ]
    assert days == [
        (Why.CLOSED, "2026-04-03 00:00", "2026-04-03 00:00", "Goede vrijdag"),
        (Why.WEEKEND, "2026-04-04 00:00", "2026-04-05 00:00", ""),
        (Why.CLOSED, "2026-04-06 00:00", "2026-04-06 00:00", "Tweede paasdag"),
    ]


def test_a_reaction_that_nobody_waits_for_says_so_and_from_when_somebody_did() -> None:
    report = "2026-05-18 10:00 reported monitor incident hoog own"
    assert Why.UNASKED in whys(reading("reaction", readings(report)))
    assert not {Why.UNASKED, Why.HEARD} & set(whys(reading("resolution", readings(report))))
    found = steps(reading("reaction", readings(report, "2026-05-18 11:00 called authorised")))
    assert wall(only(Why.HEARD, found).at) == "2026-05-18 11:00"


def test_waiting_and_solved_time_are_told_with_what_they_cost() -> None:
    found = steps(
        reading(
            "resolution",
            readings(
                "2026-05-18 10:00 reported email incident hoog",
                "2026-05-18 12:00 waiting",
                "2026-05-18 14:00 resumed",
                "2026-05-18 16:00 resolved",
                "2026-05-20 10:00 reopened",
            ),
        )
    )
    assert only(Why.WAITED, found).worked == 2 * HOUR
    assert only(Why.SOLVED, found).worked == 10 * HOUR
    assert wall(only(Why.SOLVED, found).until) == "2026-05-20 10:00"


def test_a_held_clock_tells_since_when_and_has_no_deadline() -> None:
    one = reading("resolution", readings(HOOG_MAIL, "2026-05-22 16:30 waiting"))
    assert whys(one)[-2:] == [Why.COUNTED, Why.PAUSED]
    assert only(Why.COUNTED, steps(one)).worked == timedelta(minutes=30)


def test_4d_what_does_not_bind_says_why_and_aims() -> None:
    found = steps(reading("reaction", readings(MIDDEL_MAIL)))
    assert only(Why.NOT_PHONED, found).clause == "4.D"
    assert found[-1].why is Why.AIM


def test_3c_a_caller_who_may_not_phone_is_told_so() -> None:
    report = "2026-05-18 10:00 reported phone incident middel"
    assert only(Why.CALLER, steps(reading("reaction", readings(report)))).clause == "3.C"


def test_a_later_call_is_told_as_the_start() -> None:
    one = reading("reaction", readings(MIDDEL_MAIL, "2026-05-18 12:00 called authorised"))
    assert wall(only(Why.CALL, steps(one)).at) == "2026-05-18 12:00"


def test_a_waiver_is_told() -> None:
    one = reading("reaction", readings(MIDDEL_MAIL, waiver=True))
    assert only(Why.WAIVED, steps(one, waived=True)).clause == "4.D"


def test_the_phone_rule_is_not_told_where_it_does_not_hold() -> None:
    one = reading("reaction", readings("2026-05-18 10:00 reported web setting"))
    assert not {Why.NOT_PHONED, Why.CALLER, Why.CALL, Why.WAIVED} & set(whys(one))


def test_direct_counts_nothing() -> None:
    report = "2026-05-18 10:00 reported phone incident hoog authorised answered"
    assert whys(reading("reaction", readings(report))) == [
        Why.REPORTED,
        Why.PROMISE,
        Why.DIRECT,
        Why.DUE,
        Why.MET,
    ]


def test_4g_changes_are_told_with_their_clause() -> None:
    found = steps(reading("resolution", readings(HOOG_MAIL, "2026-05-22 17:00 prioritised middel")))
    assert only(Why.PRIORITY, found).clause == "4.G"
    assert wall(only(Why.FROM_REPORT, found).at) == "2026-05-22 16:00"


def test_middel_tells_its_release() -> None:
    found = steps(reading("resolution", readings(MIDDEL_MAIL, now="2026-05-18 11:00")))
    assert wall(only(Why.RELEASE, found).at) == "2026-05-20 07:00"
    none = readings(MIDDEL_MAIL, releases=[])
    assert whys(reading("resolution", none))[-1] is Why.NO_RELEASE
    held = readings(MIDDEL_MAIL, "2026-05-18 12:00 waiting", now="2026-05-19 10:00")
    assert whys(reading("resolution", held))[-1] is Why.RELEASE_PASSED


def test_laag_tells_that_it_must_be_planned() -> None:
    report = "2026-05-18 10:00 reported web incident laag"
    assert whys(reading("resolution", readings(report)))[-1] is Why.NOT_PLANNED


def test_outcomes_are_told() -> None:
    late = readings(HOOG_MAIL, "2026-06-01 10:00 resolved")
    assert whys(reading("resolution", late))[-2:] == [Why.BREACHED, Why.MET_LATE]
    kept = readings(HOOG_MAIL, "2026-05-22 16:30 resolved")
    assert whys(reading("resolution", kept))[-1] is Why.MET
    declined = readings(HOOG_MAIL, "2026-05-22 16:30 declined")
    last = steps(reading("resolution", declined))[-1]
    assert (last.why, last.clause, last.at) == (Why.DECLINED, "4.F", at("2026-05-22 16:30"))
    merged = readings(HOOG_MAIL, "2026-05-22 16:30 merged", now="2026-05-22 16:30")
    assert Why.MERGED in whys(reading("resolution", merged))
    ended = readings(HOOG_MAIL, "2026-05-22 16:30 closed")
    assert whys(reading("reaction", ended))[-1] is Why.ENDED


def test_a_release_that_is_waited_for_says_that_it_waits_and_which_waiting_was_too_long() -> None:
    short = ["2026-05-18 11:00 waiting", "2026-05-18 12:00 resumed"]
    long = ["2026-05-19 09:00 waiting", "2026-05-21 12:00 resumed"]
    found = steps(
        reading("resolution", readings(MIDDEL_MAIL, *short, *long, now="2026-05-22 12:00"))
    )
    assert wall(only(Why.LONG_IDLE, found).at) == "2026-05-19 09:00"
    held = readings(MIDDEL_MAIL, "2026-05-18 11:00 waiting", now="2026-06-22 12:00")
    assert wall(only(Why.PAUSED, steps(reading("resolution", held))).at) == "2026-05-18 11:00"

"""A month judged whole: causes, maintenance, what counts and what is excused (Dialog 1, Diploc)."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.contracts import contract
from sla.engine.availability import Span, month_span
from sla.engine.availability_terms import AvailabilityTerms, Begins, Effect, MaintenanceKind
from sla.engine.months import Down, Judged, Works, begin_of, judge, works
from tests.engine.calendars import MINUTE, at, span
from tests.engine.down_oracle import Ticks, counted_ticks

DIALOG, DIPLOC = (
    AvailabilityTerms.read(contract(key)["availability"]) for key in ("dialog", "diploc")
)
MARCH = month_span(2026, 3, "Europe/Amsterdam")  # with the hour that is not there
TICK = 20 * timedelta(seconds=1)
LENGTH = (MARCH[1] - MARCH[0]) // TICK


def down(text: str, cause: str = "storing", terms: AvailabilityTerms = DIPLOC) -> Down:
    """An outage: "2026-03-10 10:00 / 2026-03-10 10:16"."""
    return Down(*span(text), terms.cause(cause))


def work(text: str, kind: str, terms: AvailabilityTerms = DIPLOC) -> Works:
    """Maintenance of some kind."""
    return works(terms, *span(text), MaintenanceKind(kind))


def unavailable(judged: Judged) -> timedelta:
    """What counts of a month."""
    return judged.result.unavailable


def test_diplocs_two_causes_count_and_its_seven_exceptions_do_not() -> None:
    counted = [
        cause.key
        for cause in DIPLOC.causes
        if unavailable(
            judge(DIPLOC, MARCH, [Down(*span("2026-03-10 10:00 / 2026-03-10 11:00"), cause)])
        )
    ]
    assert counted == ["storing", "leverancier"]
    assert len(DIPLOC.causes) == 9


def test_dialog_excepts_force_majeure_alone() -> None:
    assert [cause.key for cause in DIALOG.causes if not cause.counts] == ["overmacht"]
    second = Down(at("2026-03-10 10:00"), at("2026-03-10 10:00") + TICK, DIALOG.cause("storing"))
    assert unavailable(judge(DIALOG, MARCH, [second])) == TICK


@pytest.mark.parametrize(
    ("terms", "kind", "of_the_outage", "by_itself"),
    [
        (DIPLOC, "announced", 0, 0),
        (DIPLOC, "emergency", 0, 0),
        (DIPLOC, "supplier", 0, 0),
        (DIPLOC, "unannounced", 60, 0),
        (DIALOG, "announced", 0, 0),
        (DIALOG, "emergency", 60, 0),
        (DIALOG, "supplier", 60, 0),
        (DIALOG, "unannounced", 60, 60),
    ],
)
def test_what_maintenance_makes_of_an_outage(
    terms: AvailabilityTerms, kind: str, of_the_outage: int, by_itself: int
) -> None:
    hour = "2026-03-10 10:00 / 2026-03-10 11:00"
    maintained = work(hour, kind, terms)
    both = judge(terms, MARCH, [down(hour, terms=terms)], [maintained])
    assert unavailable(both) == of_the_outage * MINUTE
    assert unavailable(judge(terms, MARCH, [], [maintained])) == by_itself * MINUTE


def test_what_runs_over_what_was_announced_counts() -> None:
    judged = judge(
        DIPLOC,
        MARCH,
        [down("2026-03-10 10:00 / 2026-03-10 11:16")],
        [work("2026-03-10 10:00 / 2026-03-10 11:00", "announced")],
    )
    assert unavailable(judged) == 16 * MINUTE
    told = judged.told[0]
    assert (told.stretch.net, told.stretch.counts) == (16 * MINUTE, True)
    assert [fact.begin for fact in told.excuses] == [at("2026-03-10 10:00")]


def test_an_outage_that_goes_on_from_another_cause_is_one_outage() -> None:
    halves = [
        down("2026-03-10 10:00 / 2026-03-10 10:10"),
        down("2026-03-10 10:10 / 2026-03-10 10:20", "leverancier"),
    ]
    assert unavailable(judge(DIPLOC, MARCH, halves)) == 20 * MINUTE
    assert judge(DIPLOC, MARCH, halves).told[0].of == tuple(halves)


def test_an_excuse_never_makes_one_outage_out_of_two() -> None:
    """Ten minutes, force majeure, ten minutes: neither lasted longer than a quarter of an hour."""
    apart = [
        down("2026-03-10 10:00 / 2026-03-10 10:10"),
        down("2026-03-10 10:20 / 2026-03-10 10:30"),
    ]
    majeure = down("2026-03-10 10:10 / 2026-03-10 10:20", "overmacht")
    assert unavailable(judge(DIPLOC, MARCH, [*apart, majeure])) == timedelta(0)


def test_what_makes_no_difference_is_still_told() -> None:
    majeure = down("2026-03-10 10:00 / 2026-03-10 12:00", "overmacht")
    other_month = down("2026-05-10 10:00 / 2026-05-10 12:00", "overmacht")
    judged = judge(DIPLOC, MARCH, [majeure, other_month])
    assert (judged.told, judged.idle) == ((), (majeure,))


@pytest.mark.parametrize(
    ("known", "begins", "expected"),
    [
        ({"reported_at": "10:05", "detected_at": "10:03"}, Begins.REPORT, "10:03"),
        ({"reported_at": "10:02", "detected_at": "10:03"}, Begins.REPORT, "10:02"),
        ({"down_since": "10:00", "detected_at": "10:03"}, Begins.REPORT, "10:03"),
        ({"down_since": "10:00", "detected_at": "10:03"}, Begins.OUTAGE, "10:00"),
        ({"reported_at": "15:00", "accepted_from": "10:00"}, Begins.REPORT, "10:00"),
    ],
)
def test_when_an_outage_begins(known: dict[str, str], begins: Begins, expected: str) -> None:
    moments = {name: at(f"2026-03-10 {clock}") for name, clock in known.items()}
    assert begin_of(begins, **moments) == at(f"2026-03-10 {expected}")


def test_an_outage_of_which_nothing_is_known_has_no_begin() -> None:
    with pytest.raises(ValueError, match="nothing says"):
        begin_of(Begins.REPORT, down_since=at("2026-03-10 10:00"))


near_edges = st.one_of(
    st.integers(-200, 200),
    st.integers(LENGTH - 200, LENGTH + 200),
    st.integers(60_000, 60_300),
)
ticks = st.tuples(near_edges, st.integers(0, 120)).map(lambda drawn: (drawn[0], sum(drawn)))
facts = st.lists(st.tuples(ticks, st.integers(0, 8)), max_size=8)
QUICK = settings(max_examples=200, deadline=None)


def moments(ticked: Ticks) -> Span:
    """A span of ticks as two moments."""
    return MARCH[0] + ticked[0] * TICK, MARCH[0] + ticked[1] * TICK


def drawn_month(
    terms: AvailabilityTerms,
    outages: list[tuple[Ticks, int]],
    maintenance: list[tuple[Ticks, int]],
) -> tuple[Judged, int]:
    """What the engine judges, and how many ticks the oracle counts."""
    causes, kinds = terms.causes, list(MaintenanceKind)
    downs = [Down(*moments(t), causes[n % len(causes)]) for t, n in outages]
    done = [works(terms, *moments(t), kinds[n % 4]) for t, n in maintenance]
    is_down = [t for (t, _n), d in zip(outages, downs, strict=True) if d.cause.counts]
    is_down += [
        t
        for (t, _n), w in zip(maintenance, done, strict=True)
        if w.rule.effect is Effect.UNAVAILABLE
    ]
    excused = [t for (t, _n), d in zip(outages, downs, strict=True) if not d.cause.counts]
    excused += [
        t for (t, _n), w in zip(maintenance, done, strict=True) if w.rule.effect is Effect.EXCUSED
    ]
    longer_than = terms.counts_above // TICK
    return judge(terms, MARCH, downs, done), counted_ticks(
        (0, LENGTH), is_down, excused, longer_than
    )


@QUICK
@given(st.sampled_from([DIALOG, DIPLOC]), facts, facts)
def test_as_an_oracle_counts_it_tick_by_tick(
    terms: AvailabilityTerms,
    outages: list[tuple[Ticks, int]],
    maintenance: list[tuple[Ticks, int]],
) -> None:
    judged, counted = drawn_month(terms, outages, maintenance)
    result = judged.result
    assert result.unavailable == counted * TICK
    assert result.percent == Fraction(LENGTH - counted, LENGTH) * 100
    assert result.guarantee_met == (200 * counted <= LENGTH)
    assert sum((told.stretch.counted for told in judged.told), timedelta(0)) == result.unavailable


@QUICK
@given(facts, facts, ticks)
def test_12_another_excuse_never_costs_anything(
    outages: list[tuple[Ticks, int]], maintenance: list[tuple[Ticks, int]], more: Ticks
) -> None:
    before, _count = drawn_month(DIPLOC, outages, maintenance)
    announced = list(MaintenanceKind).index(MaintenanceKind.ANNOUNCED)
    after, _count = drawn_month(DIPLOC, outages, [*maintenance, (more, announced)])
    assert after.result.percent >= before.result.percent
    assert after.result.credit_percent <= before.result.credit_percent


@QUICK
@given(facts, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_written_makes_no_difference(
    outages: list[tuple[Ticks, int]], chance: object
) -> None:
    shuffled = list(outages)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (drawn_month(DIPLOC, each, [])[0].result for each in (outages, shuffled))
    assert first == second


def test_ten_thousand_outages_are_judged_as_they_would_be_one_by_one() -> None:
    begin = MARCH[0]
    outages = [
        Down(begin + 4 * n * MINUTE, begin + (4 * n + 2) * MINUTE, DIALOG.cause("storing"))
        for n in range(10_000)
    ]
    done = [
        works(
            DIALOG,
            begin + (4 * n + 1) * MINUTE,
            begin + (4 * n + 3) * MINUTE,
            MaintenanceKind.ANNOUNCED,
        )
        for n in range(10_000)
    ]
    judged = judge(DIALOG, MARCH, outages, done)
    assert unavailable(judged) == 10_000 * MINUTE
    assert len(judged.told) == 10_000
    assert all(len(told.excuses) == 1 for told in judged.told)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"causes": [{"key": "a", "counts": True}, {"key": "a", "counts": False}]}, "once"),
        ({"causes": [{"key": "", "counts": True}]}, "needs its key"),
        ({"causes": [{"key": "a", "counts": "ja"}]}, "true or false"),
        ({"causes": [{"key": "a", "counts": True, "naam": "b"}]}, "naam is unknown"),
        ({"maintenance": [{"kind": "silent", "effect": "excused"}]}, "silent"),
        ({"maintenance": [{"kind": "announced", "effect": "free"}]}, "free"),
        ({"begins": "whenever"}, "whenever"),
        ({"cap_percent": 140}, "up to 100"),
        ({"credit": []}, "credit is unknown"),
    ],
)
def test_terms_that_can_not_be_read_are_refused_in_words(
    wrong: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        AvailabilityTerms.read({"guarantee": "99.5", "counts_above_minutes": 0, **wrong})


def test_an_agreement_that_lists_nothing_knows_an_incident_and_force_majeure() -> None:
    terms = AvailabilityTerms.read({"guarantee": "99.5", "counts_above_minutes": 0})
    assert [(cause.key, cause.counts) for cause in terms.causes] == [
        ("storing", True),
        ("overmacht", False),
    ]
    assert terms.rule(MaintenanceKind.ANNOUNCED).effect is Effect.EXCUSED
    assert terms.rule(MaintenanceKind.EMERGENCY).effect is Effect.NOTHING

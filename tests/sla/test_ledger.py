"""The ledger of outages: one for one, joined, corrected, withdrawn; and its months."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import translation

from sla import claims, months, outages, upkeep
from sla.models import Claim, Contract, Maintenance, Outage, OutageEvent, Service, ServiceMonth
from sla.outages import LedgerError
from tests import people
from tickets.models import User

pytestmark = pytest.mark.django_db
Kind = OutageEvent.Kind
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TEN = datetime(2026, 1, 13, 9, tzinfo=UTC)  # 10:00 in Amsterdam
LATER = datetime(2026, 2, 3, 12, tzinfo=UTC)
JANUARY, DECEMBER = date(2026, 1, 1), date(2025, 12, 1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def contract() -> Contract:
    """Of a customer of hosting."""
    return people.organisation("Winkel", "diploc").contracts.get()


@pytest.fixture
def site(contract: Contract) -> Service:
    """A website of its own, provided since December."""
    return Service.objects.create(
        agreement=contract.agreement, contract=contract, name="Webwinkel", starts_on=DECEMBER
    )


@pytest.fixture
def platform() -> Service:
    """What all customers share, under an agreement that counts every second."""
    return Service.objects.create(
        agreement=people.agreement("dialog"), name="Platform", starts_on=DECEMBER
    )


@pytest.fixture
def mona() -> User:
    """A manager."""
    return people.agent("Mona")


def detected(service: Service, at: datetime, **said: Any) -> Outage:
    """Our own detection."""
    return outages.note_down(service, Kind.DETECTED, at=at, now=at, **said)[0]


def down(service: Service, at: datetime, minutes: float) -> Outage:
    """An outage that is over."""
    end = at + minutes * MINUTE
    return outages.restore(detected(service, at), at=end, now=end)


def unavailable(service: Service, month: date = JANUARY) -> timedelta:
    """What counts of a month as it is kept."""
    return service.months.get(month=month).unavailable


def kept(service: Service, now: datetime = LATER) -> None:
    """Judge what has ended, and let the audit look at it."""
    months.sweep(now=now)
    assert list(months.differences(now=now)) == []


def test_a_report_joins_what_we_detected_and_the_first_of_both_counts(site: Service) -> None:
    outage = detected(site, TEN, down_since=TEN - MINUTE)
    same, begun = outages.note_down(site, Kind.REPORTED, at=TEN + MINUTE, now=TEN + 2 * MINUTE)
    assert (same, begun) == (outage, False)
    outages.restore(same, at=TEN + 16 * MINUTE, now=TEN + 16 * MINUTE)
    outage.refresh_from_db()
    assert (outage.detected_at, outage.reported_at) == (TEN, TEN + MINUTE)
    assert outage.down_since == TEN - MINUTE
    kept(site)
    assert unavailable(site) == 16 * MINUTE


def test_dialogs_outage_begins_when_it_was_really_down(platform: Service) -> None:
    outage = detected(platform, TEN, down_since=TEN - 3 * MINUTE)
    outages.restore(outage, at=TEN + MINUTE, now=TEN + MINUTE)
    kept(platform)
    assert unavailable(platform) == 4 * MINUTE


def test_what_is_reported_while_an_outage_was_going_on_joins_it(site: Service) -> None:
    outage = down(site, TEN, 30)
    late, begun = outages.note_down(site, Kind.REPORTED, at=TEN + 20 * MINUTE, now=TEN + HOUR)
    assert (late, begun) == (outage, False)
    _other, begun = outages.note_down(site, Kind.REPORTED, at=TEN + HOUR, now=TEN + HOUR)
    assert begun


def test_a_quarter_of_an_hour_is_none_and_sixteen_minutes_are(site: Service) -> None:
    down(site, TEN, 14)
    down(site, TEN + 2 * HOUR, 15)
    down(site, TEN + 4 * HOUR, 16)
    kept(site)
    assert unavailable(site) == 16 * MINUTE


def test_the_cause_is_of_the_editions_list_and_has_its_reason(site: Service, mona: User) -> None:
    outage = down(site, TEN, 60)
    kept(site)
    assert unavailable(site) == HOUR
    with pytest.raises(LedgerError, match="does not know that cause"):
        outages.set_cause(outage, "calamiteitenonderhoud", reason="x", actor=mona, now=LATER)
    with pytest.raises(LedgerError, match="Say why"):
        outages.set_cause(outage, "overmacht", reason=" ", actor=mona, now=LATER)
    outages.set_cause(outage, "overmacht", reason="Stroom in de wijk", actor=mona, now=LATER)
    assert unavailable(site) == timedelta(0)
    row = site.months.get(month=JANUARY)
    assert row.told["idle"][0]["what"] == "overmacht"
    assert row.told["idle"][0]["clause"] == "Downtime, 1e uitzondering"
    assert outage.events.get(kind=Kind.CAUSE_SET).data["reason"] == "Stroom in de wijk"
    assert list(months.differences(now=LATER)) == []


def test_an_outage_over_the_months_end_is_judged_whole_and_counts_in_both(site: Service) -> None:
    midnight = datetime(2025, 12, 31, 23, tzinfo=UTC)
    down(site, midnight - 10 * MINUTE, 20)
    kept(site)
    assert [unavailable(site, month) for month in (DECEMBER, JANUARY)] == [10 * MINUTE] * 2


def test_two_outages_that_touch_are_one_across_the_months_end(site: Service, mona: User) -> None:
    midnight = datetime(2025, 12, 31, 23, tzinfo=UTC)
    first = down(site, midnight - 10 * MINUTE, 10)
    kept(site)
    assert unavailable(site, DECEMBER) == timedelta(0)
    down(site, midnight, 10)
    kept(site)
    assert [unavailable(site, month) for month in (DECEMBER, JANUARY)] == [10 * MINUTE] * 2
    outages.withdraw(first, reason="Proef van ons", actor=mona, now=LATER)
    assert [unavailable(site, month) for month in (DECEMBER, JANUARY)] == [timedelta(0)] * 2
    assert list(months.differences(now=LATER)) == []


def test_a_month_that_an_outage_goes_on_in_is_not_settled_until_it_ends(site: Service) -> None:
    midnight = datetime(2026, 1, 31, 23, tzinfo=UTC)
    outage = detected(site, midnight - 10 * MINUTE)
    months.sweep(now=midnight + 2 * MINUTE)
    january = site.months.get(month=JANUARY)
    assert (january.unavailable, january.settled) == (timedelta(0), False)
    months.sweep(now=midnight + 6 * MINUTE)
    assert unavailable(site) == 10 * MINUTE
    outages.restore(outage, at=midnight + 7 * MINUTE, now=midnight + 8 * MINUTE)
    january.refresh_from_db()
    assert (january.unavailable, january.settled) == (10 * MINUTE, True)


def test_a_service_begun_in_mid_month_is_judged_from_its_first_day(contract: Contract) -> None:
    begun = Service.objects.create(
        agreement=contract.agreement,
        contract=contract,
        name="Nieuw",
        starts_on=date(2026, 1, 22),
        ends_on=date(2026, 1, 31),
    )
    down(begun, datetime(2026, 1, 21, 22, 30, tzinfo=UTC), 60)  # half of it before its first day
    kept(begun)
    row = begun.months.get()
    assert (row.length, row.unavailable) == (timedelta(days=10), HOUR / 2)


def test_a_month_is_kept_once_it_is_over_on_the_calendars_clock(site: Service) -> None:
    months.sweep(now=datetime(2026, 1, 31, 22, 59, tzinfo=UTC))
    assert [row.month for row in site.months.all()] == [DECEMBER]
    months.sweep(now=datetime(2026, 1, 31, 23, 0, tzinfo=UTC))
    assert site.months.count() == 2


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        (lambda o, _m: outages.restore(o, at=TEN - MINUTE, now=LATER), "before it begins"),
        (lambda o, _m: outages.restore(o, at=LATER + HOUR, now=LATER), "still to come"),
        (
            lambda o, _m: outages.note_down(o.service, Kind.REPORTED, at=LATER + HOUR, now=LATER),
            "still to come",
        ),
        (
            lambda o, m: outages.correct(
                o, {"restored_at": TEN - MINUTE}, reason="x", actor=m, now=LATER
            ),
            "before it begins",
        ),
        (
            lambda o, m: outages.correct(o, {"detected_at": None}, reason="x", actor=m, now=LATER),
            "reported or detected",
        ),
        (
            lambda o, m: outages.correct(o, {"detected_at": TEN}, reason="x", actor=m, now=LATER),
            "changes nothing",
        ),
        (lambda o, m: outages.withdraw(o, reason="", actor=m, now=LATER), "Say why"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_leaves_nothing(
    site: Service, mona: User, tried: Callable[[Outage, User], Any], words: str
) -> None:
    outage = detected(site, TEN)
    with pytest.raises(LedgerError, match=words):
        tried(outage, mona)
    assert outage.events.count() == 1
    assert site.outages.get().restored_at is None


def test_an_outage_ends_once(site: Service) -> None:
    outage = down(site, TEN, 30)
    with pytest.raises(LedgerError, match="over already"):
        outages.restore(outage, at=TEN + HOUR, now=TEN + HOUR)


def test_corrected_times_count_and_what_stood_before_stays(site: Service, mona: User) -> None:
    outage = down(site, TEN, 60)
    kept(site)
    end = TEN + 20 * MINUTE
    outages.correct(outage, {"restored_at": end}, reason="Log nagekeken", actor=mona, now=LATER)
    assert unavailable(site) == 20 * MINUTE
    first, last = outage.events.filter(kind__in=[Kind.RESTORED, Kind.CORRECTED])
    assert first.data["at"] == (TEN + HOUR).isoformat()
    assert last.data == {"moments": {"restored_at": end.isoformat()}, "reason": "Log nagekeken"}


def test_what_was_withdrawn_counts_no_more_and_can_not_be_changed(
    site: Service, mona: User
) -> None:
    outage = outages.withdraw(down(site, TEN, 60), reason="Vals alarm", actor=mona, now=LATER)
    kept(site)
    assert unavailable(site) == timedelta(0)
    with pytest.raises(LedgerError, match="withdrawn"):
        outages.note(outage, "Toch?", actor=mona, now=LATER)
    assert outages.note_down(site, Kind.DETECTED, at=TEN, now=LATER)[1]


def test_the_events_folded_again_are_what_the_ledger_says(site: Service, mona: User) -> None:
    outage = down(site, TEN, 60)
    outages.set_cause(outage, "leverancier", reason="Datacenter", actor=mona, now=LATER)
    outages.correct(outage, {"down_since": TEN}, reason="Log", actor=mona, now=LATER)
    outage.refresh_from_db()
    folded = outages.folded(outage.events.all())
    assert {name: getattr(outage, name) for name in folded} == folded


def planned(service: Service, begin: datetime, end: datetime, told: datetime) -> Maintenance:
    """Planned maintenance that was announced at some moment."""
    written = Maintenance(
        kind="planned", nature="Nieuwe schijf", begins_at=begin, ends_at=end, expected_minutes=30
    )
    return upkeep.announce(written, [service], actor=None, now=told)


def test_only_what_was_announced_in_time_is_excused_and_no_longer(site: Service) -> None:
    planned(site, TEN, TEN + HOUR, TEN - 48 * HOUR)
    down(site, TEN, 80)
    kept(site)
    assert unavailable(site) == 20 * MINUTE
    excused = site.months.get(month=JANUARY).told["stretches"][0]["excused"]
    assert [part["clause"] for part in excused] == ["Downtime, 2e uitzondering"]


def test_what_was_announced_afterwards_excuses_nothing(site: Service) -> None:
    planned(site, TEN, TEN + HOUR, TEN + MINUTE)
    down(site, TEN, 60)
    kept(site)
    assert unavailable(site) == HOUR


def test_longer_maintenance_told_while_it_went_on_excuses_no_more(site: Service) -> None:
    work = planned(site, TEN, TEN + HOUR, TEN - 48 * HOUR)
    upkeep.change(
        work, begins_at=TEN, ends_at=TEN + 2 * HOUR, reason="Loopt uit", actor=None, now=TEN + HOUR
    )
    down(site, TEN, 120)
    kept(site)
    assert unavailable(site) == HOUR


def test_maintenance_moved_in_time_excuses_where_it_went(site: Service) -> None:
    work = planned(site, TEN, TEN + HOUR, TEN - 48 * HOUR)
    upkeep.change(
        work,
        begins_at=TEN + 24 * HOUR,
        ends_at=TEN + 25 * HOUR,
        reason="Leverancier later",
        actor=None,
        now=TEN - HOUR,
    )
    down(site, TEN, 60)
    down(site, TEN + 24 * HOUR, 60)
    kept(site)
    assert unavailable(site) == HOUR


def test_cancelled_maintenance_excuses_nothing(site: Service) -> None:
    work = planned(site, TEN, TEN + HOUR, TEN - 48 * HOUR)
    upkeep.cancel(work, reason="Niet nodig", actor=None, now=TEN - HOUR)
    down(site, TEN, 60)
    kept(site)
    assert unavailable(site) == HOUR


def test_at_dialog_maintenance_that_ran_over_is_itself_unavailability(platform: Service) -> None:
    work = planned(platform, TEN, TEN + HOUR, TEN - 48 * HOUR)
    upkeep.start(work, at=TEN, actor=None, now=TEN)
    upkeep.finish(work, at=TEN + 70 * MINUTE, actor=None, now=TEN + 70 * MINUTE)
    kept(platform)
    assert unavailable(platform) == 10 * MINUTE


def test_emergency_maintenance_excuses_at_diploc_and_not_at_dialog(
    site: Service, platform: Service
) -> None:
    for service in (site, platform):
        urgent = Maintenance(kind="emergency", cause="Lek", work="Bijwerken", begins_at=TEN)
        upkeep.announce(urgent, [service], actor=None, now=TEN)
        upkeep.finish(urgent, at=TEN + HOUR, actor=None, now=TEN + HOUR)
        down(service, TEN, 60)
    kept(site)
    assert (unavailable(site), unavailable(platform)) == (timedelta(0), HOUR)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "planned", "nature": "", "expected_minutes": 1, "ends_at": TEN + HOUR},
        {"kind": "planned", "nature": "Schijf", "ends_at": TEN + HOUR},
        {"kind": "planned", "nature": "Schijf", "expected_minutes": 1},
        {"kind": "supplier", "nature": "Schijf"},
        {"kind": "emergency", "cause": "Lek"},
        {"kind": "emergency", "work": "Bijwerken"},
    ],
)
def test_maintenance_is_announced_whole_or_not_at_all(site: Service, said: dict[str, Any]) -> None:
    with pytest.raises(LedgerError, match="Say what"):
        upkeep.announce(Maintenance(begins_at=TEN, **said), [site], actor=None, now=TEN)
    assert not Maintenance.objects.exists()


def filed(site: Service, mona: User, begin: datetime, end: datetime, **said: Any) -> Claim:
    """A claim of the customer, with its ticket."""
    assert site.organisation is not None
    carla = people.contact(site.organisation)
    ticket = people.setting(carla, when=LATER)
    return claims.file(
        site,
        site.organisation,
        contact=carla,
        ticket=ticket,
        begins_at=begin,
        ends_at=end,
        now=LATER,
        **said,
    )


def test_an_accepted_claim_counts_in_its_own_month(site: Service, mona: User) -> None:
    kept(site)
    claim = filed(site, mona, TEN, TEN + HOUR)
    assert unavailable(site) == timedelta(0)
    claims.accept(claim, reason="Schermafdruk klopt", actor=mona, now=LATER, seen=0)
    assert unavailable(site) == HOUR
    outage = site.outages.get()
    assert (outage.accepted_from, outage.reported_at) == (TEN, LATER)
    assert list(months.differences(now=LATER)) == []


def test_a_part_can_be_accepted_and_no_more_than_was_claimed(site: Service, mona: User) -> None:
    kept(site)
    claim = filed(site, mona, TEN, TEN + HOUR)
    with pytest.raises(LedgerError, match="inside what was claimed"):
        claims.accept(claim, reason="x", actor=mona, now=LATER, seen=0, ends_at=TEN + 2 * HOUR)
    claims.accept(claim, reason="x", actor=mona, now=LATER, seen=0, ends_at=TEN + 30 * MINUTE)
    assert unavailable(site) == 30 * MINUTE


def test_a_decision_can_be_taken_again_and_both_stay(site: Service, mona: User) -> None:
    kept(site)
    claim = filed(site, mona, TEN, TEN + HOUR)
    claims.accept(claim, reason="Klopt", actor=mona, now=LATER, seen=0)
    claims.refuse(claim, reason="Was de klant zelf", actor=mona, now=LATER, seen=1)
    assert unavailable(site) == timedelta(0)
    assert [(each.accepted, each.reason) for each in claim.decisions.all()] == [
        (True, "Klopt"),
        (False, "Was de klant zelf"),
    ]
    with pytest.raises(LedgerError, match="refused already"):
        claims.refuse(claim, reason="Nog eens", actor=mona, now=LATER, seen=2)


def test_who_decides_of_what_somebody_else_just_decided_is_told_so(
    site: Service, mona: User
) -> None:
    claim = filed(site, mona, TEN, TEN + HOUR)
    claims.refuse(claim, reason="Niets van te zien", actor=mona, now=LATER, seen=0)
    with pytest.raises(LedgerError, match="meanwhile"):
        claims.accept(claim, reason="Klopt", actor=mona, now=LATER, seen=0)
    with pytest.raises(LedgerError, match="Say why"):
        claims.accept(claim, reason=" ", actor=mona, now=LATER, seen=1)


def test_counter_evidence_makes_our_outage_longer_and_can_be_undone(
    site: Service, mona: User
) -> None:
    ours = down(site, TEN, 20)
    kept(site)
    claim = filed(site, mona, TEN - 10 * MINUTE, TEN + 30 * MINUTE, about=ours)
    claims.accept(claim, reason="Metingen van de klant", actor=mona, now=LATER, seen=0)
    assert unavailable(site) == 40 * MINUTE
    assert site.outages.count() == 1
    claims.refuse(claim, reason="Toch niet", actor=mona, now=LATER, seen=1)
    assert unavailable(site) == 20 * MINUTE


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (TEN, TEN, "before it begins"),
        (TEN, LATER + HOUR, "what is over"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused_in_words(
    site: Service, mona: User, begin: datetime, end: datetime, words: str
) -> None:
    with pytest.raises(LedgerError, match=words):
        filed(site, mona, begin, end)
    assert not Claim.objects.exists()


def test_nobody_claims_of_a_service_of_somebody_else(site: Service) -> None:
    stranger = people.organisation("Ander", "diploc")
    with pytest.raises(LedgerError, match="not yours"):
        claims.refuse_unless_possible(site, stranger, TEN, TEN + HOUR, now=LATER)


def test_the_audit_sees_a_month_that_somebody_touched(site: Service) -> None:
    down(site, TEN, 16)
    kept(site)
    ServiceMonth.objects.filter(month=JANUARY).update(unavailable=timedelta(0))
    (found,) = months.differences(now=LATER)
    assert found == f"Webwinkel 2026-01: unavailable is 0:00:00, the ledger says {16 * MINUTE}"


@pytest.mark.django_db(transaction=True)
def test_ten_that_see_it_at_once_begin_one_outage(site: Service) -> None:
    barrier = Barrier(10)
    begun: list[bool] = []

    def see(number: int) -> None:
        barrier.wait()
        try:
            _outage, new = outages.note_down(
                site, Kind.DETECTED, at=TEN + number * MINUTE, now=TEN + HOUR
            )
            begun.append(new)
        finally:
            connections.close_all()

    threads = [Thread(target=see, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == [False] * 9 + [True]
    assert site.outages.get().detected_at == TEN
    assert site.outages.get().events.count() == 10


def test_sla_audit_looks_at_the_ledger_and_its_months_too(
    site: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    outage = down(site, TEN, 16)
    kept(site)
    call_command("sla_audit")
    Outage.objects.filter(pk=outage.pk).update(restored_at=TEN + 14 * MINUTE)
    with pytest.raises(SystemExit):
        call_command("sla_audit")
    said = capsys.readouterr().out
    assert f"outage {outage.pk} of Webwinkel: restored_at is" in said
    assert "Webwinkel 2026-01: unavailable is 0:16:00" in said

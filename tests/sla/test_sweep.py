"""The sweep records what fell due: once, at its true moment, whatever crashes or comes late."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection

from sla import sweep as sweeping
from sla.audit import differences
from sla.models import Alert, Clock, Coverage
from sla.sweep import sweep
from support import desk
from tests import people
from tests.at_once import together
from tests.people import at, words
from tickets import history
from tickets.models import Channel, Contact, EventKind, Kind, Ticket

MONDAY = at("2026-05-18 10:00")
DUE = at("2026-05-19 10:00")


def setting(carla: Contact, when: datetime = MONDAY) -> Ticket:
    """Warnings Monday 14:00 and 16:24."""
    return people.setting(carla, when=when)


def a_contact() -> Contact:
    return people.contact(people.organisation())


def recorded() -> list[tuple[str, int, datetime]]:
    return list(Alert.objects.order_by("ticket", "at").values_list("kind", "share", "at"))


ALL = [
    ("warning", 50, at("2026-05-18 14:00")),
    ("warning", 80, at("2026-05-18 16:24")),
    ("breach", 0, DUE),
]
STILL = ("overdue", 0, at("2026-05-19 14:00"))  # four working hours after it


@pytest.mark.django_db
def test_warnings_come_at_half_and_four_fifths_of_the_working_time() -> None:
    setting(a_contact(), when=at("2026-05-18 15:00"))
    sweep(now=at("2026-05-19 10:59"))
    assert recorded() == []
    sweep(now=at("2026-05-19 11:01"))
    sweep(now=at("2026-05-19 13:25"))
    assert recorded() == [
        ("warning", 50, at("2026-05-19 11:00")),
        ("warning", 80, at("2026-05-19 13:24")),
    ]


@pytest.mark.django_db
def test_nothing_is_recorded_at_the_very_deadline() -> None:
    setting(a_contact())
    sweep(now=DUE)
    assert recorded() == ALL[:2]
    sweep(now=DUE + timedelta(microseconds=1))
    assert recorded() == ALL


@pytest.mark.django_db
def test_sweeping_again_records_nothing_again() -> None:
    setting(a_contact())
    assert sweep(now=DUE + timedelta(minutes=1)) == 3
    assert sweep(now=DUE + timedelta(minutes=1)) == 0
    assert sweep(now=DUE + timedelta(days=9)) == 1
    assert sweep(now=DUE + timedelta(days=10)) == 0
    assert recorded() == [*ALL, STILL]


@pytest.mark.django_db
def test_days_late_it_still_records_the_true_moments() -> None:
    setting(a_contact())
    late = DUE + timedelta(days=30)
    sweep(now=late)
    assert recorded() == [*ALL, STILL]
    assert set(Alert.objects.values_list("noticed_at", flat=True)) == {late}
    clock = Clock.objects.get()
    assert (clock.state, clock.breached_at, clock.next_alert_at) == ("breached", DUE, None)
    assert list(differences(now=late)) == []


@pytest.mark.django_db
def test_a_breach_answered_between_two_sweeps_is_still_recorded() -> None:
    ticket = setting(a_contact())
    sweep(now=DUE - timedelta(minutes=1))
    answered = DUE + timedelta(minutes=1)
    desk.reply(ticket, words(), actor=people.agent(), at=answered)
    sweep(now=DUE + timedelta(minutes=2))
    assert recorded() == ALL
    clock = Clock.objects.get()
    assert (clock.state, clock.breached_at, clock.met_at) == ("breached", DUE, answered)


@pytest.mark.django_db
def test_an_answer_in_time_ends_the_warnings() -> None:
    ticket = setting(a_contact())
    desk.reply(ticket, words(), actor=people.agent(), at=at("2026-05-18 15:00"))
    sweep(now=DUE + timedelta(days=1))
    assert recorded() == []
    assert Clock.objects.get().state == "met"


@pytest.mark.django_db
def test_a_promise_that_does_not_bind_is_never_breached() -> None:
    carla = a_contact()
    desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Export",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=Channel.EMAIL,
        at=MONDAY,
    )
    people.releases("2026-07-01 07:00")
    sweep(now=DUE + timedelta(days=1))
    assert not Alert.objects.filter(kind="breach").exists()


@pytest.mark.django_db
def test_without_a_planned_release_there_is_one_alert() -> None:
    ticket = desk.open_ticket(
        people.reporter(a_contact()),
        words(),
        subject="Export",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=Channel.PHONE,
        answered=True,
        at=MONDAY,
    )
    for minutes in (1, 2, 60):
        sweep(now=MONDAY + timedelta(minutes=minutes))
    assert recorded() == [("no_release", 0, MONDAY)]
    desk.note(ticket, words(), actor=people.agent(), at=MONDAY + timedelta(hours=2))
    sweep(now=MONDAY + timedelta(hours=3))
    assert Alert.objects.count() == 1


@pytest.mark.django_db
def test_alerts_are_not_told_again_after_the_clocks_are_rebuilt() -> None:
    ticket = setting(a_contact())
    sweep(now=DUE + timedelta(minutes=1))
    Clock.objects.all().delete()
    desk.note(ticket, words(), actor=people.agent(), at=DUE + timedelta(minutes=2))
    sweep(now=DUE + timedelta(minutes=3))
    assert recorded() == ALL


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_record_everything_once() -> None:
    carla = a_contact()
    for _each in range(10):
        setting(carla)
    late = DUE + timedelta(minutes=1)
    outcomes = together(*[lambda: sweep(now=late)] * 3)
    assert [outcome for outcome in outcomes if not isinstance(outcome, int)] == []
    sweep(now=late)
    assert recorded() == ALL * 10
    assert set(Clock.objects.values_list("state", flat=True)) == {"breached"}


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_dies_midway_leaves_nothing_and_the_next_one_does_it_all() -> None:
    carla = a_contact()
    for _each in range(3):
        setting(carla)
    late = DUE + timedelta(minutes=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'killed'; END $$;"
            "CREATE TRIGGER die BEFORE UPDATE ON sla_clock FOR EACH ROW EXECUTE FUNCTION die()"
        )
    try:
        with pytest.raises(DatabaseError, match="killed"):
            sweep(now=late)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER die ON sla_clock; DROP FUNCTION die()")
    assert recorded() == []
    assert sweep(now=late + timedelta(days=1)) == 12
    assert recorded() == [*ALL, STILL] * 3


@pytest.mark.django_db
def test_a_history_that_went_on_without_its_clocks_is_healed() -> None:
    ticket = setting(a_contact())
    answered = at("2026-05-18 12:00")
    history.record(ticket, EventKind.REPLIED, at=answered)  # past the desk
    assert Clock.objects.get().state == "running"
    sweep(now=at("2026-05-18 12:01"))
    assert (Clock.objects.get().state, Clock.objects.get().met_at) == ("met", answered)
    assert Coverage.objects.get().version == 2


@pytest.mark.django_db
def test_a_poisoned_ticket_waits_an_hour_and_does_not_stop_the_others() -> None:
    carla = a_contact()
    poisoned, healthy = setting(carla), setting(carla)
    soon = at("2026-05-18 11:00")
    history.record(
        poisoned,
        EventKind.PRIORITISED,
        at=soon,
        data={"priority": "gisteren", "from": None, "reason": ""},
    )
    history.record(healthy, EventKind.REPLIED, at=soon)
    sweep(now=soon + timedelta(seconds=5))
    assert Clock.objects.get(ticket=healthy).state == "met"
    waits = Coverage.objects.get(ticket=poisoned).stale_since
    assert waits == soon + timedelta(hours=1, seconds=5)
    sweep(now=soon + timedelta(seconds=10))
    assert Coverage.objects.get(ticket=poisoned).stale_since == waits
    sweep(now=DUE + timedelta(minutes=1))
    assert Alert.objects.filter(ticket=poisoned, kind="breach").count() == 1


@pytest.mark.django_db
def test_what_the_database_could_not_do_is_done_at_the_next_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticket = setting(a_contact())
    soon = at("2026-05-18 11:00")
    history.record(ticket, EventKind.REPLIED, at=soon)

    def refuse(*_args: object, **_more: object) -> None:
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as faulty:
        faulty.setattr(sweeping, "refresh", refuse)
        sweep(now=soon + timedelta(seconds=5))
    assert Clock.objects.get(ticket=ticket).state == "running"
    sweep(now=soon + timedelta(seconds=10))
    assert Clock.objects.get(ticket=ticket).state == "met"

"""Releases by their schedule: a year ahead, moved and skipped dates stay, Middel follows."""

from datetime import date, time, timedelta

import pytest

from sla import changes, planning, releases
from sla.audit import differences
from sla.explaining import cause_words
from sla.models import Alert, Clock, Coverage, Release, ReleaseSchedule
from sla.planning import Effect
from sla.release_checks import releases_are_planned
from sla.sweep import sweep
from sla.tasks import keep_releases
from support import desk
from tests import people
from tests.at_once import together
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
SOON = at("2026-05-18 12:00")
FIRST = at("2026-06-03 06:00")


@pytest.fixture
def schedule() -> ReleaseSchedule:
    """Every three weeks on Wednesday at six, from 3 June 2026 on."""
    return ReleaseSchedule.objects.create(
        agreement=people.agreement(), first_on=date(2026, 6, 3), at_time=time(6)
    )


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def alice() -> User:
    return people.agent()


def opened(carla: Contact, priority: str = "middel") -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Export",
        kind=Kind.INCIDENT,
        priority=priority,
        channel=Channel.WEB,
        at=MONDAY,
    )


def clock(ticket: Ticket) -> Clock:
    return Clock.objects.get(ticket=ticket, promise="resolution")


def planned() -> list[str]:
    """The coming releases in words, on the Amsterdam clock."""
    standing = Release.objects.filter(skipped_at=None).order_by("planned_at")
    return [f"{each.planned_at.astimezone(people.AMSTERDAM):%Y-%m-%d %H:%M}" for each in standing]


def changed(schedule: ReleaseSchedule, **to: object) -> ReleaseSchedule:
    for name, value in to.items():
        setattr(schedule, name, value)
    return schedule


# Keeping


def test_a_year_of_releases_is_made_and_the_clock_time_stays_over_both_clock_changes(
    schedule: ReleaseSchedule,
) -> None:
    made = releases.keep(schedule, now=MONDAY)
    assert made[0].name == "Release 2026-06-03"
    assert made[-1].planned_at > MONDAY + timedelta(days=365)
    assert {moment[-5:] for moment in planned()} == {"06:00"}
    offsets = {each.planned_at.astimezone(people.AMSTERDAM).utcoffset() for each in made}
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}
    assert all(each.slot and each.slot.weekday() == 2 for each in made)


def test_a_time_that_the_clock_skips_in_march_becomes_the_hour_after(
    schedule: ReleaseSchedule,
) -> None:
    changed(schedule, first_on=date(2027, 3, 28), at_time=time(2, 30)).save()
    first, *_ = releases.keep(schedule, now=MONDAY)
    assert first.planned_at == at("2027-03-28 03:30")


def test_keeping_twice_changes_nothing(schedule: ReleaseSchedule) -> None:
    assert releases.keep(schedule, now=MONDAY)
    rows = list(Release.objects.values_list("pk", "planned_at", "known_from"))
    assert releases.keep(schedule, now=SOON) == []
    assert list(Release.objects.values_list("pk", "planned_at", "known_from")) == rows


@pytest.mark.django_db(transaction=True)
def test_keeping_twice_at_once_makes_each_release_once(schedule: ReleaseSchedule) -> None:
    done = together(*[lambda: len(releases.keep(schedule, now=MONDAY))] * 2)
    assert sorted(done, key=str) == [0, Release.objects.count()]


def test_the_nightly_task_keeps_every_schedule(schedule: ReleaseSchedule) -> None:
    keep_releases()
    assert Release.objects.filter(agreement=schedule.agreement).count() > 15


def test_a_moved_and_a_skipped_release_keep_their_date(schedule: ReleaseSchedule) -> None:
    first, second, *_ = releases.keep(schedule, now=MONDAY)
    changes.move_release(first, to=at("2026-06-05 06:00"), now=SOON)
    changes.skip_release(second, now=SOON)
    assert releases.keep(schedule, now=SOON) == []
    assert planned()[:2] == ["2026-06-05 06:00", "2026-07-15 06:00"]


def test_one_made_by_hand_at_a_moment_of_the_schedule_is_not_doubled(
    schedule: ReleaseSchedule,
) -> None:
    people.releases("2026-06-03 06:00")
    releases.keep(schedule, now=MONDAY)
    mine = Release.objects.get(planned_at=FIRST)
    assert (mine.name, mine.slot) == ("Release 1", date(2026, 6, 3))
    changes.move_release(mine, to=at("2026-06-04 06:00"), now=SOON)
    assert releases.keep(schedule, now=SOON) == []


def test_a_name_that_is_taken_gets_a_number(schedule: ReleaseSchedule) -> None:
    Release.objects.create(
        agreement=schedule.agreement,
        name="Release 2026-06-03",
        planned_at=at("2026-06-03 20:00"),
        is_hotfix=True,
    )
    assert releases.keep(schedule, now=MONDAY)[0].name == "Release 2026-06-03 (2)"


def test_a_release_that_moves_is_called_by_its_new_day(schedule: ReleaseSchedule) -> None:
    first, second, *_ = releases.keep(schedule, now=MONDAY)
    changes.move_release(first, to=at("2026-06-04 06:00"), now=SOON)
    first.refresh_from_db()
    assert first.name == "Release 2026-06-04"
    changes.move_release(first, to=at("2026-06-04 20:00"), now=SOON)
    first.refresh_from_db()
    assert first.name == "Release 2026-06-04"
    changes.move_release(second, to=at("2026-06-04 06:00"), now=SOON)
    second.refresh_from_db()
    assert second.name == "Release 2026-06-04 (2)"


def test_a_release_keeps_the_name_that_somebody_gave_it(schedule: ReleaseSchedule) -> None:
    first, *_ = releases.keep(schedule, now=MONDAY)
    Release.objects.filter(pk=first.pk).update(name="Zomer")
    changes.move_release(first, to=at("2026-06-04 06:00"), now=SOON)
    first.refresh_from_db()
    assert first.name == "Zomer"


def test_the_history_names_a_moved_release_as_it_was_called_when_it_was_promised(
    schedule: ReleaseSchedule, carla: Contact
) -> None:
    first, *_ = releases.keep(schedule, now=MONDAY)
    opened(carla)
    changes.move_release(first, to=at("2026-06-04 06:00"), now=SOON)
    sweep(now=SOON)
    alert = Alert.objects.get(kind="moved")
    assert [cause["name"] for cause in alert.causes] == ["Release 2026-06-03"]


def test_a_release_that_goes_live_early_is_called_by_that_day(schedule: ReleaseSchedule) -> None:
    first, *_ = releases.keep(schedule, now=MONDAY)
    changes.bring_forward(first, now=SOON)
    first.refresh_from_db()
    assert first.name == f"Release {SOON.astimezone(people.AMSTERDAM):%Y-%m-%d}"


def test_the_first_releases_give_a_date_to_what_had_none_and_one_reason(
    schedule: ReleaseSchedule, carla: Contact
) -> None:
    ticket = opened(carla)
    releases.keep(schedule, now=SOON)
    sweep(now=SOON)
    assert clock(ticket).due_at == FIRST
    alert = Alert.objects.get(kind="moved")
    assert [cause["name"] for cause in alert.causes] == ["Release 2026-06-03"]
    assert list(differences(now=SOON)) == []


def test_releases_of_next_year_have_no_clock_read_again(
    schedule: ReleaseSchedule, carla: Contact
) -> None:
    releases.keep(schedule, now=MONDAY)
    opened(carla)
    later = MONDAY + timedelta(weeks=1)
    assert releases.keep(schedule, now=later + timedelta(weeks=3)) != []
    assert not Coverage.objects.filter(stale_since__isnull=False).exists()


# Changing the schedule


def test_a_changed_schedule_drops_what_no_longer_fits_and_leaves_what_people_moved(
    schedule: ReleaseSchedule,
) -> None:
    first, second, third, *_ = releases.keep(schedule, now=MONDAY)
    changes.move_release(first, to=at("2026-06-05 06:00"), now=SOON)
    changed(schedule, first_on=date(2026, 6, 11), every_weeks=4)
    found = releases.change_schedule(schedule, now=SOON)
    assert second in found.dropped
    assert planned()[:3] == ["2026-06-05 06:00", "2026-06-11 06:00", "2026-07-09 06:00"]
    third.refresh_from_db()
    assert (third.skipped_at, third.slot) == (SOON, None)


def test_a_schedule_can_be_changed_back(schedule: ReleaseSchedule) -> None:
    releases.keep(schedule, now=MONDAY)
    before = planned()
    releases.change_schedule(changed(schedule, every_weeks=5), now=SOON)
    assert planned()[1] == "2026-07-08 06:00"
    releases.change_schedule(changed(schedule, every_weeks=3), now=SOON)
    assert planned() == before
    assert Release.objects.filter(name="Release 2026-06-24 (2)").exists()


def test_another_time_moves_the_releases_and_their_deadlines_for_one_reason(
    schedule: ReleaseSchedule, carla: Contact
) -> None:
    releases.keep(schedule, now=MONDAY)
    ticket = opened(carla)
    found = releases.change_schedule(changed(schedule, at_time=time(22)), now=SOON)
    assert len(found.retimed) == Release.objects.count()
    assert (found.added, found.dropped) == ([], [])
    sweep(now=SOON)
    assert clock(ticket).due_at == at("2026-06-03 22:00")
    alert = Alert.objects.get(kind="moved")
    assert len(alert.causes) == 1
    assert "Dialog" in cause_words(alert.causes[0])
    assert list(differences(now=SOON)) == []
    again = releases.change_schedule(changed(schedule, every_weeks=26), now=SOON)
    assert len(again.dropped) == len(found.retimed) - 1  # retimed by the schedule is not by hand


def test_a_schedule_can_be_looked_at_before_it_is_saved() -> None:
    new = ReleaseSchedule(
        agreement=people.agreement(), first_on=date(2026, 6, 3), at_time=time(6), every_weeks=2
    )
    found = releases.outlook(new, now=MONDAY)
    assert [slot for slot, _moment in found.added][:2] == [date(2026, 6, 3), date(2026, 6, 17)]
    assert not Release.objects.exists()
    assert not ReleaseSchedule.objects.exists()


# Moving and skipping


def test_what_a_move_would_do_is_what_it_does(carla: Contact) -> None:
    first, second = people.releases("2026-06-03 06:00", "2026-06-24 06:00")
    ticket = opened(carla)
    later = planning.effect_of_move(first, to=at("2026-06-10 06:00"), now=SOON)
    assert later == Effect(later=1, then=at("2026-06-10 06:00"))
    past_the_next = planning.effect_of_move(first, to=at("2026-07-01 06:00"), now=SOON)
    assert past_the_next == Effect(later=1, then=second.planned_at)
    before_it = planning.effect_of_move(second, to=at("2026-05-20 06:00"), now=SOON)
    assert before_it == Effect(earlier=1, then=at("2026-05-20 06:00"))
    assert planning.effect_of_skip(first, now=SOON) == Effect(later=1, then=second.planned_at)
    changes.move_release(first, to=at("2026-07-01 06:00"), now=SOON)
    sweep(now=SOON)
    assert clock(ticket).due_at == second.planned_at


def test_moved_twice_before_the_sweep_is_told_once_from_the_first_to_the_last(
    carla: Contact,
) -> None:
    (release,) = people.releases("2026-06-03 06:00")
    ticket = opened(carla)
    assert changes.move_release(release, to=at("2026-06-10 06:00"), now=SOON) == 1
    assert changes.move_release(release, to=at("2026-06-08 06:00"), now=SOON) == 1
    sweep(now=SOON)
    alert = Alert.objects.get(kind="moved")
    assert (alert.due_before, alert.due_at) == (FIRST, at("2026-06-08 06:00"))
    assert clock(ticket).due_at == at("2026-06-08 06:00")


def test_only_tickets_that_hang_on_a_release_are_read_again(carla: Contact) -> None:
    first, second = people.releases("2026-06-03 06:00", "2026-06-24 06:00")
    opened(carla)
    opened(carla, "hoog")
    assert changes.move_release(second, to=at("2026-06-25 06:00"), now=SOON) == 0
    assert changes.skip_release(first, now=SOON) == 1


def test_a_release_can_not_be_moved_onto_another_one(carla: Contact) -> None:
    first, second = people.releases("2026-06-03 06:00", "2026-06-24 06:00")
    with pytest.raises(ValueError, match=r"\w"):
        changes.move_release(first, to=second.planned_at, now=SOON)


def test_a_skipped_release_takes_the_next_one(carla: Contact) -> None:
    first, second = people.releases("2026-06-03 06:00", "2026-06-24 06:00")
    ticket = opened(carla)
    changes.skip_release(first, now=SOON)
    sweep(now=SOON)
    assert clock(ticket).due_at == second.planned_at
    assert not planning.bound_to(Release.objects.get(pk=first.pk)).exists()
    with pytest.raises(ValueError, match=r"\w"):
        changes.skip_release(first, now=SOON)


def test_a_release_that_moves_while_the_ticket_waits_counts_when_it_goes_on(
    carla: Contact, alice: User
) -> None:
    (release,) = people.releases("2026-06-03 06:00")
    ticket = opened(carla)
    desk.hold(ticket, words("Welke browser?"), actor=alice, at=at("2026-05-18 11:00"))
    changes.move_release(release, to=at("2026-06-10 06:00"), now=SOON)
    sweep(now=SOON)
    assert clock(ticket).due_at is None
    assert not Alert.objects.filter(kind="moved").exists()
    desk.resume(ticket, actor=alice, at=at("2026-05-19 10:00"))
    assert clock(ticket).due_at == at("2026-06-10 06:00")
    assert list(differences(now=at("2026-05-19 10:00"))) == []


def test_a_hotfix_binds_nothing_and_moves_nothing(carla: Contact) -> None:
    ticket = opened(carla)
    hotfix = Release(
        agreement=people.agreement(),
        name="Hotfix",
        planned_at=at("2026-05-20 06:00"),
        is_hotfix=True,
    )
    assert changes.plan_release(hotfix, now=SOON) == 0
    assert planning.effect_of_move(hotfix, to=FIRST, now=SOON) == Effect()
    assert planning.effect_of_skip(hotfix, now=SOON) == Effect()
    sweep(now=SOON)
    assert clock(ticket).due_at is None
    assert not planning.bound_to(hotfix).exists()


# Live


def test_a_release_that_went_live_late_keeps_its_moment(carla: Contact, alice: User) -> None:
    (release,) = people.releases("2026-06-03 06:00")
    ticket = opened(carla)
    now = at("2026-06-03 09:00")
    live = releases.mark_live(release, at=at("2026-06-03 06:20"), by=alice, now=now)
    assert (live.planned_at, live.live_at) == (FIRST, at("2026-06-03 06:20"))
    sweep(now=now)
    assert (clock(ticket).state, clock(ticket).breached_at) == ("breached", FIRST)


def test_one_that_goes_live_early_is_brought_forward_and_makes_due_what_is_not_solved(
    carla: Contact, alice: User
) -> None:
    first, second = people.releases("2026-06-03 06:00", "2026-06-24 06:00")
    solved, open_ = opened(carla), opened(carla)
    desk.resolve(solved, words(), actor=alice, at=SOON)
    now = at("2026-06-02 20:00")
    with pytest.raises(ValueError, match=r"\w"):
        releases.mark_live(first, at=now, by=alice, now=now)
    releases.mark_live(first, at=now, by=alice, now=now, early=True)
    sweep(now=now + timedelta(minutes=1))
    assert clock(open_).due_at == now
    assert clock(solved).due_at == FIRST  # what it was when it was solved
    assert clock(solved).state == "met"
    late = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Later",
        kind=Kind.INCIDENT,
        priority="middel",
        channel=Channel.WEB,
        at=at("2026-06-02 22:00"),
    )
    assert clock(late).due_at == second.planned_at
    assert list(differences(now=at("2026-06-02 22:00"))) == []


def test_live_is_refused_twice_when_skipped_and_in_the_future(alice: User) -> None:
    first, second, third = people.releases(
        "2026-06-03 06:00", "2026-06-24 06:00", "2026-07-15 06:00"
    )
    now = at("2026-06-24 09:00")
    releases.mark_live(first, at=FIRST, by=alice, now=now)
    changes.skip_release(third, now=now)
    refused = (
        (first, FIRST),
        (second, now + timedelta(hours=1)),
        (second, at("2026-06-23 06:00")),
        (third, now),
    )
    for release, moment in refused:
        with pytest.raises(ValueError, match=r"\w"):
            releases.mark_live(release, at=moment, by=alice, now=now)
    with pytest.raises(ValueError, match=r"\w"):
        changes.move_release(first, to=at("2026-07-20 06:00"), now=now)


# Planning


def test_what_no_coming_release_has_is_listed_with_since_when(carla: Contact, alice: User) -> None:
    first, second = people.releases("2026-06-03 06:00", "2026-06-24 06:00")
    never, skipped, passed, coming = (opened(carla, "laag") for _ in range(4))
    opened(carla, "middel")
    desk.plan(skipped, release=second, actor=alice, at=SOON)
    desk.plan(passed, release=first, actor=alice, at=SOON)
    third = Release(agreement=first.agreement, name="Juli", planned_at=at("2026-07-15 06:00"))
    changes.plan_release(third, now=SOON)
    desk.plan(coming, release=third, actor=alice, at=SOON)
    changes.skip_release(second, now=at("2026-06-01 10:00"))
    now = at("2026-06-04 10:00")
    found = {each.ticket: each for each in planning.unplanned(now=now)}
    assert set(found) == {never, skipped, passed}
    assert (found[never].since, found[never].days, found[never].too_long) == (MONDAY, 17, True)
    assert found[skipped].since == at("2026-06-01 10:00")
    assert found[passed].since == FIRST
    assert (found[passed].left_behind, found[passed].too_long) == (first, False)
    assert planning.count_unplanned(now=now) == (3, 1)
    other = people.agreement("diploc")
    assert planning.count_unplanned(now=now, agreement=other) == (0, 0)


def test_what_was_taken_out_of_a_release_waits_from_then_and_solved_ones_do_not(
    carla: Contact, alice: User
) -> None:
    (release,) = people.releases("2026-06-03 06:00")
    out, solved = opened(carla, "laag"), opened(carla, "laag")
    desk.plan(out, release=release, actor=alice, at=SOON)
    desk.plan(out, release=None, actor=alice, at=at("2026-05-20 10:00"))
    desk.resolve(solved, words(), actor=alice, at=SOON)
    (only,) = planning.unplanned(now=at("2026-05-25 10:00"))
    assert (only.ticket, only.since) == (out, at("2026-05-20 10:00"))


def test_nothing_is_planned_into_what_went_live_or_was_skipped(carla: Contact, alice: User) -> None:
    first, second = people.releases("2026-06-03 06:00", "2026-06-24 06:00")
    ticket = opened(carla, "laag")
    changes.skip_release(second, now=SOON)
    second.refresh_from_db()
    for release, moment in ((first, at("2026-06-03 07:00")), (second, SOON)):
        with pytest.raises(desk.DeskError):
            desk.plan(ticket, release=release, actor=alice, at=moment)
    assert not ticket.events.filter(kind="planned").exists()


# The check


def test_an_agreement_without_a_release_soon_is_a_warning_that_says_what_to_do() -> None:
    def said(now: str = "2026-05-18 10:00") -> list[str]:
        found = releases_are_planned(databases=["default"], now=at(now))
        return [f"{each.msg} {each.hint}" for each in found]

    agreement = people.agreement()
    people.agreement("diploc")  # promises nothing by release
    (advice,) = said()
    assert agreement.name in advice
    assert "Planning" in advice
    people.releases("2026-06-03 06:00")
    assert said() == []
    assert said("2026-04-01 10:00") != []  # more than six weeks ahead
    changes.skip_release(Release.objects.get(), now=SOON)
    assert said() != []
    assert releases_are_planned(databases=None) == []

"""What was promised stands: over a pause, a merge, and whoever turns out to have phoned."""

from copy import deepcopy
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from sla import agreements, evidence, planning
from sla.audit import differences
from sla.contracts import contract
from sla.models import Alert, Clock, Contract, Coverage
from sla.queries import cards_of, next_cards
from sla.reporting import month_report
from sla.sweep import sweep
from support import desk
from support.desk import customer_side, gathering, letters, putting_right
from support.notifications import alerts, causes
from support.notifications.models import Notification
from support.who import Reporter
from support.workspace.judging import changes_if
from tests import people
from tests.api.programs import program
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Organisation, Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent(role="manager")
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def phoned(caller: Contact, when: str, priority: str = "hoog") -> Ticket:
    return desk.open_ticket(
        people.reporter(caller),
        words(),
        subject="Storing",
        kind=Kind.INCIDENT,
        channel=Channel.PHONE,
        priority=priority,
        answered=True,
        at=at(when),
    )


def resolution(ticket: Ticket) -> Clock:
    return Clock.objects.get(ticket=ticket, promise="resolution")


# Lateness and later alarms.


def test_lateness_stands_still_on_pages_in_lists_and_in_the_api(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = phoned(carla, "2026-06-15 10:00")
    desk.hold(ticket, words(), actor=alice, at=at("2026-06-16 12:00"))
    for now in (at("2026-06-16 14:00"), at("2026-08-03 09:00"), timezone.now()):
        (card,) = [c for c in cards_of(ticket, now=now) if c.promise == "resolution"]
        assert card.overdue == next_cards([ticket], now=now)[ticket.pk].overdue
        assert str(card.overdue) == "2:00:00"
    assert "2 werkuren te laat" in client.get(reverse("queue")).content.decode()
    assert (
        "2 werkuren te laat"
        in client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    )
    behind = reverse("report-tickets") + "?month=2026-06&outcome=breached"
    assert "2 werkuren te laat" in client.get(behind).content.decode()
    answer = program(alice).get(f"/api/v1/tickets/{ticket.reference}/clocks/").json()
    owed = {clock["promise"]: clock["overdue_seconds"] for clock in answer["results"]}
    assert owed == {"reaction": None, "resolution": 2 * 3600}
    assert list(differences(now=timezone.now())) == []


def test_lateness_goes_on_where_it_was_when_a_ticket_is_reopened(
    alice: User, carla: Contact
) -> None:
    ticket = phoned(carla, "2026-06-15 10:00")
    desk.resolve(ticket, words(), actor=alice, at=at("2026-06-16 11:00"))
    desk.reopen(ticket, reason="Weer", actor=alice, at=at("2026-09-16 11:00"))
    for moment, late in (("11:00", "1:00:00"), ("12:30", "2:30:00")):
        card = next_cards([ticket], now=at(f"2026-09-16 {moment}"))[ticket.pk]
        assert str(card.overdue) == late
    sweep(now=at("2026-09-16 14:00"))
    assert not Alert.objects.filter(ticket=ticket, kind=Alert.Kind.OVERDUE).exists()
    sweep(now=at("2026-09-16 14:01"))
    assert Alert.objects.get(ticket=ticket, kind="overdue").at == at("2026-09-16 14:00")


def test_nothing_is_escalated_while_we_wait(alice: User, carla: Contact) -> None:
    ticket = phoned(carla, "2026-06-15 10:00")
    desk.hold(ticket, words(), actor=alice, at=at("2026-06-16 12:00"))
    sweep(now=at("2026-06-18 12:00"))
    assert not Alert.objects.filter(ticket=ticket, kind=Alert.Kind.OVERDUE).exists()
    desk.resume(ticket, actor=alice, at=at("2026-06-18 12:00"))
    sweep(now=at("2026-06-18 15:00"))
    (late,) = Alert.objects.filter(ticket=ticket, kind=Alert.Kind.OVERDUE)
    assert late.at == at("2026-06-18 14:00")


def test_what_was_declined_raises_no_alarm_when_it_comes_back(alice: User, carla: Contact) -> None:
    ticket = phoned(carla, "2026-06-15 10:00")
    desk.decline(ticket, words(), actor=alice, at=at("2026-06-15 12:00"))
    sweep(now=at("2026-06-17 11:00"))
    desk.close(ticket, actor=alice, at=at("2026-06-17 12:00"))
    customer_side.writes(
        ticket,
        people.reporter(carla),
        words(),
        channel=Channel.EMAIL,
        at=at("2026-06-18 12:00"),
    )
    desk.reopen(ticket, reason="Dat schreef de klant", actor=alice)  # from when they wrote it
    sweep(now=at("2026-06-18 12:00"))
    clock = resolution(ticket)
    assert (clock.state, clock.due_at) == (Clock.State.RUNNING, at("2026-06-19 10:00"))
    kinds = Alert.objects.filter(ticket=ticket, at__gt=at("2026-06-15 12:00"))
    assert [alert.kind for alert in kinds] == []


def test_4f_declined_twice_and_closed_nothing_of_it_counts(
    alice: User, carla: Contact, client: Client
) -> None:
    ticket = phoned(carla, "2026-06-15 10:00")
    for when in ("2026-06-15 12:00", "2026-06-16 12:00"):
        desk.decline(ticket, words(), actor=alice, at=at(when))
        if when == "2026-06-15 12:00":
            desk.reopen(ticket, reason="Toch wel", actor=alice, at=at("2026-06-16 12:00"))
    desk.close(ticket, actor=alice, at=at("2026-06-17 12:00"))
    desk.reopen(ticket, reason="Toch wel", actor=alice, at=at("2026-06-18 12:00"))
    sweep(now=at("2026-06-18 12:00"))
    clock = resolution(ticket)
    assert (clock.state, clock.due_at) == (Clock.State.RUNNING, at("2026-06-19 10:00"))
    assert not Alert.objects.filter(ticket=ticket, at__gt=at("2026-06-15 12:00")).exists()
    assert list(differences(now=at("2026-06-18 12:00"))) == []
    (card,) = [
        each
        for each in cards_of(ticket, now=at("2026-06-18 12:00"))
        if each.promise == "resolution"
    ]
    assert card.remaining == timedelta(hours=6)


# Pages and evidence of the hour that comes twice, and to the second.

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def counted(ticket: Ticket, now: datetime) -> list[str]:
    """What the explanation on pages counts."""
    told = next(each for each in cards_of(ticket, now=now) if each.due_at).explanation
    return [line.split(": ")[1] for line in told if line.endswith("werktijd geteld.")]


def test_a_pause_in_the_hour_that_comes_twice_is_an_hour_on_pages_and_in_the_evidence(
    alice: User,
) -> None:
    data = deepcopy(contract("dialog"))
    data["calendar"] |= {"name": "Altijd", "week": ALWAYS, "holidays": []}
    edition = agreements.load(data | {"key": "altijd"}, in_force_on=date(2020, 1, 1))
    school = Organisation.objects.create(name="School")
    Contract.objects.create(organisation=school, agreement=edition.agreement)
    ticket = phoned(people.contact(school), "2026-10-24 22:00")
    held = datetime(2026, 10, 25, 2, 15, tzinfo=people.AMSTERDAM)
    desk.hold(ticket, words(), actor=alice, at=held)
    desk.resume(ticket, actor=alice, at=held.replace(fold=1))
    now = at("2026-10-25 05:00")
    assert resolution(ticket).due_at == at("2026-10-25 06:00")
    with translation.override("nl"):
        told = next(each for each in cards_of(ticket, now=now) if each.promise == "resolution")
    assert sum("02:15 (wintertijd)" in line for line in told.explanation) == 2
    assert list(differences(now=now)) == []
    assert evidence.check(evidence.evidence_of(ticket, now=now)) == []


def test_a_second_before_closing_is_told_to_the_second(alice: User, client: Client) -> None:
    caller = people.contact(people.organisation("Winkel", "diploc"))
    moment = at("2025-12-24 16:59:59")
    ticket = desk.open_ticket(
        people.reporter(caller),
        words(),
        subject="Hosting",
        kind=Kind.SUPPORT,
        channel=Channel.EMAIL,
        at=moment,
    )
    with translation.override("nl"):
        assert counted(ticket, moment) == ["1s werktijd geteld.", "3u 59m 59s werktijd geteld."]
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "12:59:59" in page
    assert evidence.check(evidence.evidence_of(ticket, now=at("2025-12-25 10:00"))) == []


# The caller recognised afterwards.


def unknown(channel: str = Channel.PHONE) -> Ticket:
    return desk.open_ticket(
        Reporter(name="Iemand van School"),
        words(),
        subject="Storing",
        kind=Kind.INCIDENT,
        channel=channel,
        priority="hoog",
        answered=True,
        at=at("2026-06-15 10:00"),
    )


def test_3c_a_caller_recognised_afterwards_had_phoned(alice: User, carla: Contact) -> None:
    ticket = unknown()
    putting_right.identify(ticket, contact=carla, actor=alice, at=at("2026-06-15 10:05"))
    reaction = Clock.objects.get(ticket=ticket, promise="reaction")
    assert (reaction.binding, reaction.state) == (True, Clock.State.MET)
    assert (reaction.started_at, reaction.met_at) == (at("2026-06-15 10:00"),) * 2
    assert list(differences(now=at("2026-06-15 11:00"))) == []
    assert evidence.check(evidence.evidence_of(ticket, now=at("2026-06-15 11:00"))) == []


def test_3c_recognised_as_somebody_who_may_not_phone(alice: User, carla: Contact) -> None:
    ticket = unknown()
    bas = people.contact(carla.organisation, "Bas", may_phone=False)
    putting_right.identify(ticket, contact=bas, actor=alice, at=at("2026-06-15 10:05"))
    assert not Clock.objects.get(ticket=ticket, promise="reaction").binding


# Merging.


@pytest.fixture
def merged(alice: User, carla: Contact) -> tuple[Ticket, Ticket]:
    first = phoned(carla, "2026-08-03 09:00")
    second = phoned(carla, "2026-08-03 16:30")
    gathering.merge(first, into=second, actor=alice, at=at("2026-08-03 16:45"))
    first.refresh_from_db()
    return first, Ticket.objects.get(pk=second.pk)


def test_a_merge_does_not_undo_what_was_promised(
    client: Client, merged: tuple[Ticket, Ticket], alice: User
) -> None:
    first, second = merged
    assert resolution(first).state == Clock.State.RUNNING
    assert Coverage.objects.get(pk=second.pk).next_due_at == at("2026-08-03 17:00")
    sweep(now=at("2026-08-03 17:00:01"))
    desk.resolve(second, words(), actor=alice, at=at("2026-08-04 16:00"))
    clock = resolution(first)
    assert (clock.state, clock.breached_at, clock.met_at) == (
        Clock.State.BREACHED,
        at("2026-08-03 17:00"),
        at("2026-08-04 16:00"),
    )
    assert resolution(second).state == Clock.State.MET
    assert month_report(date(2026, 8, 1)).total.breached == 1
    page = client.get(reverse("report-tickets") + "?month=2026-08&outcome=breached")
    assert first.reference in page.content.decode()
    assert list(differences(now=at("2026-08-05 12:00"))) == []
    assert evidence.check(evidence.evidence_of(first, now=at("2026-08-05 12:00"))) == []


def test_what_is_owed_for_a_merged_ticket_presses_on_the_one_that_stays(
    client: Client, merged: tuple[Ticket, Ticket]
) -> None:
    first, second = merged
    card = next_cards([second], now=at("2026-08-03 16:50"))[second.pk]
    assert (card.due_at, card.of) == (at("2026-08-03 17:00"), first.reference)
    cards = cards_of(second, now=at("2026-08-03 16:50"))
    assert {card.of for card in cards} == {"", first.reference}
    page = client.get(reverse("ticket", args=[second.reference])).content.decode()
    assert f"Beloofd op {first.reference}" in page


def test_what_a_change_does_is_shown_of_the_ticket_at_hand_alone(
    client: Client, merged: tuple[Ticket, Ticket]
) -> None:
    _first, second = merged
    changes = changes_if(second, kind="", priority="laag")
    lines = [each for each in changes if each.before and each.before.promise == "resolution"]
    assert [each.before.of for each in lines if each.before] == [""]


def test_a_release_lists_the_ticket_that_stays_for_what_was_merged_into_it(
    alice: User, carla: Contact
) -> None:
    (release,) = people.releases("2036-07-01 07:00")
    first = phoned(carla, "2026-08-03 09:00", "middel")
    second = phoned(carla, "2026-08-03 10:00", "laag")
    gathering.merge(first, into=second, actor=alice, at=at("2026-08-03 11:00"))
    assert list(planning.contents(release)) == [second]


def test_who_has_the_ticket_that_stays_hears_of_the_merged_one(
    merged: tuple[Ticket, Ticket], alice: User
) -> None:
    first, second = merged
    bob = people.agent("Bob")
    desk.assign(second, assignee=bob, team=None, actor=alice, at=at("2026-08-03 16:50"))
    sweep(now=at("2026-08-03 17:00:01"))
    breach = Alert.objects.get(ticket=first, kind=Alert.Kind.BREACH)
    told: list[Notification] = causes.of_alerts([breach])
    assert [each.recipient for each in told] == [bob]
    alerts.tell(later=letters.tell_moved, now=at("2026-08-03 17:00:02"))
    assert bob.email in set(breach.notices.values_list("email", flat=True))


def test_a_merge_of_a_merge_goes_on(alice: User, carla: Contact) -> None:
    one, two, three = (phoned(carla, f"2026-08-03 09:0{n}") for n in range(3))
    gathering.merge(one, into=two, actor=alice, at=at("2026-08-03 10:00"))
    desk.hold(three, words(), actor=alice, at=at("2026-08-03 10:30"))
    gathering.merge(two, into=three, actor=alice, at=at("2026-08-03 11:00"))
    assert resolution(one).state == Clock.State.PAUSED  # as the one that stays waits
    desk.resume(three, actor=alice, at=at("2026-08-03 12:00"))
    assert Coverage.objects.get(pk=three.pk).next_due_at == at("2026-08-04 10:00")
    desk.resolve(three, words(), actor=alice, at=at("2026-08-04 10:00"))
    assert {resolution(each).met_at for each in (one, two, three)} == {at("2026-08-04 10:00")}
    desk.reopen(three, reason="Toch niet", actor=alice, at=at("2026-08-05 10:00"))
    assert {resolution(each).met_at for each in (one, two, three)} == {None}
    assert list(differences(now=at("2026-08-05 10:00"))) == []


def test_what_was_kept_before_the_merge_stays_kept(alice: User, carla: Contact) -> None:
    first, second = phoned(carla, "2026-08-03 09:00"), phoned(carla, "2026-08-03 10:00")
    desk.resolve(first, words(), actor=alice, at=at("2026-08-03 11:00"))
    gathering.merge(first, into=second, actor=alice, at=at("2026-08-03 12:00"))
    desk.resolve(second, words(), actor=alice, at=at("2026-08-03 13:00"))
    desk.reopen(second, reason="Toch niet", actor=alice, at=at("2026-08-03 14:00"))
    assert resolution(first).met_at == at("2026-08-03 11:00")


def test_tidying_the_ticket_that_stays_changes_nothing_of_the_merged_one(
    merged: tuple[Ticket, Ticket], alice: User
) -> None:
    first, second = merged
    desk.prioritise(
        second, priority="laag", reason="Valt mee", actor=alice, at=at("2026-08-03 16:50")
    )
    desk.classify(second, kind=Kind.QUESTION, actor=alice, at=at("2026-08-03 16:51"))
    assert resolution(first).due_at == at("2026-08-03 17:00")
    desk.decline(second, words(), actor=alice, at=at("2026-08-03 16:55"))
    assert resolution(first).state == Clock.State.CANCELLED  # 4.F ends it


def test_the_customer_sees_the_promise_of_what_was_merged(
    merged: tuple[Ticket, Ticket], carla: Contact
) -> None:
    first, second = merged
    user = User.objects.create_user("carla@school.example", name="Carla")
    carla.user = user
    carla.save()
    portal = Client()
    portal.force_login(user)
    page = portal.get(reverse("my-ticket", args=[second.reference])).content.decode()
    assert f"Beloofd op {first.reference}" in page

"""The bell: who hears of what, once, when they may be disturbed with it, and as they chose."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla.sweep import sweep as watch_clocks
from support import desk, tasks
from support.desk import customer_side, letters, putting_right
from support.mail.models import OutgoingMail
from support.notifications import alerts, mailing
from support.notifications.models import (
    AlertNotice,
    DigestHour,
    Notification,
    NotificationChoice,
    NotificationKind,
    NotificationPlace,
)
from support.notifications.sweep import forget, sweep
from support.who import Reporter
from tests import people
from tests.at_once import together
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Role, Ticket, User

MONDAY = at("2026-05-18 10:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def bob() -> User:
    return people.agent("Bob")


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def ticket(alice: User, carla: Contact) -> Ticket:
    """A ticket of Alice, who took it herself; from here on there is a bell."""
    found = people.setting(carla, when=MONDAY)
    desk.assign(found, assignee=alice, team=alice.team, actor=alice, at=MONDAY)
    OutgoingMail.objects.all().delete()
    sweep(now=MONDAY)
    return found


def told(person: User) -> list[str]:
    rows = Notification.objects.filter(recipient=person).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def mails(person: User) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=person.email).order_by("pk"))


def wants(person: User, kind: str, mail: str, *, in_app: bool = True) -> None:
    NotificationChoice.objects.create(user=person, kind=kind, mail=mail, in_app=in_app)


def goes_by(now: datetime) -> None:
    sweep(now=now)
    mailing.tell(now=now)


def hoog(carla: Contact, *, when: datetime) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Alles plat",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.PHONE,
        at=when,
    )


pytestmark = pytest.mark.django_db


def test_whoever_has_the_ticket_hears_what_others_did(
    alice: User, bob: User, carla: Contact, ticket: Ticket
) -> None:
    carlas = people.reporter(carla)
    customer_side.writes(ticket, carlas, words("En?"), channel=Channel.EMAIL, at=MONDAY + MINUTE)
    desk.note(ticket, words("Ik keek ook."), actor=bob, at=MONDAY + 2 * MINUTE)
    desk.note(ticket, words("@Alice: zie boven."), actor=bob, at=MONDAY + 3 * MINUTE)
    desk.log_call(ticket, words(), actor=bob, contact=carla, at=MONDAY + 4 * MINUTE)
    desk.resolve(ticket, words("Klaar"), actor=bob, at=MONDAY + 5 * MINUTE)
    customer_side.writes(
        ticket, carlas, words("Nee"), channel=Channel.EMAIL, at=MONDAY + 6 * MINUTE
    )
    desk.assign(ticket, assignee=bob, team=bob.team, actor=bob, at=MONDAY + 7 * MINUTE)
    desk.assign(ticket, assignee=alice, team=bob.team, actor=bob, at=MONDAY + 8 * MINUTE)
    sweep(now=MONDAY + 9 * MINUTE)
    # A mention was written with its note, and says more than that there is one; reopening says
    # more than that the customer wrote.
    expected = ["mention", "customer", "note", "customer", "reopened", "assigned"]
    assert told(alice) == expected
    assert told(bob) == []


def test_nobody_hears_of_what_they_did_themselves(alice: User, ticket: Ticket) -> None:
    desk.note(ticket, words("@Alice, voor mezelf"), actor=alice, at=MONDAY + MINUTE)
    desk.resolve(ticket, words("Klaar"), actor=alice, at=MONDAY + MINUTE)
    desk.reopen(ticket, reason="Toch niet", actor=alice, at=MONDAY + 2 * MINUTE)
    sweep(now=MONDAY + 3 * MINUTE)
    assert told(alice) == []


def test_a_ticket_that_was_passed_on_is_news_for_the_last_one_only(
    alice: User, bob: User, carla: Contact, ticket: Ticket
) -> None:
    desk.assign(ticket, assignee=bob, team=None, actor=alice, at=MONDAY + MINUTE)
    sweep(now=MONDAY + 2 * MINUTE)
    desk.assign(ticket, assignee=alice, team=None, actor=bob, at=MONDAY + 3 * MINUTE)
    sweep(now=MONDAY + 4 * MINUTE)
    assert (told(alice), told(bob)) == (["assigned"], ["assigned"])


def test_a_customers_fixed_contact_hears_of_a_new_ticket(bob: User, carla: Contact) -> None:
    carla.organisation.fixed_contact = bob
    carla.organisation.save()
    sweep(now=MONDAY)
    people.setting(carla, when=MONDAY)
    sweep(now=MONDAY + MINUTE)
    assert told(bob) == ["assigned"]


def test_a_fixed_contact_hears_once_that_a_ticket_became_theirs_with_its_customer(
    alice: User, bob: User, carla: Contact
) -> None:
    carla.organisation.fixed_contact = bob
    carla.organisation.save()
    sweep(now=MONDAY)
    stranger = Reporter(name="C", email="c@elders.example")
    found = desk.open_ticket(
        stranger, words(), subject="?", kind=Kind.QUESTION, channel=Channel.EMAIL, at=MONDAY
    )
    sweep(now=MONDAY + MINUTE)
    assert told(bob) == []
    putting_right.identify(found, contact=carla, actor=alice, at=MONDAY + 2 * MINUTE)
    sweep(now=MONDAY + 3 * MINUTE)
    other = people.contact(carla.organisation, "Cees")
    putting_right.identify(found, contact=other, actor=alice, at=MONDAY + 4 * MINUTE)
    sweep(now=MONDAY + 5 * MINUTE)
    assert told(bob) == ["assigned"]


def test_what_came_before_the_bell_and_what_is_old_is_no_news(
    alice: User, bob: User, ticket: Ticket
) -> None:
    desk.note(ticket, words("x"), actor=bob, at=MONDAY + MINUTE)
    sweep(now=MONDAY + timedelta(days=8))
    NotificationPlace.objects.all().delete()
    desk.note(ticket, words("x"), actor=bob, at=MONDAY + 2 * MINUTE)
    sweep(now=MONDAY + 3 * MINUTE)
    sweep(now=MONDAY + 4 * MINUTE)
    assert told(alice) == []


def test_nothing_is_told_twice_whatever_is_read_again(
    alice: User, bob: User, ticket: Ticket
) -> None:
    desk.note(ticket, words("x"), actor=bob, at=MONDAY + MINUTE)
    sweep(now=MONDAY + 2 * MINUTE)
    NotificationPlace.objects.update(heard_events=0, seen_events=[], mark_transaction=None)
    sweep(now=MONDAY + 3 * MINUTE)
    assert told(alice) == ["note"]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_and_two_mailers_at_once_tell_each_thing_once(
    alice: User, bob: User, ticket: Ticket
) -> None:
    for minutes in range(3):
        desk.note(ticket, words("@Alice?"), actor=bob, at=MONDAY + (1 + minutes) * MINUTE)
    now = MONDAY + 5 * MINUTE
    together(*[lambda: sweep(now=now)] * 3)
    together(*[lambda: mailing.tell(now=now)] * 3)
    assert told(alice) == ["mention"] * 3
    assert len(mails(alice)) == 1


def test_an_idle_sweep_is_one_query(
    ticket: Ticket, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sweep(now=MONDAY)
    NotificationPlace.objects.update(heard_events=10**9, heard_alerts=10**9)
    with django_assert_num_queries(1):
        assert sweep(now=MONDAY) == 0


def test_a_deadline_is_told_to_who_has_it_and_a_missed_one_to_the_teams_lead(
    alice: User, ticket: Ticket
) -> None:
    lead = people.agent("Lea", Role.LEAD)
    other = people.agent("Otto", Role.LEAD)
    User.objects.filter(pk=other.pk).update(team=None)
    watch_clocks(now=at("2026-05-19 10:05"))
    sweep(now=at("2026-05-19 10:05"))
    assert told(alice) == ["warned", "warned", "breached"]
    assert told(lead) == ["team_breach"]
    assert told(other) == []


def test_a_mention_is_mailed_at_once_and_only_once(alice: User, bob: User, ticket: Ticket) -> None:
    desk.note(ticket, words("Kijk jij, @Alice?"), actor=bob, at=MONDAY + MINUTE)
    assert mails(alice) == []
    goes_by(MONDAY + 2 * MINUTE)
    goes_by(MONDAY + timedelta(hours=3))
    (mail,) = mails(alice)
    assert mail.subject.startswith(f"[{ticket.reference}] Bob ")
    assert "Kijk jij, @Alice?" in mail.text
    assert reverse("ticket", args=[ticket.reference]) in mail.html
    assert reverse("notification-choices") in mail.text


def test_what_trickles_in_waits_a_quarter_of_an_hour_for_company(
    alice: User, bob: User, ticket: Ticket
) -> None:
    for minutes in (1, 3, 5):
        desk.note(ticket, words("@Alice?"), actor=bob, at=MONDAY + minutes * MINUTE)
        goes_by(MONDAY + (minutes + 1) * MINUTE)
    assert len(mails(alice)) == 1
    goes_by(MONDAY + 18 * MINUTE)
    assert len(mails(alice)) == 2
    assert mails(alice)[1].subject.startswith(f"[{ticket.reference}] 2 ")


def test_mail_is_quiet_over_a_weekend_and_a_holiday(alice: User, bob: User, ticket: Ticket) -> None:
    friday = at("2026-05-22 17:30")
    desk.note(ticket, words("@Alice?"), actor=bob, at=friday)
    for moment in ("2026-05-22 17:31", "2026-05-23 12:00", "2026-05-25 12:00", "2026-05-26 08:59"):
        goes_by(at(moment))  # Saturday, Whit Monday, before opening
        assert mails(alice) == []
    goes_by(at("2026-05-26 09:00"))
    assert len(mails(alice)) == 1


def test_hoog_is_mailed_at_night(alice: User, bob: User, carla: Contact) -> None:
    night = at("2026-05-23 03:00")
    sweep(now=night)
    urgent = hoog(carla, when=night)
    desk.note(urgent, words("@Alice, kom!"), actor=bob, at=night)
    goes_by(night + MINUTE)
    desk.note(urgent, words("@Alice!!"), actor=bob, at=night + 2 * MINUTE)
    goes_by(night + 3 * MINUTE)
    assert len(mails(alice)) == 2


def test_the_digest_comes_once_a_working_day_at_ones_hour_with_all_tickets(
    alice: User, bob: User, carla: Contact, ticket: Ticket
) -> None:
    DigestHour.objects.create(user=alice, hour=8)
    wants(alice, NotificationKind.NOTE, "digest")
    other = people.setting(carla, when=at("2026-05-22 12:00"))
    desk.assign(other, assignee=alice, team=None, actor=bob, at=at("2026-05-22 12:00"))
    desk.note(ticket, words("x"), actor=bob, at=at("2026-05-23 12:00"))
    OutgoingMail.objects.all().delete()
    for moment in ("2026-05-23 12:01", "2026-05-25 08:00", "2026-05-26 07:59"):
        goes_by(at(moment))
        assert mails(alice) == []
    goes_by(at("2026-05-26 08:00"))
    goes_by(at("2026-05-27 08:00"))
    (mail,) = mails(alice)
    assert ticket.reference in mail.text
    assert other.reference in mail.text
    assert mail.ticket is None


def test_what_was_seen_by_then_is_not_mailed(
    client: Client, alice: User, bob: User, carla: Contact, ticket: Ticket
) -> None:
    customer_side.writes(
        ticket, people.reporter(carla), words("?"), channel=Channel.EMAIL, at=MONDAY + MINUTE
    )
    sweep(now=MONDAY + 2 * MINUTE)
    client.force_login(alice)
    client.get(reverse("ticket", args=[ticket.reference]))
    goes_by(at("2026-05-19 09:00"))
    assert mails(alice) == []


def test_choices_are_respected(alice: User, bob: User, ticket: Ticket) -> None:
    wants(alice, NotificationKind.NOTE, "none", in_app=False)
    wants(alice, NotificationKind.MENTION, "none", in_app=False)
    wants(alice, NotificationKind.REOPENED, "now", in_app=False)
    desk.note(ticket, words("x"), actor=bob, at=MONDAY + MINUTE)
    desk.note(ticket, words("@Alice"), actor=bob, at=MONDAY + 2 * MINUTE)
    desk.resolve(ticket, words("Klaar"), actor=bob, at=MONDAY + 3 * MINUTE)
    desk.reopen(ticket, reason="Toch niet", actor=bob, at=MONDAY + 4 * MINUTE)
    goes_by(MONDAY + 5 * MINUTE)
    shown = Notification.objects.filter(recipient=alice, in_app=True)
    assert not shown.exists()
    assert told(alice) == ["mention", "reopened"]  # that the note names her stays
    assert len(mails(alice)) == 1


def test_an_escalation_is_never_mailed_a_second_time_and_can_not_be_switched_off(
    alice: User, ticket: Ticket
) -> None:
    for kind in (NotificationKind.WARNED, NotificationKind.BREACHED):
        wants(alice, kind, "now", in_app=False)
    late = at("2026-05-19 10:05")
    watch_clocks(now=late)
    goes_by(late)
    assert mails(alice) == []  # the escalation speaks first
    alerts.tell(later=letters.tell_moved, now=late)
    goes_by(late + MINUTE)
    (mail,) = mails(alice)
    assert AlertNotice.objects.filter(mail=mail).exists()


def test_who_hears_of_a_deadline_by_choice_is_mailed(alice: User, ticket: Ticket) -> None:
    lead = people.agent("Lea", Role.LEAD)
    wants(lead, NotificationKind.TEAM_BREACH, "now")
    late = at("2026-05-19 10:05")
    watch_clocks(now=late)
    alerts.tell(later=letters.tell_moved, now=late)
    goes_by(late)
    assert len(mails(lead)) == 1


def test_alerts_and_the_bell_mail_once_in_a_quarter_together(
    alice: User, bob: User, ticket: Ticket
) -> None:
    near = at("2026-05-18 14:05")
    watch_clocks(now=near)
    alerts.tell(later=letters.tell_moved, now=near)
    assert len(mails(alice)) == 1
    desk.note(ticket, words("@Alice, kijk je even?"), actor=bob, at=near + MINUTE)
    goes_by(near + 14 * MINUTE)
    assert len(mails(alice)) == 1
    goes_by(near + 15 * MINUTE)
    assert len(mails(alice)) == 2
    watch_clocks(now=at("2026-05-18 16:30"))  # and the other way round
    desk.note(ticket, words("@Alice, en nu?"), actor=bob, at=at("2026-05-18 16:20"))
    goes_by(at("2026-05-18 16:29"))
    alerts.tell(later=letters.tell_moved, now=at("2026-05-18 16:30"))
    assert len(mails(alice)) == 3
    alerts.tell(later=letters.tell_moved, now=at("2026-05-18 16:45"))
    assert len(mails(alice)) == 4


def test_an_alert_and_the_bell_of_one_moment_are_one_mail(
    alice: User, bob: User, ticket: Ticket
) -> None:
    near = at("2026-05-18 14:05")
    desk.note(ticket, words("@Alice, kijk je even?"), actor=bob, at=near)
    watch_clocks(now=near)
    sweep(now=near)
    alerts.tell(later=letters.tell_moved, now=near)
    (mail,) = mails(alice)
    assert mail.subject.startswith(f"[{ticket.reference}]")
    for body in (mail.text, mail.html):
        assert "kijk je even?" in body
        assert body.count("14:05") >= 1
    goes_by(near + 20 * MINUTE)
    assert len(mails(alice)) == 1


def test_who_left_gets_no_mail(alice: User, bob: User, ticket: Ticket) -> None:
    desk.note(ticket, words("@Alice"), actor=bob, at=MONDAY + MINUTE)
    sweep(now=MONDAY + 2 * MINUTE)
    User.objects.update(is_active=False)
    goes_by(MONDAY + 3 * MINUTE)
    assert mails(alice) == []


def test_what_was_seen_long_ago_is_forgotten_but_not_whom_a_note_names(
    alice: User, bob: User, ticket: Ticket
) -> None:
    desk.note(ticket, words("x"), actor=bob, at=MONDAY + MINUTE)
    desk.note(ticket, words("@Alice"), actor=bob, at=MONDAY + 2 * MINUTE)
    sweep(now=MONDAY + 3 * MINUTE)
    Notification.objects.update(seen_at=MONDAY + 4 * MINUTE)
    assert forget(now=MONDAY + timedelta(days=90)) == 0
    assert forget(now=MONDAY + timedelta(days=91)) == 1
    assert told(alice) == ["mention"]


def test_the_tasks_do_it(alice: User, bob: User, carla: Contact) -> None:
    tasks.notify()
    now = timezone.now()
    urgent = hoog(carla, when=now)
    desk.note(urgent, words("@Alice"), actor=bob, at=now)
    tasks.notify()
    tasks.forget_notifications()
    assert len(mails(alice)) == 1


def test_the_database_refuses_what_can_not_be(alice: User, ticket: Ticket) -> None:
    wrong = [
        Notification(recipient=alice, kind="note", ticket=ticket, at=MONDAY),
        NotificationChoice(user=alice, kind="note", in_app=True, mail="soms"),
        DigestHour(user=alice, hour=3),
    ]
    for row in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)

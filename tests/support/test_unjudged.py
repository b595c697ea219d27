"""What nobody has judged yet stands first, with what it would owe, and alarms in time."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sla import changes
from sla.audit import differences
from sla.models import Alert, Calendar, CalendarDay, Clock, Coverage, Release
from sla.sweep import sweep
from support import desk
from support.desk import letters, putting_right
from support.mail.models import OutgoingMail
from support.notifications import alerts
from support.notifications import sweep as bell
from support.notifications.models import Notification
from support.queue import order
from support.webhooks import sweep as hooks
from support.webhooks import switching
from support.webhooks.models import Webhook
from support.who import Reporter
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, EventKind, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = "2026-06-15 10:00"


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    return user


@pytest.fixture
def carla() -> Contact:
    people.releases("2036-07-01 07:00")
    return people.contact(people.organisation())


def mailed(who: Reporter, *, when: str = MONDAY, subject: str = "Het doet het niet") -> Ticket:
    return desk.open_ticket(
        who, words(), subject=subject, kind=None, channel=Channel.EMAIL, at=at(when)
    )


def covered(ticket: Ticket) -> Coverage:
    return Coverage.objects.get(pk=ticket.pk)


def test_a_mail_without_a_clock_says_what_it_would_owe(alice: User, carla: Contact) -> None:
    ticket = mailed(people.reporter(carla))
    assert ticket.kind == Kind.QUESTION
    assert not Clock.objects.filter(ticket=ticket, binding=True).exists()
    assert covered(ticket).judge_by == at("2026-06-15 12:00")
    assert [owed[:2] for owed in covered(ticket).would_owe] == [
        ["hoog", "resolution"],
        ["middel", "resolution"],
    ]
    assert list(differences(now=at("2026-06-15 11:00"))) == []


def test_unjudged_reports_stand_first_in_a_group_of_their_own(
    client: Client, alice: User, carla: Contact
) -> None:
    late = people.setting(carla, when=at("2026-06-01 10:00"))
    desk.note(late, words(), actor=alice, at=at("2026-06-01 11:00"))
    second = mailed(people.reporter(carla), when="2026-06-15 11:00", subject="Tweede")
    first = mailed(people.reporter(carla), subject="Eerste")
    unknown = mailed(Reporter(email="wie@elders.example"), subject="Van wie?")
    groups = client.get(reverse("queue")).context["groups"]
    assert [group["key"] for group in groups] == ["unjudged", "late"]
    assert [row.ticket for row in groups[0]["rows"]] == [first, second, unknown]
    page = client.get(reverse("queue")).content.decode()
    assert "Eerst beoordelen" in page
    assert page.count("als Hoog:") == page.count(" · Middel:") == 2
    assert "afzender onbekend" in page
    own = client.get(reverse("ticket", args=[first.reference])).content.decode()
    assert "Nog niet beoordeeld" in own
    assert "Is het een Storing met prioriteit hoog" in own
    view = client.get(reverse("queue"), {"view": "new"}).context["groups"]
    assert [row.ticket for row in view[0]["rows"]] == [first, second, unknown]


@pytest.mark.parametrize("near", [0, 5, order.NEAR])
def test_every_page_follows_on_the_one_before(
    near: int, alice: User, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "NEAR", near)
    for number in range(3):
        mailed(people.reporter(carla), subject=f"Mail {number}")
        mailed(Reporter(email=f"x{number}@elders.example"))
        people.setting(carla, when=at(f"2026-06-0{number + 1} 10:00"))
        wish = mailed(people.reporter(carla), subject=f"Wens {number}")
        desk.classify(wish, kind=Kind.WISH, actor=alice, at=at("2026-06-15 11:00"))
    wanted = order.Deadlines(Ticket.objects.active)
    whole = wanted.numbers(0, 50)
    assert len(whole) == len(set(whole)) == 12
    for size in (1, 3, 7):
        pages = [wanted.numbers(at, at + size) for at in range(0, 14, size)]
        assert [pk for page in pages for pk in page] == whole


def test_judged_as_what_it_was_taken_for_it_goes_to_its_place(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = mailed(people.reporter(carla))
    desk.classify(ticket, kind=Kind.QUESTION, actor=alice, at=at("2026-06-15 11:00"))
    assert covered(ticket).judge_by is None
    assert ticket.events.filter(kind=EventKind.CLASSIFIED).count() == 1
    desk.classify(ticket, kind=Kind.QUESTION, actor=alice, at=at("2026-06-15 11:30"))
    assert ticket.events.filter(kind=EventKind.CLASSIFIED).count() == 1
    assert [group["key"] for group in client.get(reverse("queue")).context["groups"]] == ["none"]


def test_it_alarms_once_by_the_time_and_tells_who_must_look(alice: User, carla: Contact) -> None:
    ticket = mailed(people.reporter(carla))
    desk.assign(ticket, assignee=alice, team=None, actor=alice, at=at("2026-06-15 10:30"))
    assert sweep(now=at("2026-06-15 12:00")) == 0
    for moment in ("12:00:01", "12:00:05", "15:00"):
        sweep(now=at(f"2026-06-15 {moment}"))
        desk.note(ticket, words(), actor=alice, at=at(f"2026-06-15 {moment}"))
    alert = Alert.objects.get(ticket=ticket)
    assert (alert.kind, alert.at) == (Alert.Kind.UNJUDGED, at("2026-06-15 12:00"))
    alerts.tell(later=letters.tell_moved, now=at("2026-06-15 15:00"))
    (mail,) = OutgoingMail.objects.filter(to=alice.email)
    assert "NOG DOOR NIEMAND BEOORDEELD" in mail.text
    assert "di 16 jun" in mail.text
    assert list(differences(now=at("2026-06-15 15:00"))) == []


def test_judged_in_time_it_alarms_nobody(alice: User, carla: Contact) -> None:
    ticket = mailed(people.reporter(carla))
    desk.prioritise(ticket, priority="laag", reason="Zo", actor=alice, at=at("2026-06-15 11:59"))
    sweep(now=at("2026-06-20 12:00"))
    assert not Alert.objects.exists()


def test_it_counts_for_no_promise_in_the_reports(
    client: Client, alice: User, carla: Contact
) -> None:
    mailed(people.reporter(carla))
    sweep(now=at("2026-06-20 12:00"))
    alice.role = "manager"
    alice.save()
    context = client.get(reverse("report-breaches"), {"month": "2026-06"}).context
    assert (context["rows"], context["reclassified"]) == ([], [])


def test_what_it_would_owe_follows_calendars_releases_and_who_it_is(
    alice: User, carla: Contact
) -> None:
    ticket = mailed(people.reporter(carla))
    unknown = mailed(Reporter(email="wie@elders.example"))
    now = at("2026-06-15 10:30")
    day = CalendarDay(calendar=Calendar.objects.get(), day=date(2026, 6, 16), name="Dicht")
    changes.add_day(day, now=now)
    release = Release.objects.get()
    changes.move_release(release, to=at("2026-06-20 07:00"), now=now)
    putting_right.identify(unknown, contact=carla, actor=alice, at=now)
    sweep(now=now)
    for each in (ticket, unknown):
        owed = {priority: due for priority, _promise, due in covered(each).would_owe}
        assert owed == {
            "hoog": at("2026-06-17 10:00").isoformat(),
            "middel": at("2026-06-20 07:00").isoformat(),
        }
    assert list(differences(now=now)) == []


def test_a_correction_of_the_edition_reaches_a_ticket_without_a_clock(
    alice: User, carla: Contact
) -> None:
    ticket = mailed(people.reporter(carla))
    other = people.agreement("diploc").editions.get()
    changes.correct_edition(ticket, other, why="Verkeerd", actor=alice, now=at("2026-06-15 10:30"))
    sweep(now=at("2026-06-15 10:30"))
    owed = {priority: due for priority, _promise, due in covered(ticket).would_owe}
    assert owed["hoog"] == at("2026-06-15 14:00").isoformat()


def test_the_queue_asks_no_more_for_many_than_for_one(
    client: Client, alice: User, carla: Contact, django_assert_max_num_queries: Any
) -> None:
    mailed(people.reporter(carla))
    client.get(reverse("queue"))
    for number in range(49):
        mailed(people.reporter(carla), subject=f"Mail {number}")
    with django_assert_max_num_queries(6):
        assert len(client.get(reverse("queue")).context["groups"][0]["rows"]) == 50
    assert timezone.now() > at(MONDAY)


def test_the_bell_and_webhooks_hear_of_a_report_that_nobody_judged(
    alice: User, carla: Contact
) -> None:
    lead = people.agent("Lea", Role.LEAD)
    hook = Webhook(name="Chat", url="https://hooks.example/", events=["clock.unjudged"])
    switching.make(hook, now=at(MONDAY))
    bell.sweep(now=at(MONDAY))  # from here on there is a bell
    hers, nobodys = (mailed(people.reporter(carla), subject=each) for each in ("Een", "Twee"))
    for ticket, who in ((hers, alice), (nobodys, None)):
        desk.assign(ticket, assignee=who, team=lead.team, actor=None, at=at(MONDAY))
    now = at("2026-06-15 12:01")
    sweep(now=now)
    bell.sweep(now=now)
    hooks.sweep(now=now)
    rung = Notification.objects.filter(kind="unjudged")
    assert set(rung.values_list("recipient__name", "ticket__subject")) == {
        ("Alice", "Een"),
        ("Lea", "Twee"),
    }
    assert list(hook.deliveries.values_list("kind", flat=True)) == ["clock.unjudged"] * 2

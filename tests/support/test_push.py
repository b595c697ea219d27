"""Push: what reaches a browser, when, how often it is tried, and whom it no longer reaches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from sla.sweep import sweep as watch_clocks
from support import desk, tasks
from support.desk import customer_side
from support.notifications.models import Notification, NotificationChoice, NotificationKind
from support.notifications.push import vapid
from support.notifications.push.models import PushKey, PushMessage, PushSubscription
from support.notifications.push.sending import PushOutcome as Came
from support.notifications.push.sending import claim, hand_out, send_due, settle
from support.notifications.sweep import sweep
from support.secrets.sealing import seal
from tests import people
from tests.at_once import together
from tests.people import at, words
from tests.push_browser import BrowserKeys, sender
from tests.receivers import Receiver, receiving
from tickets.models import Channel, Contact, Kind, Role, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Fault = PushSubscription.Fault


@pytest.fixture(autouse=True)
def _inside_our_network(settings: Settings) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        receiver.status = 201
        yield receiver


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
    sweep(now=MONDAY)
    return found


KEYS = BrowserKeys()


def browser(person: User, receiver: Receiver, name: str = "a") -> PushSubscription:
    """A browser of this person, whose push service is the receiver."""
    return PushSubscription.objects.create(
        user=person,
        endpoint=f"{receiver.url}/{person.pk}/{name}",
        p256dh=KEYS.given()["p256dh"],
        sealed_auth=seal(KEYS.given()["auth"]),
        user_agent="Firefox",
        created_at=MONDAY,
    )


def goes_by(now: datetime) -> int:
    sweep(now=now)
    hand_out(now=now)
    return send_due(now=now)


def mention(ticket: Ticket, bob: User, *, when: datetime, said: str = "@Alice?") -> None:
    desk.note(ticket, words(said), actor=bob, at=when)


def hoog(carla: Contact, *, when: datetime) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words("Niemand kan werken."),
        subject="Alles plat",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.PHONE,
        at=when,
    )


def test_a_push_tells_which_ticket_and_what_happened_and_nothing_that_was_said(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    row = browser(alice, receiver)
    mention(ticket, bob, when=MONDAY + MINUTE, said="@Alice, het geheim is 1234")
    assert goes_by(MONDAY + 2 * MINUTE) == 1
    (got,) = receiver.got
    said = KEYS.said(got)
    assert said == {
        "title": "Logo",
        "body": f"{ticket.reference} · Een collega noemt je · Bob",
        "tag": ticket.reference,
        "url": reverse("ticket", args=[ticket.reference]),
        "stays": False,
        "lang": "nl",
    }
    assert len(got.body) < 3000
    assert got.headers["urgency"] == "normal"
    assert 86000 < int(got.headers["ttl"]) <= 86400
    assert 0 < len(got.headers["topic"]) <= 32
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert not PushMessage.objects.exists()


def test_the_push_service_can_check_that_it_comes_from_us(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    browser(alice, receiver)
    mention(ticket, bob, when=MONDAY + MINUTE)
    goes_by(MONDAY + 2 * MINUTE)
    (got,) = receiver.got
    house = f"http://127.0.0.1:{receiver.server_port}"
    word = sender(got, audience=house, public=PushKey.objects.get().public)
    assert MONDAY.timestamp() < word["exp"] < (MONDAY + DAY).timestamp()
    assert word["sub"].startswith("mailto:helpdesk@")


def test_what_the_customer_wrote_stays_inside(
    alice: User, carla: Contact, ticket: Ticket, receiver: Receiver
) -> None:
    browser(alice, receiver)
    text = words("Mijn wachtwoord is hallo")
    customer_side.writes(
        ticket, people.reporter(carla), text, channel=Channel.EMAIL, at=MONDAY + MINUTE
    )
    goes_by(MONDAY + 2 * MINUTE)
    assert "hallo" not in json.dumps(KEYS.said(receiver.got[0]))


def test_a_missed_deadline_says_which_promise(
    alice: User, ticket: Ticket, receiver: Receiver
) -> None:
    browser(alice, receiver)
    late = at("2026-05-19 10:05")
    watch_clocks(now=late)
    goes_by(late)
    (got,) = receiver.got  # of a ticket the last thing is told
    assert "Een deadline is gemist · Reactie" in KEYS.said(got)["body"]


def test_every_browser_is_told_in_the_language_of_its_owner(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    User.objects.update(language="en")
    browser(alice, receiver, "a")
    browser(alice, receiver, "b")
    mention(ticket, bob, when=MONDAY + MINUTE)
    assert goes_by(MONDAY + 2 * MINUTE) == 2
    assert {KEYS.said(got)["body"].split(" · ")[1] for got in receiver.got} == {
        "A colleague mentions you"
    }


def test_push_is_quiet_until_working_hours(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    browser(alice, receiver)
    mention(ticket, bob, when=at("2026-05-22 17:30"))
    for moment in ("2026-05-22 17:31", "2026-05-23 12:00", "2026-05-25 12:00", "2026-05-26 08:59"):
        assert goes_by(at(moment)) == 0  # Saturday, Whit Monday, before opening
    assert goes_by(at("2026-05-26 09:00")) == 1


def test_hoog_is_pushed_at_night_with_haste(
    alice: User, bob: User, carla: Contact, receiver: Receiver
) -> None:
    browser(alice, receiver)
    night = at("2026-05-23 03:00")
    sweep(now=night)
    mention(hoog(carla, when=night), bob, when=night)
    assert goes_by(night + MINUTE) == 1
    (got,) = receiver.got
    assert got.headers["urgency"] == "high"
    assert KEYS.said(got)["stays"] is True


def test_what_was_seen_before_it_could_be_sent_is_not_pushed(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    browser(alice, receiver)
    mention(ticket, bob, when=at("2026-05-22 17:30"))
    sweep(now=at("2026-05-22 17:31"))
    Notification.objects.update(seen_at=at("2026-05-22 18:00"))
    assert goes_by(at("2026-05-26 09:00")) == 0
    mention(ticket, bob, when=at("2026-05-26 10:00"))
    receiver.status = 503
    goes_by(at("2026-05-26 10:01"))
    Notification.objects.update(seen_at=at("2026-05-26 10:02"))
    receiver.status = 201
    assert goes_by(at("2026-05-26 10:10")) == 0
    assert not PushMessage.objects.exists()


def test_what_somebody_does_not_want_is_not_pushed_and_without_a_browser_nothing_is(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    mention(ticket, bob, when=MONDAY)
    sweep(now=MONDAY + MINUTE)
    browser(alice, receiver)
    assert goes_by(MONDAY + 2 * MINUTE) == 0
    desk.note(ticket, words("x"), actor=bob, at=MONDAY + 3 * MINUTE)  # not pushed as it comes
    assert goes_by(MONDAY + 4 * MINUTE) == 0
    NotificationChoice.objects.create(
        user=alice, kind=NotificationKind.NOTE, in_app=False, mail="none", push=True
    )
    desk.note(ticket, words("x"), actor=bob, at=MONDAY + 5 * MINUTE)
    assert goes_by(MONDAY + 6 * MINUTE) == 1


def test_a_newer_thing_about_a_ticket_takes_the_place_of_what_waits(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    browser(alice, receiver)
    receiver.status = 503
    mention(ticket, bob, when=MONDAY + MINUTE)
    goes_by(MONDAY + 2 * MINUTE)
    desk.resolve(ticket, words("Klaar"), actor=bob, at=MONDAY + 3 * MINUTE)
    desk.reopen(ticket, reason="Toch niet", actor=bob, at=MONDAY + 4 * MINUTE)
    receiver.status = 201
    assert goes_by(MONDAY + 5 * MINUTE) == 1
    assert "Een ticket wordt heropend" in KEYS.said(receiver.got[-1])["body"]
    assert receiver.got[0].headers["topic"] == receiver.got[1].headers["topic"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_no_more_is_let_go(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver, status: int
) -> None:
    browser(alice, receiver)
    receiver.status = status
    mention(ticket, bob, when=MONDAY + MINUTE)
    assert goes_by(MONDAY + 2 * MINUTE) == 0
    assert not PushSubscription.objects.exists()
    assert not PushMessage.objects.exists()


def test_what_does_not_arrive_is_tried_less_and_less_often_and_given_up_after_a_day(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    row = browser(alice, receiver)
    receiver.status = 500
    start = MONDAY + 2 * MINUTE
    mention(ticket, bob, when=MONDAY + MINUTE)
    sweep(now=start)
    hand_out(now=start)
    tries, now = [], start
    while PushMessage.objects.exists():
        before = len(receiver.got)
        send_due(now=now)
        if len(receiver.got) > before:
            tries.append(now - start)
        row.refresh_from_db()
        now = max(row.resting_until or now, now + MINUTE)
    assert len(tries) < 35
    assert tries[1] < 2 * MINUTE
    assert DAY - timedelta(hours=2) < tries[-1] < DAY
    assert (row.fault, row.status) == (Fault.BUSY, 500)
    # It works again: nothing of the fault is left.
    receiver.status = 201
    mention(ticket, bob, when=now)
    assert goes_by(max(now, at("2026-05-20 11:00"))) == 1
    row.refresh_from_db()
    assert (row.fault, row.failures, row.resting_until, row.failed_at) == ("", 0, None, None)


@pytest.mark.parametrize("form", ["seconds", "date", "nonsense"])
def test_a_push_service_is_left_alone_for_as_long_as_it_asks(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver, form: str
) -> None:
    row = browser(alice, receiver)
    receiver.status = 429
    now = MONDAY + 2 * MINUTE
    until = format_datetime(now + timedelta(hours=1), usegmt=True)
    asked = {"seconds": "3600", "date": until, "nonsense": "later"}
    receiver.also = {"Retry-After": asked[form]}
    mention(ticket, bob, when=MONDAY + MINUTE)
    goes_by(now)
    row.refresh_from_db()
    assert row.resting_until is not None
    least, most = (timedelta(0), MINUTE) if form == "nonsense" else (59 * MINUTE, 61 * MINUTE)
    assert least < row.resting_until - now < most
    goes_by(now + timedelta(seconds=5))
    assert len(receiver.got) == 1


def test_what_the_push_service_does_not_want_is_shown_and_not_tried_again(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    row = browser(alice, receiver)
    receiver.status = 403
    mention(ticket, bob, when=MONDAY + MINUTE)
    goes_by(MONDAY + 2 * MINUTE)
    row.refresh_from_db()
    assert (row.fault, row.status, row.resting_until) == (Fault.ANSWER, 403, None)
    assert not PushMessage.objects.exists()


def test_an_address_inside_somebodys_network_is_never_asked(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver, settings: Settings
) -> None:
    row = browser(alice, receiver)
    settings.OUTGOING_PRIVATE_ALLOWED = False
    mention(ticket, bob, when=MONDAY + MINUTE)
    goes_by(MONDAY + 2 * MINUTE)
    row.refresh_from_db()
    assert (row.fault, receiver.got) == (Fault.REFUSED, [])


@pytest.mark.django_db(transaction=True)
def test_a_silent_push_service_does_not_hold_up_the_browsers_of_another(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    with receiving() as silent:
        silent.status, silent.held = 201, True
        quick = browser(alice, receiver)
        for number in range(12):  # made later, and told first
            browser(alice, silent, str(number))
        mention(ticket, bob, when=MONDAY + MINUTE)

        def watch() -> bool:
            assert silent.arrived.wait(timeout=20)
            reached = PushSubscription.objects.filter(pk=quick.pk, last_used_at__isnull=False)
            while not reached.exists() and not silent.gave_up.is_set():
                pass
            silent.free.set()
            return reached.exists()

        arrived, meanwhile = together(lambda: goes_by(MONDAY + 2 * MINUTE), watch)
    assert (arrived, meanwhile) == (13, True)


def test_a_sender_that_died_leaves_its_message_to_the_next_and_notes_nothing_later(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver
) -> None:
    browser(alice, receiver)
    mention(ticket, bob, when=MONDAY + MINUTE)
    now = MONDAY + 2 * MINUTE
    sweep(now=now)
    hand_out(now=now)
    (mine,) = claim(now=now)
    assert claim(now=now) == []
    (theirs,) = claim(now=now + 3 * MINUTE)
    settle(mine, Came(fault=Fault.UNREACHABLE), now=now + 3 * MINUTE)
    assert PushMessage.objects.get().claimed_at == theirs.claimed_at


@pytest.mark.django_db(transaction=True)
def test_sweeps_and_senders_at_once_tell_each_thing_once_and_make_one_key(
    alice: User, bob: User, carla: Contact, ticket: Ticket, receiver: Receiver
) -> None:
    browser(alice, receiver)
    other = people.setting(carla, when=MONDAY)
    for found in (ticket, other):
        mention(found, bob, when=MONDAY + MINUTE)
    now = MONDAY + 2 * MINUTE
    sweep(now=now)
    together(*[lambda: hand_out(now=now)] * 3)
    keys = together(*[lambda: vapid.identity(now=now).public] * 4)
    together(*[lambda: send_due(now=now)] * 3)
    assert {KEYS.said(got)["tag"] for got in receiver.got} == {ticket.reference, other.reference}
    assert len(receiver.got) == 2
    assert set(keys) == {PushKey.objects.get().public}


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.CUSTOMER}])
def test_who_left_is_told_nothing_and_their_browsers_are_forgotten(
    alice: User, bob: User, ticket: Ticket, receiver: Receiver, change: dict[str, object]
) -> None:
    browser(alice, receiver)
    mention(ticket, bob, when=MONDAY + MINUTE)
    sweep(now=MONDAY + 2 * MINUTE)
    hand_out(now=MONDAY + 2 * MINUTE)
    User.objects.filter(pk=alice.pk).update(**change)
    assert send_due(now=MONDAY + 2 * MINUTE) == 0
    assert receiver.got == []
    assert not PushSubscription.objects.exists()


def test_the_tasks_do_it(alice: User, bob: User, carla: Contact, receiver: Receiver) -> None:
    tasks.notify()
    browser(alice, receiver)
    now = timezone.now()
    mention(hoog(carla, when=now), bob, when=now)
    tasks.notify()
    tasks.send_pushes()
    assert len(receiver.got) == 1

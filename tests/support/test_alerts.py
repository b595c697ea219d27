"""Alerts reach whom the escalation names: once, in working hours, many in one mail."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from sla import agreements
from sla.contracts import contract
from sla.models import Alert
from sla.sweep import sweep
from support import desk
from support.desk import letters
from support.mail.models import OutgoingMail
from support.notifications import alerts, digest
from support.notifications.models import AlertNotice
from tests import people
from tests.at_once import together
from tests.people import at, words
from tickets.models import Channel, Kind, Role, Team, Ticket, User

MONDAY = at("2026-05-18 10:00")
MISSED = at("2026-05-19 10:00")
AFTER = at("2026-05-19 10:05")


def late_tickets(
    count: int = 1, *, assignee: User | None = None, now: datetime = AFTER
) -> list[Ticket]:
    """Settings reported on Monday at 10:00, missed on Tuesday at 10:00."""
    customer = people.organisation()
    carla = people.contact(customer)
    tickets = [
        desk.open_ticket(
            people.reporter(carla),
            words(),
            subject=f"Logo {number}",
            kind=Kind.SETTING,
            channel=Channel.WEB,
            at=MONDAY,
        )
        for number in range(count)
    ]
    if assignee is not None:
        for ticket in tickets:
            desk.assign(ticket, assignee=assignee, team=None, actor=assignee, at=MONDAY)
    OutgoingMail.objects.all().delete()
    sweep(now=now)
    return tickets


def told() -> list[str]:
    return list(OutgoingMail.objects.order_by("to").values_list("to", flat=True))


def heard_of(kind: str, share: int = 0) -> list[str]:
    """Who was told of such an alert."""
    notices = AlertNotice.objects.filter(alert__kind=kind, alert__share=share)
    return list(notices.order_by("email").values_list("email", flat=True))


@pytest.mark.django_db
def test_the_assignee_gets_one_mail_for_many_and_only_once() -> None:
    alice = people.agent()
    people.agent("Bob")
    tickets = late_tickets(3, assignee=alice)
    assert alerts.tell(later=letters.tell_moved, now=AFTER) == 9  # a breach and two warnings each
    assert alerts.tell(later=letters.tell_moved, now=AFTER) == 0
    assert told() == ["alice@desk.example"]
    mail = OutgoingMail.objects.get()
    assert [ticket.reference in mail.text for ticket in tickets] == [True] * 3
    assert (mail.automatic, mail.message, mail.ticket) == (True, None, None)
    assert not Alert.objects.exclude(told_at=AFTER).exists()


@pytest.mark.django_db
def test_each_step_goes_to_whom_the_edition_names() -> None:
    alice, frank = people.agent(), people.agent("Frank")
    people.agent("Mila", Role.MANAGER)
    customer = people.organisation()
    customer.fixed_contact = frank
    customer.save()
    ticket = desk.open_ticket(
        people.reporter(people.contact(customer)),
        words(),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.WEB,
        at=MONDAY,
    )
    desk.assign(ticket, assignee=alice, team=alice.team, actor=alice, at=MONDAY)
    sweep(now=MISSED + timedelta(days=1))
    alerts.tell(later=letters.tell_moved, now=MISSED + timedelta(days=1))
    assert heard_of("warning", 50) == ["alice@desk.example"]
    assert heard_of("warning", 80) == ["alice@desk.example", "team@desk.example"]
    assert heard_of("breach") == ["alice@desk.example", "frank@desk.example", "team@desk.example"]
    assert heard_of("overdue") == ["mila@desk.example"]


@pytest.mark.django_db
def test_an_edition_may_name_who_leads_the_team() -> None:
    terms = contract("dialog") | {"key": "own", "escalation": [{"at": 100, "to": ["leads"]}]}
    agreements.load(terms, in_force_on=date(2020, 1, 1))
    alice = people.agent()
    people.agent("Lena", Role.LEAD)
    elsewhere = people.agent("Leo", Role.LEAD)
    elsewhere.team = Team.objects.create(name="Hosting", email="hosting@desk.example")
    elsewhere.save()
    people.agent("Mila", Role.MANAGER)
    ticket = people.setting(people.contact(people.organisation("Winkel", "own")), when=MONDAY)
    desk.assign(ticket, assignee=alice, team=alice.team, actor=alice, at=MONDAY)
    sweep(now=AFTER)
    alerts.tell(later=letters.tell_moved, now=AFTER)
    assert heard_of("breach") == ["lena@desk.example"]


@pytest.mark.django_db
def test_four_hours_after_a_missed_deadline_the_managers_hear_of_it() -> None:
    people.agent("Mila", Role.MANAGER)
    late_tickets()
    alerts.tell(later=letters.tell_moved, now=AFTER)
    later = at("2026-05-19 14:01")
    sweep(now=later)
    alerts.tell(later=letters.tell_moved, now=later)
    mail = OutgoingMail.objects.get(to="mila@desk.example")
    assert "nog niet klaar" in mail.text.lower()


@pytest.mark.django_db
def test_what_is_answered_by_then_goes_no_further() -> None:
    people.agent("Mila", Role.MANAGER)
    (ticket,) = late_tickets()
    desk.reply(ticket, words("Nu wel."), actor=people.agent("Bob"), at=AFTER)
    sweep(now=at("2026-05-19 14:01"))
    assert not Alert.objects.filter(kind="overdue").exists()


@pytest.mark.django_db
def test_without_assignee_the_team_is_told() -> None:
    people.agent()
    late_tickets()
    alerts.tell(later=letters.tell_moved, now=AFTER)
    assert told() == ["team@desk.example"]


@pytest.mark.django_db
def test_an_assignee_who_left_is_not_told_but_the_team_is() -> None:
    alice = people.agent()
    tickets = late_tickets(assignee=alice)
    desk.assign(tickets[0], assignee=alice, team=alice.team, actor=alice, at=AFTER)
    alice.is_active = False
    alice.save()
    alerts.tell(later=letters.tell_moved, now=AFTER)
    assert told() == ["team@desk.example"]


@pytest.mark.django_db
def test_without_team_the_managers_are_told() -> None:
    people.agent("Bob")
    people.agent("Mila", Role.MANAGER)
    people.agent("Adam", Role.ADMIN)
    Team.objects.all().delete()
    late_tickets()
    alerts.tell(later=letters.tell_moved, now=AFTER)
    assert told() == ["adam@desk.example", "mila@desk.example"]


@pytest.mark.django_db
def test_at_night_only_hoog_disturbs_anybody() -> None:
    alice = people.agent()
    carla = people.contact(people.organisation())
    night = at("2026-05-18 21:00")
    for priority in ("middel", "hoog"):
        ticket = desk.open_ticket(
            people.reporter(carla),
            words(),
            subject=priority,
            kind=Kind.INCIDENT,
            priority=priority,
            channel=Channel.PHONE,
            at=night,
        )
        desk.assign(ticket, assignee=alice, team=alice.team, actor=alice, at=night)
    soon = night + timedelta(minutes=1)
    sweep(now=soon)  # Hoog is due at once; Middel lacks a release
    OutgoingMail.objects.all().delete()
    alerts.tell(later=letters.tell_moved, now=soon)
    assert "middel" not in OutgoingMail.objects.filter(to="alice@desk.example").get().text
    alerts.tell(later=letters.tell_moved, now=at("2026-05-19 08:59"))
    assert OutgoingMail.objects.filter(to="alice@desk.example").count() == 1
    alerts.tell(later=letters.tell_moved, now=at("2026-05-19 09:00"))
    latest = OutgoingMail.objects.filter(to="alice@desk.example").latest("pk")
    assert "middel" in latest.text


@pytest.mark.django_db
def test_a_deadline_at_closing_time_is_told_then_and_not_the_next_morning() -> None:
    alice = people.agent()
    ticket = desk.open_ticket(
        people.reporter(people.contact(people.organisation())),
        words(),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.WEB,
        at=at("2026-05-18 08:00"),
    )
    desk.assign(ticket, assignee=alice, team=None, actor=alice, at=MONDAY)
    OutgoingMail.objects.all().delete()
    closing = at("2026-05-18 17:01")
    sweep(now=closing)
    alerts.tell(later=letters.tell_moved, now=closing)
    assert heard_of("breach") == ["alice@desk.example"]
    assert told() == ["alice@desk.example"]


@pytest.mark.django_db
def test_what_trickles_in_waits_a_quarter_of_an_hour_for_company() -> None:
    alice = people.agent()
    first = late_tickets(assignee=alice)[0]
    alerts.tell(later=letters.tell_moved, now=AFTER)
    second = desk.open_ticket(
        people.reporter(first.contact or people.contact(people.organisation("B"))),
        words(),
        subject="Nog een logo",
        kind=Kind.SETTING,
        channel=Channel.WEB,
        at=AFTER,
    )
    desk.assign(second, assignee=alice, team=None, actor=alice, at=AFTER)
    Alert.objects.create(
        ticket=second,
        target_key="reaction-setting",
        promise="reaction",
        clause="3.G",
        kind="warning",
        share=50,
        started_at=AFTER,
        due_at=AFTER + timedelta(days=1),
        at=AFTER,
        noticed_at=AFTER,
        tell_at=AFTER,
    )
    to_alice = OutgoingMail.objects.filter(to="alice@desk.example")
    alerts.tell(later=letters.tell_moved, now=AFTER + timedelta(minutes=14))
    assert to_alice.count() == 1
    alerts.tell(later=letters.tell_moved, now=AFTER + timedelta(minutes=16))
    assert to_alice.count() == 2


@pytest.mark.django_db
def test_a_digest_names_a_ticket_once_with_how_its_promise_stands_now() -> None:
    alice = people.agent()
    tickets = late_tickets(2, assignee=alice)
    Alert.objects.create(
        ticket=tickets[0],
        target_key="resolution",
        promise="resolution",
        clause="Bijlage 1",
        kind="warning",
        share=50,
        started_at=MONDAY,
        due_at=AFTER + timedelta(days=1),
        at=AFTER,
        noticed_at=AFTER,
        tell_at=AFTER,
    )
    alerts.tell(later=letters.tell_moved, now=AFTER)
    mail = OutgoingMail.objects.get()
    for said in (mail.text, mail.html):
        assert [said.count(f"{ticket.reference} Logo") for ticket in tickets] == [1, 1]
        assert "80%" not in said  # it has been missed since
        assert "Deadline nadert: Oplossing, Bijlage 1, 50%" in said
    assert mail.subject == "3 deadlines vragen je aandacht"


@pytest.mark.django_db
def test_an_alert_is_no_part_of_the_customers_thread() -> None:
    alice = people.agent()
    (ticket,) = late_tickets(assignee=alice)
    alerts.tell(later=letters.tell_moved, now=AFTER)
    alert = OutgoingMail.objects.get()
    desk.reply(ticket, words("Sorry, nu meteen."), actor=alice)
    answer = OutgoingMail.objects.exclude(pk=alert.pk).get()
    assert alert.mail_id not in answer.references + answer.in_reply_to


@pytest.mark.django_db(transaction=True)
def test_two_tellers_at_once_tell_each_alert_once() -> None:
    alice = people.agent()
    late_tickets(2, assignee=alice)
    now = timezone.now()
    together(
        lambda: alerts.tell(later=letters.tell_moved, now=now),
        lambda: alerts.tell(later=letters.tell_moved, now=now),
    )
    assert AlertNotice.objects.filter(mail=None).count() == 0
    assert sum(mail.text.count("/desk/tickets/") for mail in OutgoingMail.objects.all()) == 2


@pytest.mark.django_db
def test_so_many_are_listed_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "LISTED", 12)
    alice = people.agent()
    late_tickets(40, assignee=alice)
    alerts.tell(later=letters.tell_moved, now=AFTER)
    mail = OutgoingMail.objects.get()
    assert mail.text.count("/desk/tickets/") == 12
    assert "28" in mail.text.rsplit("/desk/tickets/", 1)[1]

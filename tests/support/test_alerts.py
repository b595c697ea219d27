"""Warnings and breaches reach whoever must act, once, in one mail however many they are."""

import pytest
from django.utils import timezone

from sla.models import Alert
from sla.sweep import sweep
from support import desk
from support.models import OutgoingMail
from support.notices import alerts
from tests import people
from tests.at_once import together
from tests.people import at, words
from tickets.models import Channel, Kind, Role, Team, Ticket, User

MONDAY = at("2026-05-18 10:00")
AFTER = at("2026-05-20 10:00")


def late_tickets(count: int = 1, *, assignee: User | None = None) -> list[Ticket]:
    customer = people.organisation()
    customer.fixed_contact = assignee
    customer.save()
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
    OutgoingMail.objects.all().delete()
    sweep(now=AFTER)
    return tickets


def told() -> list[str]:
    return list(OutgoingMail.objects.order_by("to").values_list("to", flat=True))


@pytest.mark.django_db
def test_the_assignee_gets_one_mail_for_many_and_only_once() -> None:
    alice = people.agent()
    people.agent("Bob")
    tickets = late_tickets(3, assignee=alice)
    assert alerts.tell(now=AFTER) == 9  # a breach and two warnings each
    assert alerts.tell(now=AFTER) == 0
    assert told() == ["alice@desk.example"]
    mail = OutgoingMail.objects.get()
    assert [ticket.reference in mail.text for ticket in tickets] == [True] * 3
    assert (mail.automatic, mail.message, mail.ticket) == (True, None, None)
    assert not Alert.objects.exclude(told_at=AFTER).exists()


@pytest.mark.django_db
def test_without_assignee_the_team_is_told() -> None:
    people.agent()
    late_tickets()
    alerts.tell(now=AFTER)
    assert told() == ["team@desk.example"]


@pytest.mark.django_db
def test_an_assignee_who_left_is_not_told_but_the_team_is() -> None:
    alice = people.agent()
    late_tickets(assignee=alice)
    alice.is_active = False
    alice.save()
    alerts.tell(now=AFTER)
    assert told() == ["team@desk.example"]


@pytest.mark.django_db
def test_without_team_the_managers_are_told() -> None:
    people.agent("Bob")
    people.agent("Mila", Role.MANAGER)
    people.agent("Adam", Role.ADMIN)
    Team.objects.all().delete()
    late_tickets()
    alerts.tell(now=AFTER)
    assert told() == ["adam@desk.example", "mila@desk.example"]


@pytest.mark.django_db
def test_an_alert_is_no_part_of_the_customers_thread() -> None:
    alice = people.agent()
    (ticket,) = late_tickets(assignee=alice)
    alerts.tell(now=AFTER)
    alert = OutgoingMail.objects.get()
    desk.reply(ticket, words("Sorry, nu meteen."), actor=alice)
    answer = OutgoingMail.objects.exclude(pk=alert.pk).get()
    assert alert.mail_id not in answer.references + answer.in_reply_to


@pytest.mark.django_db(transaction=True)
def test_two_tellers_at_once_tell_each_alert_once() -> None:
    alice = people.agent()
    late_tickets(2, assignee=alice)
    now = timezone.now()
    counts = together(lambda: alerts.tell(now=now), lambda: alerts.tell(now=now))
    assert sum(count for count in counts if isinstance(count, int)) == 6
    assert sum(mail.text.count("/desk/tickets/") for mail in OutgoingMail.objects.all()) == 6

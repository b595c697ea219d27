"""A corrected edition, a waiver: running clocks follow, what stopped stays, history tells."""

from copy import deepcopy
from datetime import date, datetime, timedelta

import pytest

from sla import agreements, changes
from sla.audit import differences
from sla.contracts import contract
from sla.models import Alert, Clock, Contract, CoverageChange, Edition
from sla.queries import cards_of
from sla.sweep import sweep
from support import desk
from support.desk import letters
from support.mail.models import OutgoingMail
from support.notifications import alerts
from support.timeline import line
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Ticket

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
NOON = at("2026-05-18 12:00")
LATER = at("2026-05-18 15:00")


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def slower_edition() -> Edition:
    """Dialog with two werkdagen where the first edition has one."""
    terms = deepcopy(contract("dialog"))
    for target in terms["targets"]:
        target["hours"] = 2 * target.get("hours", 0)
    terms["key"] = "dialog-slow"
    return agreements.load(terms, in_force_on=date(2020, 2, 1))


def setting(carla: Contact, when: datetime = MONDAY) -> Ticket:
    return people.setting(carla, when=when)


def hoog(carla: Contact, channel: Channel = Channel.PHONE) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Opslaan",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=channel,
        answered=channel == Channel.PHONE,
        at=MONDAY,
    )


def due(ticket: Ticket, promise: str) -> datetime | None:
    return Clock.objects.get(ticket=ticket, promise=promise).due_at


def test_a_running_clock_follows_a_corrected_edition_and_says_why(carla: Contact) -> None:
    ticket = setting(carla)
    alice = people.agent()
    second = slower_edition()
    changes.correct_edition(ticket, second, why="Verkeerd contract", actor=alice, now=NOON)
    sweep(now=NOON)
    assert due(ticket, "reaction") == at("2026-05-20 10:00")
    alert = Alert.objects.get(kind="moved")
    assert (alert.due_before, alert.due_at) == (at("2026-05-19 10:00"), at("2026-05-20 10:00"))
    told = [item for item in line.whole(ticket) if "Verkeerd contract" in item.text]
    assert {item.who for item in told} == {"Alice", ""}
    assert any("Verkeerd contract" in said for said in cards_of(ticket, now=NOON)[0].explanation)
    assert list(differences(now=NOON)) == []


def test_what_was_answered_stays_under_the_edition_of_then(carla: Contact) -> None:
    ticket = hoog(carla)
    people.agent()
    changes.correct_edition(ticket, slower_edition(), why="Verkeerd contract", actor=None, now=NOON)
    sweep(now=NOON)
    reaction = Clock.objects.get(ticket=ticket, promise="reaction")
    assert (reaction.state, reaction.due_at) == ("met", MONDAY)
    assert due(ticket, "resolution") == at("2026-05-20 10:00")
    assert list(differences(now=NOON)) == []


def test_a_solved_ticket_keeps_every_deadline(carla: Contact) -> None:
    ticket = hoog(carla)
    desk.resolve(ticket, words("Klaar."), actor=people.agent(), at=at("2026-05-18 11:00"))
    before = list(Clock.objects.order_by("pk").values())
    changes.correct_edition(ticket, slower_edition(), why="Vergissing", actor=None, now=NOON)
    sweep(now=NOON)
    assert list(Clock.objects.order_by("pk").values()) == before
    assert list(differences(now=NOON)) == []


def test_reopened_it_goes_on_under_the_corrected_edition(carla: Contact) -> None:
    ticket = hoog(carla)
    desk.resolve(ticket, words("Klaar."), actor=people.agent(), at=at("2026-05-18 11:00"))
    changes.correct_edition(ticket, slower_edition(), why="Vergissing", actor=None, now=NOON)
    sweep(now=NOON)
    desk.reopen(ticket, reason="Toch niet", actor=people.agent("Bob"), at=LATER)
    assert due(ticket, "resolution") == at("2026-05-20 14:00")
    assert list(differences(now=LATER)) == []


@pytest.mark.parametrize("why", ["", "  "])
def test_a_correction_needs_its_reason(carla: Contact, why: str) -> None:
    ticket = setting(carla)
    with pytest.raises(ValueError, match=r"bewijzen|provable"):
        changes.correct_edition(ticket, slower_edition(), why=why, actor=None, now=NOON)
    assert not CoverageChange.objects.exists()


def test_a_waiver_granted_afterwards_makes_running_reactions_bind(carla: Contact) -> None:
    ticket = hoog(carla, Channel.EMAIL)
    assert Clock.objects.get(promise="reaction").binding is False
    agreed = Contract.objects.get()
    agreed.waived_from, agreed.waiver_reason = date(2026, 5, 18), "Mail van Jan"
    agreed.save()
    assert changes.follow_waiver(agreed, actor=people.agent(), now=NOON) == 1
    sweep(now=NOON + timedelta(minutes=1))
    clock = Clock.objects.get(promise="reaction")
    assert (clock.binding, clock.state, clock.due_at) == (True, "breached", MONDAY)
    assert any("Mail van Jan" in item.text for item in line.whole(ticket))
    assert list(differences(now=NOON + timedelta(minutes=1))) == []


def test_a_waiver_of_later_days_leaves_earlier_reports_alone(carla: Contact) -> None:
    hoog(carla, Channel.EMAIL)
    agreed = Contract.objects.get()
    agreed.waived_from, agreed.waiver_reason = date(2026, 5, 19), "Mail van Jan"
    agreed.save()
    assert changes.follow_waiver(agreed, actor=None, now=NOON) == 0


def test_an_answer_given_before_the_waiver_is_judged_as_it_was(carla: Contact) -> None:
    ticket = hoog(carla, Channel.EMAIL)
    desk.reply(ticket, words(), actor=people.agent(), at=at("2026-05-18 11:00"))
    agreed = Contract.objects.get()
    agreed.waived_from, agreed.waiver_reason = date(2026, 5, 18), "Mail van Jan"
    agreed.save()
    changes.follow_waiver(agreed, actor=None, now=NOON)
    sweep(now=NOON)
    clock = Clock.objects.get(promise="reaction")
    assert (clock.binding, clock.state) == (False, "met")
    assert list(differences(now=NOON)) == []


def test_a_verb_between_the_change_and_the_sweep_still_tells_what_moved(carla: Contact) -> None:
    ticket = setting(carla)
    changes.correct_edition(ticket, slower_edition(), why="Vergissing", actor=None, now=NOON)
    desk.note(ticket, words("Even kijken."), actor=people.agent(), at=LATER)
    sweep(now=LATER)
    assert Alert.objects.get(kind="moved").due_at == at("2026-05-20 10:00")


def test_the_customer_hears_that_the_promise_got_later(carla: Contact) -> None:
    ticket = setting(carla)
    changes.correct_edition(ticket, slower_edition(), why="Vergissing", actor=None, now=NOON)
    sweep(now=NOON)
    alerts.tell(later=letters.tell_moved, now=NOON)
    mail = ticket.outgoing.get(subject__contains="datum")
    assert mail.to == "carla@school.example"
    assert "dinsdag 19 mei 2026, 10:00" in mail.text
    assert "woensdag 20 mei 2026, 10:00" in mail.text


def test_on_a_saturday_the_customer_hears_at_once_and_colleagues_on_monday(carla: Contact) -> None:
    saturday, monday = at("2026-05-16 11:00"), at("2026-05-18 09:00")
    ticket = setting(carla, when=saturday)
    desk.assign(ticket, assignee=people.agent(), team=None, actor=people.agent("Bob"), at=saturday)
    soon = saturday + timedelta(minutes=1)
    changes.correct_edition(ticket, slower_edition(), why="Vergissing", actor=None, now=soon)
    sweep(now=soon)
    alerts.tell(later=letters.tell_moved, now=soon)
    assert ticket.outgoing.filter(subject__contains="datum").exists()
    assert not OutgoingMail.objects.filter(to="alice@desk.example").exists()
    alerts.tell(later=letters.tell_moved, now=monday)
    assert OutgoingMail.objects.filter(to="alice@desk.example").exists()

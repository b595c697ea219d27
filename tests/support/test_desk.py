"""The verbs: what each does, and what it refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from sla.models import Clock
from support import desk
from support.desk import customer_side, putting_right
from support.desk.conversation import Words
from support.mail.models import OutgoingMail
from support.who import Reporter
from tests import people
from tests.people import at, words
from tickets.models import Channel, Contact, Kind, Message, Role, Status, Team, Ticket, User

pytestmark = pytest.mark.django_db

MONDAY = at("2026-05-18 10:00")
LATER = at("2026-05-18 11:00")


@pytest.fixture
def alice() -> User:
    return people.agent()


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def opened(
    carla: Contact, kind: str = Kind.INCIDENT, priority: str = "middel", **more: object
) -> Ticket:
    settings: dict[str, object] = {"channel": Channel.EMAIL, "at": MONDAY} | more
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=kind,
        priority=priority,
        **settings,  # type: ignore[arg-type]
    )


@pytest.fixture
def ticket(carla: Contact) -> Ticket:
    return opened(carla)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.values_list("kind", flat=True))


def clock(ticket: Ticket, promise: str = "reaction") -> Clock:
    return Clock.objects.get(ticket=ticket, promise=promise)


def letters(ticket: Ticket) -> list[tuple[str, bool]]:
    mails = OutgoingMail.objects.filter(ticket=ticket).order_by("pk")
    return [(mail.to, mail.automatic) for mail in mails]


VERBS: dict[str, Callable[[Ticket, User], object]] = {
    "reply": lambda ticket, actor: desk.reply(ticket, words(), actor=actor),
    "note": lambda ticket, actor: desk.note(ticket, words(), actor=actor),
    "log_call": lambda ticket, actor: desk.log_call(ticket, words(), actor=actor, contact=None),
    "call_back": lambda ticket, actor: desk.call_back(ticket, words(), actor=actor),
    "classify": lambda ticket, actor: desk.classify(ticket, kind="wish", actor=actor),
    "prioritise": lambda ticket, actor: desk.prioritise(
        ticket, priority="hoog", reason="Erger", actor=actor
    ),
    "assign": lambda ticket, actor: desk.assign(ticket, assignee=None, team=None, actor=actor),
    "identify": lambda ticket, actor: putting_right.identify(
        ticket, contact=Contact.objects.get(), actor=actor
    ),
    "hold": lambda ticket, actor: desk.hold(ticket, words(), actor=actor),
    "plan": lambda ticket, actor: desk.plan(ticket, release=None, actor=actor),
    "resolve": lambda ticket, actor: desk.resolve(ticket, words(), actor=actor),
    "decline": lambda ticket, actor: desk.decline(ticket, words(), actor=actor),
    "resume": lambda ticket, actor: desk.resume(ticket, actor=actor),
    "reopen": lambda ticket, actor: desk.reopen(ticket, reason="Toch niet", actor=actor),
    "close": lambda ticket, actor: desk.close(ticket, actor=actor),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_customer_can_do_none_of_the_helpdesks_verbs(ticket: Ticket, verb: str) -> None:
    charlie = User.objects.create_user("charlie@school.example", name="Charlie")
    with pytest.raises(desk.DeskError):
        VERBS[verb](ticket, charlie)
    assert kinds(ticket) == ["reported"]


@pytest.mark.parametrize("verb", VERBS)
def test_an_agent_who_left_can_do_none_of_the_verbs(ticket: Ticket, verb: str) -> None:
    bob = people.agent("Bob")
    bob.is_active = False
    bob.save()
    with pytest.raises(desk.DeskError):
        VERBS[verb](ticket, bob)
    assert kinds(ticket) == ["reported"]


@pytest.mark.parametrize("verb", ["resume", "reopen", "close"])
def test_an_open_ticket_refuses(ticket: Ticket, alice: User, verb: str) -> None:
    with pytest.raises(desk.DeskError, match=ticket.get_status_display()):
        VERBS[verb](ticket, alice)


@pytest.mark.parametrize("verb", ["hold", "plan", "resolve", "decline", "resume"])
def test_a_solved_ticket_refuses(ticket: Ticket, alice: User, verb: str) -> None:
    desk.resolve(ticket, words("Klaar."), actor=alice, at=LATER)
    before = Message.objects.count()
    with pytest.raises(desk.DeskError):
        VERBS[verb](ticket, alice)
    assert kinds(ticket) == ["reported", "replied", "resolved"]
    assert Message.objects.count() == before


@pytest.mark.parametrize("verb", ["reply", "note", "call_back", "hold", "resolve", "decline"])
def test_saying_nothing_is_refused(ticket: Ticket, alice: User, verb: str) -> None:
    with pytest.raises(desk.DeskError):
        getattr(desk, verb)(ticket, words(" \n "), actor=alice)
    assert kinds(ticket) == ["reported"]


def test_a_verb_before_the_last_event_is_refused(ticket: Ticket, alice: User) -> None:
    with pytest.raises(desk.DeskError):
        desk.reply(ticket, words(), actor=alice, at=MONDAY - timedelta(seconds=1))


def test_an_answer_that_nobody_would_get_is_refused(alice: User) -> None:
    stranger = Reporter(name="Iemand", organisation=people.organisation())
    ticket = desk.open_ticket(
        stranger, words(), subject="Vraag", kind=Kind.QUESTION, channel=Channel.PHONE, at=MONDAY
    )
    assert letters(ticket) == []
    for verb in ("reply", "hold", "resolve", "decline"):
        with pytest.raises(desk.DeskError):
            getattr(desk, verb)(ticket, words(), actor=alice, at=LATER)
    assert kinds(ticket) == ["reported"]
    assert ticket.messages.count() == 1
    desk.call_back(ticket, words("Gebeld."), actor=alice, at=LATER)
    assert kinds(ticket) == ["reported", "replied"]


def test_opening_confirms_with_a_letter_that_is_no_answer(ticket: Ticket) -> None:
    assert letters(ticket) == [("carla@school.example", True)]
    assert kinds(ticket) == ["reported"]
    assert (ticket.status, clock(ticket).met_at) == (Status.NEW, None)
    assert ticket.messages.get(kind="automatic").public


def test_a_reply_mails_the_reporter_and_is_the_reaction(carla: Contact, alice: User) -> None:
    ticket = opened(carla, kind=Kind.SETTING, priority="")
    message = desk.reply(ticket, words("Wij kijken ernaar."), actor=alice, at=LATER)
    ticket.refresh_from_db()
    assert letters(ticket) == [("carla@school.example", True), ("carla@school.example", False)]
    assert (clock(ticket).state, clock(ticket).met_at) == ("met", LATER)
    assert (ticket.status, message.public, message.author) == (Status.OPEN, True, alice)


def test_a_note_is_internal_mails_nobody_and_is_no_reaction(carla: Contact, alice: User) -> None:
    ticket = opened(carla, kind=Kind.SETTING, priority="")
    message = desk.note(ticket, words("Lastige klant"), actor=alice, at=LATER)
    assert not message.public
    assert len(letters(ticket)) == 1
    assert (clock(ticket).state, clock(ticket).met_at) == ("running", None)


def test_calling_back_is_the_reaction_without_mail(carla: Contact, alice: User) -> None:
    ticket = opened(carla, channel=Channel.PHONE, answered=False)
    assert clock(ticket).state == "running"
    desk.call_back(ticket, words("Gebeld."), actor=alice, at=LATER)
    assert (clock(ticket).met_at, len(letters(ticket))) == (LATER, 1)


def test_an_answered_call_is_the_reaction_and_a_missed_one_is_not(carla: Contact) -> None:
    answered = opened(carla, priority="hoog", channel=Channel.PHONE, answered=True)
    missed = opened(carla, priority="hoog", channel=Channel.PHONE, answered=False)
    assert (clock(answered).state, answered.status) == ("met", Status.OPEN)
    assert (clock(missed).met_at, missed.status) == (None, Status.NEW)


def test_only_a_caller_who_may_phone_binds_the_reaction(carla: Contact, alice: User) -> None:
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    ticket = opened(bob, channel=Channel.PHONE)
    assert not clock(ticket).binding
    charlie = people.contact(people.organisation("Elders"), "Charlie")
    desk.log_call(ticket, words(), actor=alice, contact=charlie, answered=False, at=LATER)
    assert not clock(ticket).binding
    desk.log_call(ticket, words(), actor=alice, contact=carla, answered=False, at=LATER)
    assert (clock(ticket).binding, clock(ticket).started_at) == (True, LATER)


def test_hold_asks_and_pauses_the_solution_until_the_customer_writes(
    carla: Contact, alice: User
) -> None:
    ticket = opened(carla, priority="hoog")
    desk.hold(ticket, words("Welke browser?"), actor=alice, at=LATER)
    ticket.refresh_from_db()
    assert (ticket.status, clock(ticket, "resolution").state) == (Status.WAITING, "paused")
    assert len(letters(ticket)) == 2
    customer_side.writes(
        ticket,
        people.reporter(carla),
        words("Firefox"),
        channel=Channel.EMAIL,
        at=LATER + timedelta(hours=1),
    )
    ticket.refresh_from_db()
    assert (ticket.status, clock(ticket, "resolution").state) == (Status.OPEN, "running")
    assert clock(ticket, "resolution").due_at == at("2026-05-19 11:00")
    assert kinds(ticket) == ["reported", "replied", "waiting", "customer_replied", "resumed"]


def test_resume_goes_on_without_the_customer(carla: Contact, alice: User) -> None:
    ticket = opened(carla, priority="hoog")
    desk.hold(ticket, words("Welke browser?"), actor=alice, at=LATER)
    desk.resume(ticket, actor=alice, at=LATER + timedelta(minutes=30))
    assert clock(ticket, "resolution").due_at == at("2026-05-19 10:30")


def test_the_customer_reopens_what_was_solved(ticket: Ticket, carla: Contact, alice: User) -> None:
    desk.resolve(ticket, words("Klaar."), actor=alice, at=LATER)
    said = words("Toch niet")
    customer_side.writes(
        ticket, people.reporter(carla), said, channel=Channel.WEB, at=LATER + timedelta(days=1)
    )
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert kinds(ticket)[-2:] == ["customer_replied", "reopened"]


def test_solve_close_and_reopen(ticket: Ticket, alice: User) -> None:
    desk.resolve(ticket, words("Klaar."), actor=alice, at=LATER)
    desk.close(ticket, actor=alice, at=LATER)
    desk.reopen(ticket, reason="Vergissing", actor=alice, at=LATER)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert ticket.events.get(kind="reopened").data == {"reason": "Vergissing"}


def test_decline_tells_the_customer_at_once_and_what_was_owed_lapses(
    carla: Contact, alice: User
) -> None:
    ticket = opened(carla, priority="hoog")
    desk.decline(ticket, words("Het ligt aan uw wifi."), actor=alice, at=LATER)
    assert "Het ligt aan uw wifi." in OutgoingMail.objects.filter(ticket=ticket).latest("pk").text
    assert clock(ticket, "resolution").state == "cancelled"
    assert ticket.events.get(kind="declined").data == {"reason": "Het ligt aan uw wifi."}


def test_prioritise_needs_a_reason_only_where_it_differs(ticket: Ticket, alice: User) -> None:
    with pytest.raises(desk.DeskError, match=r"4\.G"):
        desk.prioritise(ticket, priority="laag", reason=" ", actor=alice, at=LATER)
    desk.prioritise(ticket, priority="middel", reason="", actor=alice, at=LATER)
    desk.prioritise(ticket, priority="middel", reason="", actor=alice, at=LATER)
    ticket.refresh_from_db()
    assert ticket.priority_is_definitive
    assert kinds(ticket) == ["reported", "prioritised"]


def test_raise_and_lower_returns_to_the_first_deadline(carla: Contact, alice: User) -> None:
    people.releases("2026-06-10 07:00")
    ticket = opened(carla)
    first = clock(ticket, "resolution").due_at
    desk.prioritise(ticket, priority="hoog", reason="Erger", actor=alice, at=LATER)
    assert clock(ticket, "resolution").due_at == at("2026-05-19 10:00")
    desk.prioritise(ticket, priority="middel", reason="Viel mee", actor=alice, at=LATER)
    assert clock(ticket, "resolution").due_at == first == at("2026-06-10 07:00")


def test_classify_counts_anew_from_the_report(ticket: Ticket, alice: User) -> None:
    desk.classify(ticket, kind=Kind.SETTING, actor=alice, at=LATER)
    desk.classify(ticket, kind=Kind.SETTING, actor=alice, at=LATER)
    assert clock(ticket).due_at == at("2026-05-19 10:00")
    assert kinds(ticket) == ["reported", "classified"]


def test_assign_to_a_person_a_team_or_nobody(ticket: Ticket, alice: User) -> None:
    bob, team = people.agent("Bob"), Team.objects.create(name="Beheer", email="beheer@desk.example")
    desk.assign(ticket, assignee=bob, team=team, actor=alice)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.team) == (bob, team)
    desk.assign(ticket, assignee=None, team=team, actor=alice)
    customer = User.objects.create_user("charlie@school.example", name="Charlie")
    with pytest.raises(desk.DeskError, match="Charlie"):
        desk.assign(ticket, assignee=customer, team=team, actor=alice)
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_the_fixed_contact_is_the_default_assignee(carla: Contact, alice: User) -> None:
    carla.organisation.fixed_contact = alice
    carla.organisation.save()
    assert opened(carla).assignee == alice
    alice.role = Role.CUSTOMER
    alice.save()
    assert opened(Contact.objects.get()).assignee is None


def test_identify_starts_the_clocks_from_the_report(carla: Contact, alice: User) -> None:
    ticket = desk.open_ticket(
        Reporter(name="Carla", email="carla@thuis.example"),
        words(),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.EMAIL,
        at=MONDAY,
    )
    assert not Clock.objects.filter(ticket=ticket).exists()
    putting_right.identify(ticket, contact=carla, actor=alice, at=LATER)
    assert (clock(ticket).started_at, clock(ticket).due_at) == (MONDAY, at("2026-05-19 10:00"))
    charlie = people.contact(people.organisation("Elders"), "Charlie")
    with pytest.raises(desk.DeskError):
        putting_right.identify(ticket, contact=charlie, actor=alice, at=LATER)


def test_planning_into_a_release_and_out_of_it(carla: Contact, alice: User) -> None:
    release = people.releases("2026-06-10 07:00")[0]
    ticket = opened(carla, priority="laag")
    desk.plan(ticket, release=release, actor=alice, at=LATER)
    assert Ticket.objects.get(coverage__planned_for=release) == ticket
    desk.plan(ticket, release=None, actor=alice, at=LATER)
    assert not Ticket.objects.filter(coverage__planned_for=release).exists()
    assert ticket.events.filter(kind="planned").count() == 2


def test_a_subject_is_one_line_and_never_empty(carla: Contact) -> None:
    said = Words(text="Eerste regel\nen meer")
    for given, kept in (("  Twee\n regels ", "Twee regels"), ("", "Eerste regel en meer")):
        ticket = desk.open_ticket(
            people.reporter(carla), said, subject=given, kind="wish", channel="web", at=MONDAY
        )
        assert ticket.subject == kept
    nothing = desk.open_ticket(
        people.reporter(carla), Words(text=""), subject="", kind="wish", channel="web", at=MONDAY
    )
    assert nothing.subject

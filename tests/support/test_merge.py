"""Merging, splitting and linking tickets."""

from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from sla import audit
from sla.models import Clock
from support import desk
from support.desk import DeskError, correspondents, customer_side, gathering
from support.desk.conversation import Words
from support.mail.models import OutgoingMail
from tests import people
from tests.at_once import together
from tests.people import words
from tickets.files import File
from tickets.models import Channel, Contact, EventKind, Kind, Link, Priority, Status, Ticket, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def carlos(carla: Contact) -> Contact:
    return people.contact(carla.organisation, "Carlos")


def report(person: Contact, subject: str = "Doelen") -> Ticket:
    return desk.open_ticket(
        people.reporter(person),
        words(f"Over {subject}"),
        subject=subject,
        kind=Kind.SETTING,
        channel=Channel.WEB,
    )


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("version").values_list("kind", flat=True))


def test_a_merged_ticket_ends_without_its_clocks_and_its_reporter_takes_part_in_the_other(
    alice: User, carla: Contact, carlos: Contact
) -> None:
    one, other = report(carla), report(carlos)
    correspondents.add_participant(one, email="els@school.example", actor=alice)
    into = gathering.merge(one, into=other, actor=alice)
    one.refresh_from_db()
    assert (one.status, into) == (Status.MERGED, other)
    assert set(one.clocks.values_list("state", flat=True)) == {Clock.State.RUNNING}
    assert set(other.clocks.values_list("state", flat=True)) == {Clock.State.RUNNING}
    on = set(into.participants.values_list("email", flat=True))
    assert on == {"carla@school.example", "els@school.example"}
    assert kinds(one)[-1] == EventKind.MERGED
    assert EventKind.LINKED in kinds(other)
    letter = OutgoingMail.objects.latest("pk")
    assert (letter.to, letter.automatic) == ("carla@school.example", True)
    assert other.reference in letter.subject


def test_nothing_happens_to_a_merged_ticket_any_more(
    client: Client, alice: User, carla: Contact
) -> None:
    one, other, third = report(carla), report(carla), report(carla)
    gathering.merge(one, into=other, actor=alice)
    with translation.override("nl"), pytest.raises(DeskError, match="samengevoegd"):
        desk.reply(one, words(), actor=alice)
    with pytest.raises(DeskError):
        gathering.merge(one, into=third, actor=alice)
    with pytest.raises(DeskError):
        gathering.merge(third, into=one, actor=alice)
    page = client.get(reverse("ticket", args=[one.reference])).content.decode()
    assert f"Go on in {other.reference}" in page
    assert "Set priority" not in page


def test_what_the_customer_writes_goes_on_where_it_was_merged_into_however_often(
    alice: User, carla: Contact
) -> None:
    one, two, three = report(carla), report(carla), report(carla)
    gathering.merge(one, into=two, actor=alice)
    gathering.merge(two, into=three, actor=alice)
    said = customer_side.writes(one, people.reporter(carla), words(), channel=Channel.WEB)
    assert said.ticket == three


def test_tickets_of_two_organisations_are_never_merged(
    client: Client, alice: User, carla: Contact
) -> None:
    theirs = report(people.contact(people.organisation("Bakker"), "Dora"))
    ours = report(carla)
    url = reverse("merge", args=[ours.reference])
    for data in ({"into": theirs.reference}, {"into": theirs.reference, "sure": "1"}):
        answer = client.post(url, data)
        assert answer.status_code == 422
        assert "of another organisation" in answer.content.decode()
    ours.refresh_from_db()
    assert ours.status == Status.NEW
    assert theirs.reference not in client.get(url).content.decode()


@pytest.mark.parametrize("wrong", ["WD-1", "geen", "9" * 18])
def test_a_number_that_is_no_ticket_is_refused(
    wrong: str, client: Client, alice: User, carla: Contact
) -> None:
    answer = client.get(reverse("merge", args=[report(carla).reference]), {"into": wrong})
    assert answer.status_code == 422
    assert "There is no ticket with that number" in answer.content.decode()


def test_a_solved_ticket_takes_nothing_in_until_it_is_reopened(alice: User, carla: Contact) -> None:
    one, other = report(carla), report(carla)
    desk.resolve(other, words(), actor=alice)
    with pytest.raises(DeskError, match=other.reference):
        gathering.merge(one, into=other, actor=alice)
    assert gathering.refusal(one, one)


def test_the_page_says_once_what_will_happen_and_then_does_it(
    client: Client, alice: User, carla: Contact, carlos: Contact
) -> None:
    one, other = report(carla, "Doelen kwijt"), report(carlos, "Doelen weg")
    url = reverse("merge", args=[one.reference])
    chosen = client.get(url).content.decode()
    assert f"?into={other.reference}" in chosen
    asked = client.get(url, {"into": other.reference}).content.decode()
    assert "can't be undone" in unescape(asked)
    done = client.post(url, {"into": other.reference, "sure": "1"})
    assert done["Location"] == reverse("ticket", args=[other.reference])
    page = client.get(done["Location"]).content.decode()
    assert f"Merged from {one.reference}: Doelen kwijt" in page
    assert "Over Doelen kwijt" in page


def test_notes_of_a_merged_ticket_do_not_stand_among_what_was_said(
    client: Client, alice: User, carla: Contact
) -> None:
    one, other = report(carla), report(carla)
    desk.note(one, words("Ons geheim"), actor=alice)
    gathering.merge(one, into=other, actor=alice)
    page = client.get(reverse("ticket", args=[other.reference])).content.decode()
    assert "Ons geheim" not in page


@pytest.mark.django_db(transaction=True)
def test_two_tickets_merged_into_each_other_at_once_leave_one() -> None:
    alice, carla = people.agent(), people.contact(people.organisation())
    one, other = report(carla), report(carla)

    outcomes = together(
        lambda: gathering.merge(one, into=other, actor=alice),
        lambda: gathering.merge(other, into=one, actor=alice),
    )
    assert sorted(isinstance(each, DeskError) for each in outcomes) == [False, True]
    assert Ticket.objects.filter(status=Status.MERGED).count() == 1


def test_a_message_becomes_a_ticket_reported_when_and_how_it_was_sent(
    alice: User, carla: Contact
) -> None:
    start = timezone.now() - timedelta(days=3)
    old = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
        at=start,
    )
    file = File("foto.png", "image/png", b"beeld")
    said = customer_side.writes(
        old,
        people.reporter(carla),
        Words(text="En het logo is ook fout.", files=[file]),
        channel=Channel.EMAIL,
        at=start + timedelta(hours=5),
    )
    new = gathering.split(said, subject="Logo", kind=Kind.SETTING, priority="", actor=alice)
    assert (new.reported_at, new.channel, new.contact) == (said.at, Channel.EMAIL, carla)
    assert [clock.started_at for clock in new.clocks.all()] == [said.at] * new.clocks.count()
    assert new.clocks.exists()
    copy = new.messages.order_by("pk").first()
    assert copy is not None
    assert copy.text == said.text
    assert [each.name for each in copy.attachments.all()] == ["foto.png"]
    assert [each.name for each in said.attachments.all()] == ["foto.png"]
    link = Link.objects.get()
    assert (link.ticket, link.other, link.kind) == (new, old, "split")
    letter = OutgoingMail.objects.latest("pk")
    assert (letter.ticket, letter.to) == (new, "carla@school.example")


def test_only_what_the_customer_wrote_after_the_report_can_be_split_off(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = report(carla)
    report_itself = ticket.messages.order_by("pk").first()
    assert report_itself is not None
    note = desk.note(ticket, words("Ons"), actor=alice)
    for message in (report_itself, note):
        with pytest.raises(DeskError):
            gathering.split(message, subject="X", kind=Kind.QUESTION, priority="", actor=alice)
    said = customer_side.writes(
        ticket, people.reporter(carla), words("Ook nog"), channel=Channel.WEB
    )
    url = reverse("split", args=[ticket.reference, said.pk])
    assert url in client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "counts as reported when this message was sent" in client.get(url).content.decode()
    incident = {"subject": "Ook nog", "kind": Kind.INCIDENT}
    assert client.post(url, incident).status_code == 422
    made = client.post(url, incident | {"priority": Priority.HIGH})
    new = Ticket.objects.latest("pk")
    assert made["Location"] == reverse("ticket", args=[new.reference])
    assert (new.kind, new.proposed_priority) == (Kind.INCIDENT, Priority.HIGH)
    other = report(carla)
    assert client.get(reverse("split", args=[other.reference, said.pk])).status_code == 404


def test_a_link_shows_on_both_and_can_be_taken_away_from_either(
    client: Client, alice: User, carla: Contact
) -> None:
    one, other = report(carla), report(carla, "Oorzaak")
    do = reverse("verb", args=[one.reference, "link"])
    client.post(do, {"kind": "caused", "other": other.reference})
    shown = client.get(reverse("ticket", args=[one.reference])).content.decode()
    assert "caused by" in shown
    assert (
        "is the cause of" in client.get(reverse("ticket", args=[other.reference])).content.decode()
    )
    again = gathering.link(one, other=other, kind="caused", actor=alice)
    assert (Link.objects.count(), again.version) == (1, 2)
    undo = reverse("verb", args=[other.reference, "unlink"])
    client.post(undo, {"number": Link.objects.get().pk})
    assert not Link.objects.exists()
    assert kinds(one)[-1] == kinds(other)[-1] == EventKind.UNLINKED
    assert client.post(do, {"kind": "caused", "other": one.reference}).status_code == 422
    assert client.post(do, {"kind": "merged", "other": other.reference}).status_code == 422


def test_what_a_merge_made_is_not_taken_away_by_hand(alice: User, carla: Contact) -> None:
    one, other = report(carla), report(carla)
    gathering.merge(one, into=other, actor=alice)
    with pytest.raises(DeskError):
        gathering.unlink(other, number=Link.objects.get().pk, actor=alice)


def test_the_audit_finds_nothing_wrong_after_a_merge(alice: User, carla: Contact) -> None:
    one, other = report(carla), report(carla)
    gathering.merge(one, into=other, actor=alice)
    assert list(audit.differences(now=timezone.now())) == []

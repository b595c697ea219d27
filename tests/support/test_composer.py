"""Writing on a ticket: drafts, sending that can be taken back, who is there, what came between."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from sla.models import Clock
from support import desk, tasks
from support.desk import customer_side
from support.drafts import keeping
from support.drafts.models import Draft
from tests import people
from tests.at_once import together
from tests.people import words
from tickets.models import Channel, Contact, Kind, Status, Ticket, User

pytestmark = pytest.mark.django_db

TICKET_QUERIES = 6
PRESENCE_QUERIES = 3


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return user


@pytest.fixture
def bob() -> User:
    return people.agent("Bob")


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def ticket(carla: Contact) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Doelen",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )


def url(name: str, ticket: Ticket, *more: str) -> str:
    return reverse(name, args=[ticket.reference, *more])


def saved(client: Client, ticket: Ticket, kind: str = "reply", **data: Any) -> Any:
    return client.post(url("draft", ticket, kind), data, headers={"accept": "application/json"})


def answered(client: Client, ticket: Ticket, text: str = "Antwoord", **more: Any) -> Any:
    return client.post(url("answer", ticket), {"text": text, **more})


def page(client: Client, ticket: Ticket) -> str:
    return client.get(url("ticket", ticket)).content.decode()


def replies(ticket: Ticket) -> list[str]:
    return list(ticket.messages.filter(kind="reply").values_list("text", flat=True))


def later(seconds: int = 11) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def test_what_is_typed_is_kept_and_stands_there_again(
    client: Client, alice: User, ticket: Ticket
) -> None:
    told = saved(client, ticket, text="Half een", then="resolve", version=0).json()
    assert (told["version"], told["saved"][:-5]) == (1, "Draft saved ")
    assert saved(client, ticket, text="Half een antwoord", version=1).json()["version"] == 2
    saved(client, ticket, "note", text="Zelfde als gisteren", version=0)
    shown = page(client, ticket)
    assert "Half een antwoord</textarea>" in shown
    assert "Zelfde als gisteren</textarea>" in shown


def test_drafts_are_their_authors_alone(
    client: Client, alice: User, bob: User, ticket: Ticket
) -> None:
    saved(client, ticket, text="Geheim", version=0)
    client.force_login(bob)
    assert "Geheim" not in page(client, ticket)
    saved(client, ticket, text="Van Bob", version=0)
    assert {draft.text for draft in Draft.objects.all()} == {"Geheim", "Van Bob"}


def test_an_emptied_draft_is_gone_and_a_discarded_one_too(
    client: Client, alice: User, ticket: Ticket
) -> None:
    saved(client, ticket, text="Weg", version=0)
    assert saved(client, ticket, text=" ", version=1).json()["version"] == 0
    assert not Draft.objects.exists()
    saved(client, ticket, text="Ook weg", version=0)
    client.post(url("draft", ticket, "reply"), {"text": "Ook weg", "discard": "1"})
    assert not Draft.objects.exists()


def test_an_older_window_does_not_overwrite_a_newer_text(
    client: Client, alice: User, ticket: Ticket
) -> None:
    saved(client, ticket, text="Eerst", version=0)
    saved(client, ticket, text="Nieuwer", version=1)
    refused = saved(client, ticket, text="Ouder", version=1)
    assert refused.status_code == 409
    assert refused.json() == {"version": 2, "text": "Nieuwer", "sending": False}
    assert Draft.objects.get().text == "Nieuwer"
    sent = answered(client, ticket, "Ouder", version=1)
    assert sent.status_code == 409
    for text in ("Ouder</textarea>", "Nieuwer"):
        assert text in sent.content.decode()
    again = answered(client, ticket, "Ouder", version=sent.context["composer"]["reply"].version)
    assert (again.status_code, Draft.objects.get().text) == (302, "Ouder")


def test_a_window_hears_that_its_text_was_sent_from_another(
    client: Client, alice: User, ticket: Ticket
) -> None:
    saved(client, ticket, text="Hallo", version=0)
    answered(client, ticket, "Hallo", version=1)
    assert saved(client, ticket, text="Hallo daar", version=1).json()["sending"] is True
    keeping.send_due(now=later())
    gone = saved(client, ticket, text="Hallo daar", version=1)
    assert (gone.status_code, gone.json()["version"]) == (409, 0)
    assert replies(ticket) == ["Hallo"]


def test_an_answer_is_sent_when_it_can_no_longer_be_taken_back(
    client: Client, alice: User, ticket: Ticket
) -> None:
    answered(client, ticket, then="hold")
    assert replies(ticket) == []
    keeping.send_due(now=later(9))
    assert replies(ticket) == []
    moment = later(12)
    assert keeping.send_due(now=moment) == 1
    assert keeping.send_due(now=moment) == 0
    ticket.refresh_from_db()
    assert (replies(ticket), ticket.status) == (["Antwoord"], Status.WAITING)
    assert {event.at for event in ticket.events.exclude(kind="reported")} == {moment}
    assert not Draft.objects.exists()
    assert ticket.outgoing.filter(automatic=False).count() == 1


def test_an_answer_taken_back_stands_in_the_composer_as_it_was_typed(
    client: Client, alice: User, ticket: Ticket
) -> None:
    file = SimpleUploadedFile("schema.txt", b"a-b")
    answered(client, ticket, "Te snel", then="resolve", attachments=file)
    shown = page(client, ticket)
    assert "Te snel</textarea>" not in shown
    assert "data-countdown" in shown
    client.post(url("undo-answer", ticket))
    keeping.send_due(now=later(60))
    shown = page(client, ticket)
    assert "Te snel</textarea>" in shown
    assert "schema.txt" in shown
    assert 'value="resolve" id="reply_then_2" checked' in " ".join(shown.split())
    assert (replies(ticket), ticket.events.count()) == ([], 1)


def test_taking_back_too_late_says_so(client: Client, alice: User, ticket: Ticket) -> None:
    answered(client, ticket)
    keeping.send_due(now=later())
    told = client.post(url("undo-answer", ticket), follow=True)
    assert "Too late" in told.content.decode()
    assert replies(ticket) == ["Antwoord"]


def test_send_now_and_the_browsers_own_nudge_send_once(
    client: Client, alice: User, ticket: Ticket
) -> None:
    answered(client, ticket)
    assert client.post(url("send-answer", ticket)).json() == {"state": "sending"}
    client.post(url("send-answer", ticket), {"now": "1"})
    assert client.post(url("send-answer", ticket)).json() == {"state": "sent"}
    assert replies(ticket) == ["Antwoord"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_an_undo_at_once_send_it_once_or_not_at_all(
    client: Client, alice: User, ticket: Ticket
) -> None:
    answered(client, ticket)
    now = later()
    together(
        lambda: keeping.send_due(now=now),
        lambda: keeping.send_due(now=now),
        lambda: keeping.undo(ticket, author=alice),
    )
    left = list(Draft.objects.values_list("state", "text"))
    assert (replies(ticket), left) in (
        (["Antwoord"], []),
        ([], [("writing", "Antwoord")]),
    )


def test_the_periodic_task_sends_what_is_due(client: Client, alice: User, ticket: Ticket) -> None:
    answered(client, ticket)
    tasks.send_answers()
    assert replies(ticket) == []
    Draft.objects.update(send_at=timezone.now())
    tasks.send_answers()
    assert replies(ticket) == ["Antwoord"]


def test_with_a_deadline_near_an_answer_goes_at_once_and_the_page_says_so(
    client: Client, alice: User, ticket: Ticket
) -> None:
    Clock.objects.filter(ticket=ticket).delete()
    Clock.objects.create(
        ticket=ticket,
        target_key="x",
        promise="reaction",
        clause="4",
        binding=True,
        state="running",
        started_at=ticket.reported_at,
        due_at=later(15),
    )
    told = client.post(url("answer", ticket), {"text": "Snel"}, follow=True)
    assert replies(ticket) == ["Snel"]
    assert "Sent at once" in told.content.decode()


def test_what_can_no_longer_be_done_comes_back_with_the_reason(
    client: Client, alice: User, bob: User, ticket: Ticket
) -> None:
    answered(client, ticket, "Opgelost!", then="resolve")
    desk.resolve(ticket, words("Al klaar"), actor=bob)
    assert keeping.send_due(now=later()) == 0
    shown = page(client, ticket)
    assert "Opgelost!</textarea>" in shown
    assert "This answer was not sent" in shown
    assert replies(ticket) == ["Al klaar"]


def test_an_answer_to_a_ticket_merged_meanwhile_comes_back(
    client: Client, alice: User, ticket: Ticket
) -> None:
    answered(client, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.MERGED)
    keeping.send_due(now=later())
    assert (replies(ticket), Draft.objects.get().state) == ([], "writing")
    assert Draft.objects.get().refused


def test_one_that_goes_wrong_holds_up_no_other(
    client: Client, alice: User, carla: Contact, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = desk.open_ticket(
        people.reporter(carla), words(), subject="x", kind=Kind.QUESTION, channel=Channel.WEB
    )
    answered(client, ticket, file="x")
    answered(client, other, "Goed")
    draft = Draft.objects.get(ticket=ticket)
    draft.files.create(file="attachments/lost", name="weg.txt", content_type="x", size=1)
    assert keeping.send_due(now=later()) == 1
    assert (replies(ticket), replies(other)) == ([], ["Goed"])
    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("writing", "Antwoord")


def test_an_answer_of_somebody_put_out_of_office_is_not_sent_but_kept(
    client: Client, alice: User, ticket: Ticket
) -> None:
    answered(client, ticket)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    keeping.send_due(now=later())
    assert (replies(ticket), Draft.objects.get().state) == ([], "writing")


def test_a_public_word_in_between_asks_for_a_second_look(
    client: Client, alice: User, bob: User, carla: Contact, ticket: Ticket
) -> None:
    seen = ticket.version
    desk.note(ticket, words("Alleen intern"), actor=bob)
    desk.reply(ticket, words("Bob was eerder"), actor=bob)
    customer_side.writes(
        ticket, people.reporter(carla), words("Toch nog iets"), channel=Channel.EMAIL
    )
    warned = answered(client, ticket, "Mijn antwoord", seen=seen)
    assert warned.status_code == 409
    shown = warned.content.decode()
    for text in ("Mijn antwoord</textarea>", "Bob answered just now", "Carla wrote just now"):
        assert text in shown
    assert replies(ticket) == ["Bob was eerder"]
    seen, version = warned.context["composer"]["seen"], 1
    assert answered(client, ticket, "Mijn antwoord", seen=seen, version=version).status_code == 302


def test_a_note_in_between_and_ones_own_answer_ask_nothing(
    client: Client, alice: User, bob: User, ticket: Ticket
) -> None:
    seen = ticket.version
    desk.note(ticket, words("Alleen intern"), actor=bob)
    desk.reply(ticket, words("Ik zelf"), actor=alice)
    assert answered(client, ticket, seen=seen).status_code == 302


def test_only_what_can_become_of_the_ticket_is_offered(
    client: Client, alice: User, ticket: Ticket
) -> None:
    assert 'value="hold"' in page(client, ticket)
    desk.hold(ticket, words(), actor=alice)
    shown = page(client, ticket)
    assert ('value="hold"' in shown, 'value="resolve"' in shown) == (False, True)
    desk.resolve(ticket, words(), actor=alice)
    assert 'name="then"' not in page(client, ticket)


def test_a_note_goes_at_once(client: Client, alice: User, ticket: Ticket) -> None:
    saved(client, ticket, "note", text="Opgezocht", version=0)
    client.post(url("note", ticket), {"text": "Opgezocht", "version": 1})
    assert ticket.messages.get(kind="note").text == "Opgezocht"
    assert not Draft.objects.exists()


def test_files_are_kept_with_the_draft_and_go_along(
    client: Client, alice: User, ticket: Ticket
) -> None:
    file = SimpleUploadedFile("scherm.png", b"beeld", content_type="image/png")
    told = saved(client, ticket, text="", version=0, attachments=file).json()
    assert "scherm.png" in told["files"]
    second = SimpleUploadedFile("log.txt", b"regel")
    told = saved(client, ticket, text="Zie", version=told["version"], attachments=second).json()
    gone = Draft.objects.get().files.get(name="scherm.png")
    saved(client, ticket, text="Zie", version=told["version"], remove=gone.pk)
    answered(client, ticket, "Zie", version=told["version"])
    keeping.send_due(now=later())
    attachment = ticket.messages.get(kind="reply").attachments.get()
    with attachment.file.open() as kept:
        assert (attachment.name, kept.read()) == ("log.txt", b"regel")


def test_too_large_and_programs_are_refused_and_the_text_stays(
    client: Client, alice: User, ticket: Ticket, settings: Settings
) -> None:
    settings.ATTACHMENTS_MAX_BYTES = 5
    program = SimpleUploadedFile("spel.exe", b"MZ")
    refused = saved(client, ticket, text="Kijk", version=0, attachments=program)
    assert (refused.status_code, "spel.exe" in refused.json()["error"]) == (422, True)
    saved(client, ticket, text="Kijk", version=0, attachments=SimpleUploadedFile("a", b"1234"))
    refused = saved(
        client, ticket, text="Kijk", version=1, attachments=SimpleUploadedFile("b", b"12")
    )
    assert refused.status_code == 422
    assert [file.name for file in Draft.objects.get().files.all()] == ["a"]


def test_colleagues_see_who_looks_types_and_sends(
    client: Client, alice: User, bob: User, ticket: Ticket
) -> None:
    def seen_by(user: User, **data: Any) -> Any:
        client.force_login(user)
        return client.post(url("presence", ticket), data).json()

    assert seen_by(bob)["here"] == []
    assert seen_by(alice)["here"] == ["Bob is looking too"]
    seen_by(bob, doing="reply")
    assert seen_by(alice)["here"] == ["Bob is typing an answer"]
    client.force_login(bob)
    answered(client, ticket, "Bobs antwoord")
    assert seen_by(alice)["sending"] == ["Bob is sending an answer"]
    shown = page(client, ticket)
    assert "Bob is sending an answer" in shown
    assert "Bobs antwoord" not in shown


def test_the_poll_tells_what_happened_since(
    client: Client, alice: User, bob: User, ticket: Ticket
) -> None:
    desk.reply(ticket, words("Hoi"), actor=bob)
    desk.assign(ticket, assignee=bob, team=None, actor=bob)
    told = client.post(url("presence", ticket), {"seen": 1}).json()
    assert told["version"] == 3
    assert told["news"][1] == "Bob answered just now"
    assert client.post(url("presence", ticket), {"seen": 3}).json()["news"] == []


def test_without_the_cache_simply_nobody_is_there(
    client: Client, alice: User, ticket: Ticket, settings: Settings
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    told = client.post(url("presence", ticket), {"seen": 1})
    assert (told.status_code, told.json()["here"]) == (200, [])


def test_only_the_helpdesk_writes_here(client: Client, carla: Contact, ticket: Ticket) -> None:
    client.force_login(User.objects.create_user("charlie@school.example", name="Charlie"))
    for name, more in [
        ("draft", ["reply"]),
        ("undo-answer", []),
        ("send-answer", []),
        ("presence", []),
    ]:
        assert client.post(url(name, ticket, *more), {"text": "Hoi"}).status_code == 403
    assert client.get(url("ticket-canned", ticket)).status_code == 403
    assert client.get(reverse("colleagues")).status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_ticket_page_costs_the_same_for_one_message_and_for_three(
    client: Client,
    alice: User,
    ticket: Ticket,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    bob = people.agent("Bob")
    for number in range(count):
        desk.note(ticket, words(f"@Alice kijk {number}"), actor=bob)
    page(client, ticket)
    with django_assert_num_queries(TICKET_QUERIES):
        page(client, ticket)


def test_the_poll_is_cheap(
    client: Client, alice: User, ticket: Ticket, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.post(url("presence", ticket), {"seen": 1})
    with django_assert_num_queries(PRESENCE_QUERIES):
        client.post(url("presence", ticket), {"seen": 1})

"""Webhooks being sent: signed, retried with patience, claimed by lease, never to private places."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import standardwebhooks
import time_machine
from django.utils import timezone
from pytest_django import Settings

from config.env import BASE_DIR
from support.mail.models import OutgoingMail
from support.secrets.sealing import unseal
from support.sweeping import sending as sweeping_sending
from support.webhooks import by_hand, sending, switching
from support.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from support.webhooks.sending import PATIENCE, claim, deliver, send_due
from support.webhooks.signing import new_secret, signed_headers
from tests import people
from tests.at_once import together
from tests.people import at
from tests.receivers import Receiver, receiving, signature
from tickets.models import Role

NOON = at("2026-05-18 12:00")
DAY = timedelta(days=1)
State, Fault = WebhookDelivery.State, WebhookDelivery.Fault


@pytest.fixture(autouse=True)
def _inside_our_network(settings: Settings) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def webhook(url: str, name: str = "Chat") -> Webhook:
    hook = Webhook(name=name, url=url, events=[WebhookEvent.OPENED])
    switching.make(hook, now=NOON)
    return hook


def queued(hook: Webhook, *, due: datetime = NOON, number: int = 1) -> WebhookDelivery:
    event_id = uuid4()
    body = {"id": str(event_id), "kind": "ticket.opened", "data": {"n": number, "é": "€"}}
    return WebhookDelivery.objects.create(
        webhook=hook,
        event_id=event_id,
        kind=WebhookEvent.OPENED,
        payload=json.dumps(body, ensure_ascii=False),
        created_at=due,
        next_try_at=due,
    )


def attempt(hook: Webhook, *, now: datetime) -> WebhookDelivery:
    """One attempt, as a sender that dies after it would leave it; then the lease is given back."""
    delivery = claim(hook.pk, now=now)
    assert delivery is not None
    deliver(delivery, now=now)
    WebhookDelivery.objects.update(claimed_at=None)
    delivery.refresh_from_db()
    return delivery


def nowhere() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        return f"http://127.0.0.1:{closed_soon.getsockname()[1]}/"


@pytest.mark.django_db
def test_a_request_is_signed_so_that_the_receiver_can_prove_it(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    queued(hook)
    row = attempt(hook, now=NOON)
    (got,) = receiver.got
    assert got.body == row.payload.encode()
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == str(row.event_id) == json.loads(got.body)["id"]
    assert got.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert got.headers["webhook-signature"] == signature(unseal(hook.sealed_secret), got)
    assert (row.state, row.status, row.attempts, row.answer) == (State.SENT, 200, 1, "thanks")
    assert row.finished_at == NOON
    assert row.duration_ms is not None


@pytest.mark.django_db
def test_the_example_of_the_documentation_tells_ours_from_others(receiver: Receiver) -> None:
    text = (BASE_DIR / "docs" / "webhooks.md").read_text()
    example: dict[str, Any] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], example)
    hook, now = webhook(receiver.url), timezone.now()
    old, new = unseal(hook.sealed_secret), switching.rotate(hook, now=now)
    queued(hook, due=now)
    attempt(hook, now=now)
    (got,) = receiver.got
    check = example["comes_from_werkdag"]
    assert check(new, got.headers, got.body)
    assert check(old, got.headers, got.body)
    assert not check(new, got.headers, got.body + b" ")
    assert not check(new_secret(), got.headers, got.body)
    assert not check(new, {**got.headers, "webhook-timestamp": "1614265330"}, got.body)


@pytest.mark.django_db
def test_another_secret_signs_beside_the_old_one_for_a_day(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    old = unseal(hook.sealed_secret)
    new = switching.rotate(hook, now=NOON)
    for when in (NOON, NOON + DAY):
        queued(hook, due=when)
        attempt(hook, now=when)
    both, alone = receiver.got
    with time_machine.travel(NOON, tick=False):  # an outside judge, who takes no old message
        for secret in (old, new):
            told = standardwebhooks.Webhook(secret).verify(both.body, dict(both.headers))
            assert told == json.loads(both.body)
    with time_machine.travel(NOON + DAY, tick=False):
        assert standardwebhooks.Webhook(new).verify(alone.body, dict(alone.headers))
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(old).verify(alone.body, dict(alone.headers))
    signatures = both.headers["webhook-signature"].split(" ")
    assert signatures == [signature(new, both), signature(old, both)]
    assert alone.headers["webhook-signature"] == signature(new, alone)


@pytest.mark.django_db
def test_what_is_not_taken_is_tried_again_with_patience_and_fails_after_a_day(
    receiver: Receiver,
) -> None:
    hook, now, waits = webhook(receiver.url), NOON, []
    queued(hook)
    receiver.status, receiver.said = 503, b"later\x00" + b"x" * 9000
    for _each in PATIENCE:
        row = attempt(hook, now=now)
        assert (row.state, row.fault, row.status) == (State.QUEUED, Fault.ANSWER, 503)
        assert row.next_try_at is not None
        assert claim(hook.pk, now=row.next_try_at - timedelta(seconds=1)) is None
        waits.append(row.next_try_at - now)
        now = row.next_try_at
    assert waits == list(PATIENCE)
    assert timedelta(hours=20) < now - NOON < timedelta(hours=28)
    row = attempt(hook, now=now)
    assert (row.state, row.attempts, row.finished_at) == (State.FAILED, len(PATIENCE) + 1, now)
    assert row.answer.startswith("laterxxx")
    assert len(row.answer) <= sending.ANSWER_KEPT
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


@pytest.mark.django_db
def test_it_arrives_when_the_receiver_is_back(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    queued(hook)
    receiver.status = 500
    attempt(hook, now=NOON)
    assert Webhook.objects.get().failing_since == NOON
    receiver.status = 204
    row = attempt(hook, now=NOON + timedelta(seconds=10))
    assert (row.state, row.attempts, row.fault) == (State.SENT, 2, Fault.NONE)
    assert Webhook.objects.get().failing_since is None


@pytest.mark.django_db
def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    queued(hook)
    receiver.status = 302
    assert attempt(hook, now=NOON).fault == Fault.REDIRECT
    assert len(receiver.got) == 1


@pytest.mark.django_db
def test_a_private_address_is_refused_at_once_and_nothing_is_sent(
    receiver: Receiver, settings: Settings
) -> None:
    settings.OUTGOING_PRIVATE_ALLOWED = False
    hook = webhook(receiver.url)
    queued(hook)
    row = attempt(hook, now=NOON)
    assert (row.state, row.fault, row.attempts) == (State.FAILED, Fault.REFUSED, 1)
    assert "private network" in row.error
    assert receiver.got == []


@pytest.mark.django_db
def test_a_secret_that_cannot_be_opened_sends_nothing_and_says_so(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    Webhook.objects.update(sealed_secret="damaged")
    queued(hook)
    row = attempt(hook, now=NOON)
    assert (row.state, row.fault) == (State.QUEUED, Fault.SECRET)
    switching.rotate(hook, now=NOON)
    assert attempt(hook, now=NOON + timedelta(seconds=10)).state == State.SENT
    assert len(receiver.got) == 1
    assert " " not in receiver.got[0].headers["webhook-signature"]


@pytest.mark.django_db
def test_a_crash_between_sending_and_noting_sends_the_same_again_when_the_lease_is_over(
    receiver: Receiver,
) -> None:
    hook = webhook(receiver.url)
    queued(hook)
    dead = claim(hook.pk, now=NOON)
    assert dead is not None
    sending._post(dead, NOON)  # and here it dies
    before = NOON + sending.LEASE - timedelta(seconds=1)
    assert claim(hook.pk, now=before) is None
    again = claim(hook.pk, now=NOON + sending.LEASE)
    assert again is not None
    deliver(again, now=NOON + sending.LEASE)
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    # One that comes back after all notes nothing any more.
    sending._note(dead, sending.PostOutcome(fault=Fault.UNREACHABLE), now=NOON + DAY)
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, row.fault) == (State.SENT, 2, Fault.NONE)


@pytest.mark.django_db
def test_what_is_being_sent_to_one_is_claimed_and_the_others_are_free(receiver: Receiver) -> None:
    slow, quick = webhook(receiver.url, "Traag"), webhook(receiver.url, "Vlug")
    for hook in (slow, slow, quick):
        queued(hook)
    assert claim(slow.pk, now=NOON) is not None
    assert claim(slow.pk, now=NOON) is None
    assert [hook.name for hook in sending.waiting(NOON)] == ["Vlug"]
    assert claim(quick.pk, now=NOON) is not None


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_keeps_us_waiting_does_not_hold_up_the_others(receiver: Receiver) -> None:
    with receiving() as slow:
        slow.held = True
        stuck = webhook(slow.url, "Traag")
        queued(stuck)
        others = [webhook(receiver.url, f"Vlug {number}") for number in range(3)]
        for hook in others:
            for number in range(2):
                queued(hook, number=number)

        def watch() -> set[str]:
            """Let the slow one go when the others have all."""
            assert slow.arrived.wait(timeout=20)
            while WebhookDelivery.objects.filter(state=State.SENT).count() < 6:
                pass
            waiting = WebhookDelivery.objects.get(webhook=stuck)
            lease = waiting.claimed_at
            slow.free.set()
            return {str(waiting.state), "leased" if lease else "free"}

        sent, seen = together(lambda: send_due(now=NOON), watch)
    assert (sent, seen) == (7, {"queued", "leased"})
    assert set(WebhookDelivery.objects.values_list("claimed_at", flat=True)) == {None}


def waits_for(receiver: Receiver, name: str, meanwhile: Callable[[], object]) -> bool:
    """Send while one receiver keeps us waiting; whether the named webhook got its own meanwhile."""

    def watch() -> bool:
        assert receiver.arrived.wait(timeout=20)
        meanwhile()
        arrived = WebhookDelivery.objects.filter(webhook__name=name, state=State.SENT)
        while not arrived.exists() and not receiver.gave_up.is_set():
            pass
        receiver.free.set()
        return arrived.exists()

    _sent, got = together(lambda: send_due(now=NOON), watch)
    return got is True


@pytest.mark.django_db(transaction=True)
def test_many_slow_receivers_leave_room_for_one_that_is_quick(receiver: Receiver) -> None:
    with receiving() as slow:
        slow.held = True
        for number in range(10):
            hook = webhook(slow.url, f"Traag {number}")
            known = queued(hook)
            WebhookDelivery.objects.filter(pk=known.pk).update(
                state=State.SENT, next_try_at=None, finished_at=NOON, duration_ms=9000
            )
            queued(hook)
        queued(webhook(receiver.url, "Vlug"))
        assert waits_for(slow, "Vlug", lambda: None)
    assert WebhookDelivery.objects.filter(state=State.QUEUED).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_round_that_waits_for_a_slow_receiver_still_serves_the_others(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]
    monkeypatch.setattr(sweeping_sending, "monotonic", lambda: passed[0])
    late = webhook(receiver.url, "Later")

    def when_the_round_is_over() -> None:
        passed[0] = sending.ROUND + 1
        queued(late)

    with receiving() as slow:
        slow.held = True
        queued(webhook(slow.url, "Traag"))
        assert waits_for(slow, "Later", when_the_round_is_over)


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_once(receiver: Receiver) -> None:
    for name in ("Een", "Twee"):
        hook = webhook(receiver.url, name)
        for number in range(3):
            queued(hook, number=number)
    counts = together(lambda: send_due(now=NOON), lambda: send_due(now=NOON))
    assert sum(count for count in counts if isinstance(count, int)) == 6
    assert len({got.headers["webhook-id"] for got in receiver.got}) == len(receiver.got) == 6
    numbers = [json.loads(got.body)["data"]["n"] for got in receiver.got]
    assert sorted(numbers) == [0, 0, 1, 1, 2, 2]


@pytest.mark.django_db(transaction=True)
def test_a_silent_receiver_is_left_alone_for_longer_and_longer() -> None:
    hook = webhook(nowhere())
    for number in range(50):
        queued(hook, number=number)
    assert send_due(now=NOON) == 0
    tried = WebhookDelivery.objects.filter(attempts__gt=0)
    assert tried.count() == 1
    row = Webhook.objects.get()
    assert row.resting_until is not None
    assert row.failing_since is not None
    assert row.resting_until - row.failing_since == timedelta(seconds=10)
    later = row.failing_since + timedelta(hours=1)
    assert claim(hook.pk, now=row.failing_since + timedelta(seconds=9)) is None
    attempt(hook, now=later)
    assert Webhook.objects.get().resting_until == later + timedelta(minutes=10)
    assert tried.count() == 2


@pytest.mark.django_db
def test_after_five_days_of_nothing_but_failures_it_is_switched_off_and_managers_hear_of_it(
    receiver: Receiver,
) -> None:
    for name, role in (("Mila", Role.MANAGER), ("Adam", Role.ADMIN), ("Alice", Role.AGENT)):
        people.agent(name, role)
    hook = webhook(receiver.url)
    receiver.status = 500
    for days in (0, 2, 4, 5):
        queued(hook, due=NOON + days * DAY)
        attempt(hook, now=NOON + days * DAY)
        assert Webhook.objects.get().active is (days < 5)
    off = Webhook.objects.get()
    assert (off.disabled_why, off.disabled_at) == (Webhook.Off.FAILING, NOON + 5 * DAY)
    assert set(WebhookDelivery.objects.values_list("state", "fault")) == {("failed", "off")}
    mails = OutgoingMail.objects.order_by("to")
    assert [mail.to for mail in mails] == ["adam@desk.example", "mila@desk.example"]
    assert "Chat" in mails[0].subject
    assert str(Webhook.Off.FAILING.label) in mails[0].text
    assert f"/desk/webhooks/{hook.pk}/" in mails[0].text
    assert claim(hook.pk, now=NOON + 6 * DAY) is None
    switching.switch_on(hook, now=NOON + 7 * DAY)
    assert Webhook.objects.get().failing_since is None


@pytest.mark.django_db
def test_one_success_in_between_is_enough_to_stay_on(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    for days, status in ((0, 500), (3, 200), (6, 500), (10, 500)):
        receiver.status = status
        WebhookDelivery.objects.all().delete()
        queued(hook, due=NOON + days * DAY)
        attempt(hook, now=NOON + days * DAY)
    assert Webhook.objects.get().active


@pytest.mark.django_db
def test_a_receiver_that_says_it_is_gone_is_switched_off_at_once(receiver: Receiver) -> None:
    people.agent("Mila", Role.MANAGER)
    hook = webhook(receiver.url)
    queued(hook)
    receiver.status = 410
    attempt(hook, now=NOON)
    assert Webhook.objects.get().disabled_why == Webhook.Off.GONE
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_sent_again_it_is_the_same_event_and_both_stay_in_the_log(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    queued(hook)
    first = attempt(hook, now=NOON)
    second = by_hand.send_again(first, now=NOON + DAY)
    third = by_hand.send_again(second, now=NOON + DAY)
    assert (second.state, third.redelivery_of_id) == (State.SENT, first.pk)
    assert len(receiver.got) == WebhookDelivery.objects.count() == 3
    assert len({(got.headers["webhook-id"], got.body) for got in receiver.got}) == 1


@pytest.mark.django_db
def test_a_test_is_sent_once_also_while_switched_off(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    switching.switch_off(hook, why=Webhook.Off.HAND, now=NOON)
    receiver.status = 500
    row = by_hand.send_test(hook, now=NOON)
    assert (row.state, row.status, row.kind) == (State.FAILED, 500, "webhook.test")
    body = json.loads(receiver.got[0].body)
    assert (body["kind"], body["ticket"]) == ("webhook.test", None)
    assert Webhook.objects.get().failing_since is None


@pytest.mark.django_db
def test_old_deliveries_are_forgotten_with_their_redeliveries(receiver: Receiver) -> None:
    hook = webhook(receiver.url)
    queued(hook)
    old = attempt(hook, now=NOON)
    by_hand.send_again(old, now=NOON + 29 * DAY)
    kept = queued(hook, due=NOON + 20 * DAY)
    assert by_hand.forget(now=NOON + 30 * DAY) == 0
    assert by_hand.forget(now=NOON + 31 * DAY) == 1
    assert list(WebhookDelivery.objects.all()) == [kept]


def test_the_signature_is_that_of_the_written_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    moment = datetime.fromtimestamp(1614265330, tz=timezone.get_current_timezone())
    made = signed_headers(
        [secret],
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=moment,
        body=b'{"test": 2432232314}',
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

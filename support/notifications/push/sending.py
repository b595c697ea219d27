"""Notifications become messages to browsers, sent with patience by way of their push services.

A message is deleted when it arrived. A browser that can't be reached is left alone for longer and
longer, or for as long as its push service asks; what did not arrive within a day is no news any
more.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.db.models import Q, QuerySet

from support.notifications.models import Notification
from support.notifications.push import browsers, vapid
from support.notifications.push.encryption import checked, encrypted, to_text
from support.notifications.push.models import PushMessage, PushSubscription
from support.notifications.push.said import about, about_letter, trial
from support.outgoing.gate import GateAnswer, Refused, Unreachable, fetch
from support.secrets.sealing import unseal
from support.sweeping.alone import alone
from support.sweeping.sending import Round, is_ours, let_go
from support.sweeping.sending import claim as claim_due
from support.sweeping.sending import due as all_due
from tickets.models import Priority, Ticket

DAY = timedelta(days=1)
LEASE = timedelta(minutes=2)
TIMEOUT = 10
"""Seconds that a push service has for its answer."""
PATIENCE = (
    *(timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)),
    timedelta(hours=1),
)
"""For how long a browser is left alone after failures on end; then each time as long as last."""
AT_ONCE = 8
AT_ONCE_EACH = 4
ROUND = 20
"""Seconds in which one round takes up messages; it goes on while somebody keeps us waiting."""
_LOOKED_AT = 100
_ALONE = 0x70757368
Fault = PushSubscription.Fault


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What is sent: to where, with what above it, and the encrypted text; and when."""

    at: datetime
    endpoint: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Task:
    """A message that is claimed, and what is posted of it."""

    message: PushMessage
    post: Posted


@dataclass(frozen=True, kw_only=True)
class PushOutcome:
    """What came of sending it. after: so long the push service wants to be left alone."""

    fault: PushSubscription.Fault = Fault.NONE
    status: int | None = None
    after: timedelta = timedelta(0)

    @property
    def gone(self) -> bool:
        """Whether the browser takes nothing any more: somebody turned push off inside it."""
        return self.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


@transaction.atomic
def hand_out(*, now: datetime) -> int:
    """Make a message for every browser of who must hear something now. Gives how many.

    What they have seen meanwhile is no news. Of a ticket the last thing is told.
    """
    waiting = to_hand_out(now).order_by("at", "pk")
    locked = waiting.select_for_update(skip_locked=True, of=("self",))
    due = list(locked.select_related("recipient")[:_LOOKED_AT])
    if not due:
        return 0
    Notification.objects.filter(pk__in=[each.pk for each in due]).update(push_due_at=None)
    news = [each for each in due if each.seen_at is None and each.recipient.is_agent]
    last = {(each.recipient_id, each.ticket_id): each for each in news}
    made = []
    for each in last.values():
        PushMessage.objects.filter(
            notification__recipient=each.recipient_id, notification__ticket=each.ticket_id
        ).delete()
        for browser in PushSubscription.objects.filter(user=each.recipient_id):
            message = PushMessage(subscription=browser, notification=each)
            message.next_try_at, message.give_up_at = now, now + DAY
            made.append(message)
    return len(PushMessage.objects.bulk_create(made))


def to_hand_out(now: datetime) -> QuerySet[Notification]:
    """What `hand_out` makes messages of."""
    return Notification.objects.filter(push_due_at__lte=now)


def send_due(*, now: datetime) -> int:
    """Send what is due, several browsers at a time. Gives how many arrived."""
    turn, arrived = Round(now=now, seconds=ROUND), 0

    def take(busy: Collection[_Task]) -> Iterator[_Task]:
        now = turn.moment()
        if not due(now).exists():
            return
        # Before the claim: with another key there is nobody left to tell.
        house = vapid.identity(now=now)
        for message in claim(now=now, busy=[each.message for each in busy]):
            # Only the posting in threads: they have no connection to the database.
            yield _Task(message, _prepared(message, house, now=now))

    with alone(_ALONE) as ours:
        if not ours:
            return 0
        browsers.forget_who_left()
        posted = turn.spread(
            threads=AT_ONCE, timeout=TIMEOUT, take=take, do=lambda task: _post(task.post)
        )
        for task, outcome in posted:
            arrived += settle(task.message, outcome, now=turn.moment())
    return arrived


def due(now: datetime) -> QuerySet[PushMessage]:
    """What may be sent now, and nobody is sending."""
    return all_due(PushMessage.objects.to_rested(now=now), now=now, lease=LEASE)


def claim(*, now: datetime, busy: Collection[PushMessage] = ()) -> list[PushMessage]:
    """Take messages that are due, one for each browser.

    busy: what is being sent. A push service gets no more than half of what is sent at once, so
    that one that stays silent does not hold up the browsers of another.
    """
    seats = Counter(_service(each) for each in busy)
    others = Q()
    for service in (service for service, count in seats.items() if count >= AT_ONCE_EACH):
        others &= ~Q(subscription__endpoint__startswith=service)
    browsers_busy = [each.subscription_id for each in busy]
    rows = PushMessage.objects.to_rested(now=now).exclude(subscription__in=browsers_busy)
    read = rows.filter(others).select_related(
        "subscription__user",
        "notification__ticket",
        "notification__message__author",
        "notification__event__actor",
        "notification__alert",
        "mail__ticket",
    )

    def choose(due: list[PushMessage]) -> list[PushMessage]:
        return _chosen(due, busy, now=now)

    return claim_due(read, now=now, lease=LEASE, most=_LOOKED_AT, choose=choose)


def _chosen(
    due: list[PushMessage], busy: Collection[PushMessage], *, now: datetime
) -> list[PushMessage]:
    """Those for which there is room beside what is being sent. What is no news any more goes."""
    seats = Counter(_service(each) for each in busy)
    taken = {each.subscription_id for each in busy}
    found: list[PushMessage] = []
    for message in due:
        service = _service(message)
        if not _is_news(message, now):
            message.delete()
        elif (
            len(busy) + len(found) < AT_ONCE
            and seats[service] < AT_ONCE_EACH
            and message.subscription_id not in taken
        ):
            taken.add(message.subscription_id)
            found.append(message)
            seats[service] += 1
    return found


def _service(message: PushMessage) -> str:
    """The beginning of an endpoint, by which its push service is known."""
    parts = urlsplit(message.subscription.endpoint)
    return f"{parts.scheme}://{parts.netloc}/"


@transaction.atomic
def settle(message: PushMessage, outcome: PushOutcome, *, now: datetime) -> bool:
    """Write down what came of a claimed message. Says whether it arrived."""
    again = note(message.subscription, outcome, now=now)
    if is_ours(message):
        if again is not None and again < message.give_up_at:
            let_go(message, again=again, error=str(outcome.status or outcome.fault))
            message.save(update_fields=message.MOVES)
        else:
            message.delete()
    return outcome.fault == Fault.NONE


def try_out(browser: PushSubscription, *, now: datetime) -> PushOutcome:
    """Send a trial to one browser for the person who waits for it."""
    said, house = trial(browser.user), vapid.identity(now=now)
    try:
        post = _encrypted(browser, house, said, ttl=60, urgent=True, now=now)
    except ValueError:  # its keys were sealed with a SECRET_KEY that was replaced
        outcome = PushOutcome(status=HTTPStatus.GONE)
    else:
        outcome = _post(post)
    note(browser, outcome, now=now)
    return outcome


@transaction.atomic
def note(browser: PushSubscription, outcome: PushOutcome, *, now: datetime) -> datetime | None:
    """Write down how a browser fares. Gives when to try again; None for not at all."""
    row = PushSubscription.objects.select_for_update(no_key=True).filter(pk=browser.pk).first()
    if row is None:
        return None
    if outcome.gone:
        row.delete()
        return None
    row.fault, row.status = outcome.fault, outcome.status
    if outcome.fault == Fault.NONE:
        row.last_used_at, row.failures = now, 0
        row.resting_until = row.failed_at = None
    else:
        row.failed_at = now
    if outcome.fault in (Fault.BUSY, Fault.UNREACHABLE):
        row.failures = min(row.failures + 1, len(PATIENCE))
        row.resting_until = now + max(PATIENCE[row.failures - 1], outcome.after)
    row.save()
    return row.resting_until if outcome.fault in (Fault.BUSY, Fault.UNREACHABLE) else None


def _is_news(message: PushMessage, now: datetime) -> bool:
    person, told = message.subscription.user, message.notification
    if now >= message.give_up_at:
        return False
    if told is None:
        return person.is_active and not person.is_agent
    return told.seen_at is None and person.is_agent


def _prepared(message: PushMessage, house: vapid.Identity, *, now: datetime) -> Posted:
    person, told = message.subscription.user, message.notification
    ticket: Ticket | None
    if told is not None:
        ticket, said = told.ticket, about(told, person)
    elif message.mail is not None:
        ticket, said = message.mail.ticket, about_letter(message.mail, person)
    else:
        raise ValueError("a message is of something")
    post = _encrypted(
        message.subscription,
        house,
        said,
        ttl=int((message.give_up_at - now).total_seconds()),
        urgent=told is not None and told.ticket.priority == Priority.HIGH,
        now=now,
    )
    # A newer message about the same ticket takes the place of one that waits for the browser.
    subject = f"ticket {ticket.pk}" if ticket else f"mail {message.mail_id}"
    post.headers["topic"] = to_text(hashlib.sha256(subject.encode()).digest())[:32]
    return post


def _encrypted(
    browser: PushSubscription,
    house: vapid.Identity,
    said: bytes,
    *,
    ttl: int,
    urgent: bool,
    now: datetime,
) -> Posted:
    p256dh, auth = checked(browser.p256dh, unseal(browser.sealed_auth))
    body = encrypted(
        said,
        p256dh=p256dh,
        auth=auth,
        salt=os.urandom(16),
        sender=ec.generate_private_key(ec.SECP256R1()),
    )
    headers = {
        "authorization": vapid.authorization(browser.endpoint, house, now=now),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(ttl),
        "urgency": "high" if urgent else "normal",
    }
    return Posted(at=now, endpoint=browser.endpoint, headers=headers, body=body)


def _post(post: Posted) -> PushOutcome:
    try:
        answer = fetch(
            post.endpoint,
            method="POST",
            headers=post.headers,
            body=post.body,
            timeout=TIMEOUT,
            limit=1024,
        )
    except Refused:
        return PushOutcome(fault=Fault.REFUSED)
    except Unreachable:
        return PushOutcome(fault=Fault.UNREACHABLE)
    return _judged(answer, now=post.at)


def _judged(answer: GateAnswer, *, now: datetime) -> PushOutcome:
    if answer.fine:
        return PushOutcome(status=answer.status)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= 500:
        after = _after(answer.headers, now=now)
        return PushOutcome(fault=Fault.BUSY, status=answer.status, after=after)
    return PushOutcome(fault=Fault.ANSWER, status=answer.status)


def _after(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """How long we are asked to wait (RFC 9110, 10.2.3), at most a day."""
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return timedelta(seconds=min(int(asked[:9]), int(DAY.total_seconds())))
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return timedelta(0)
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), DAY)

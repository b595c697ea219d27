"""Sending deliveries: claimed, posted outside of any transaction, tried again with patience.

One sender works at a time, with a thread for each receiver: a slow one keeps its own thread busy,
not the others and not the workers that watch the clock. Those known to be slow never take all of
the threads, and while one of them keeps a round from ending, the others are still served. As long
as a delivery is claimed, its webhook gets no other; when its sender dies, the claim runs out, and
the same event goes again under the same id.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from support.outgoing.gate import GateAnswer, Refused, Unreachable, fetch
from support.secrets.sealing import Unsealable, unseal
from support.sweeping.alone import alone
from support.sweeping.sending import Round, is_ours, let_go, pause
from support.sweeping.sending import claim as claim_due
from support.webhooks import letters as notices
from support.webhooks.models import LEASE, TEST, Webhook, WebhookDelivery
from support.webhooks.signing import signed_headers
from support.webhooks.switching import switch_off

log = logging.getLogger(__name__)

TIMEOUT = 10
"""Seconds that a receiver has for its answer."""
PATIENCE = (
    *(timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=2), timedelta(hours=6), timedelta(hours=15)),
)
"""Until the next attempt; after the last of them, nearly a day on, it has failed."""
GIVE_UP_AFTER = timedelta(days=5)
REST = (timedelta(seconds=10), timedelta(minutes=10))
"""At least and at most, a receiver that stays silent is left alone."""
AT_ONCE = 8
SLOW_AT_ONCE = 6
SLOW = 1000
"""Milliseconds: a receiver that took as long for its last answer is a slow one."""
ROUND = 20
"""Seconds in which one round takes up receivers; it goes on while somebody keeps us waiting."""
ANSWER_KEPT = 2000
_GONE = 410
_ALONE = 0x77656268
Fault = WebhookDelivery.Fault
State = WebhookDelivery.State


@dataclass(frozen=True, kw_only=True)
class PostOutcome:
    """What came of an attempt."""

    fault: WebhookDelivery.Fault
    status: int | None = None
    error: str = ""
    answer: str = ""
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class _Receiver:
    """A webhook to serve, and whether it is known to be slow."""

    pk: int
    slow: bool


def send_due(*, now: datetime) -> int:
    """Send what is due, several receivers at a time. Gives how many were taken."""
    turn = Round(now=now, seconds=ROUND)

    def take(busy: Collection[_Receiver]) -> list[_Receiver]:
        return _next(turn.moment(), busy, quick=turn.is_over())

    def serve(receiver: _Receiver) -> int:
        return _serve(receiver, turn)

    with alone(_ALONE) as ours:
        if not ours:
            return 0
        served = turn.spread(threads=AT_ONCE, timeout=TIMEOUT, take=take, do=serve)
        return sum(sent for _receiver, sent in served)


@transaction.atomic
def claim(pk: int, *, now: datetime) -> WebhookDelivery | None:
    """Take the next due delivery of a webhook to which nobody is sending."""
    locked = Webhook.objects.select_for_update(no_key=True, skip_locked=True)
    hook = locked.filter(pk=pk).first()
    # Asked after it is locked: another may have claimed and let go of the lock in between.
    if hook is None or not Webhook.objects.ready(now=now).filter(pk=pk).exists():
        return None
    queued = WebhookDelivery.objects.filter(webhook=hook, state=State.QUEUED)
    found = claim_due(queued, now=now, lease=LEASE)
    for delivery in found:
        delivery.webhook = hook
    return found[0] if found else None


def deliver(delivery: WebhookDelivery, *, now: datetime) -> bool:
    """Post a claimed delivery and note what came of it. Says whether it was taken."""
    outcome = _post(delivery, now)
    _note(delivery, outcome, now=now)
    return outcome.fault == Fault.NONE


def send_at_once(delivery: WebhookDelivery, *, now: datetime) -> bool:
    """Post a delivery for a person who waits, beside what is being sent there: by itself it is due
    only when who posts it must have died.
    """
    delivery.attempts, delivery.next_try_at = 1, now + LEASE
    delivery.save()
    return deliver(delivery, now=now)


def waiting(now: datetime) -> QuerySet[Webhook]:
    """The receivers to whom something may be sent now."""
    due = WebhookDelivery.objects.filter(webhook=OuterRef("pk")).due(now=now)
    return Webhook.objects.ready(now=now).filter(Exists(due)).order_by("pk")


def _next(now: datetime, taken: Collection[_Receiver], *, quick: bool) -> list[_Receiver]:
    """Whom to serve besides those who are served: the quickest first.

    quick: only them, because the round is over and waits for others.
    """
    last = WebhookDelivery.objects.filter(webhook=OuterRef("pk"), duration_ms__isnull=False)
    took = last.order_by("-pk").values("duration_ms")[:1]
    others = waiting(now).exclude(pk__in=[one.pk for one in taken])
    known = others.annotate(took=Coalesce(Subquery(took), 0)).order_by("took", "pk")
    slow_seats = 0 if quick else SLOW_AT_ONCE - sum(one.slow for one in taken)
    found: list[_Receiver] = []
    for pk, milliseconds in known.values_list("pk", "took"):
        slow = milliseconds >= SLOW
        if len(taken) + len(found) < AT_ONCE and (not slow or slow_seats > 0):
            found.append(_Receiver(pk, slow))
            slow_seats -= slow
    return found


def _serve(receiver: _Receiver, turn: Round) -> int:
    """Send to one webhook what is due, in a thread of its own: one delivery, and to a quick one
    others until the round is over.
    """
    sent, first = 0, True
    try:
        while first or not (receiver.slow or turn.is_over()):
            delivery = claim(receiver.pk, now=turn.moment())
            if delivery is None:
                break
            first = False
            sent += deliver(delivery, now=turn.moment())
    except Exception:
        # As if the sender had died: when its lease is over, it is tried again.
        log.exception("webhook %s: could not be served", receiver.pk)
    finally:
        connection.close()
    return sent


def _post(delivery: WebhookDelivery, now: datetime) -> PostOutcome:
    body = delivery.payload.encode()
    try:
        secrets = _secrets(delivery.webhook, now)
    except Unsealable:
        return PostOutcome(fault=Fault.SECRET)
    headers = {
        "content-type": "application/json",
        "user-agent": "Werkdag-Webhooks",
        **signed_headers(secrets, event_id=str(delivery.event_id), at=now, body=body),
    }
    began = monotonic()
    try:
        answer = fetch(
            delivery.webhook.url,
            method="POST",
            headers=headers,
            body=body,
            timeout=TIMEOUT,
            limit=4 * ANSWER_KEPT,
        )
    except Refused as error:
        return PostOutcome(fault=Fault.REFUSED, error=str(error))
    except Unreachable as error:
        took = int((monotonic() - began) * 1000)
        return PostOutcome(fault=Fault.UNREACHABLE, error=str(error), duration_ms=took)
    return _judged(answer, int((monotonic() - began) * 1000))


def _judged(answer: GateAnswer, duration_ms: int) -> PostOutcome:
    fault = Fault.NONE if answer.fine else Fault.ANSWER
    if 300 <= answer.status < 400:
        fault = Fault.REDIRECT
    said = answer.body.decode(errors="replace").replace("\x00", "")
    return PostOutcome(
        fault=fault,
        status=answer.status,
        answer=said[:ANSWER_KEPT],
        duration_ms=duration_ms,
    )


def _secrets(hook: Webhook, now: datetime) -> list[str]:
    """What to sign with: the secret, and for a day the one before it. Raises Unsealable."""
    secrets = [unseal(hook.sealed_secret)]
    if hook.old_secret_until is not None and now < hook.old_secret_until:
        with suppress(Unsealable):
            secrets.append(unseal(hook.sealed_old_secret))
    return secrets


@transaction.atomic
def _note(delivery: WebhookDelivery, outcome: PostOutcome, *, now: datetime) -> None:
    """Write down what came of an attempt, unless another has taken it over meanwhile."""
    hook = Webhook.objects.select_for_update(no_key=True).filter(pk=delivery.webhook_id).first()
    if hook is None or not is_ours(delivery):
        return
    delivery.fault, delivery.status = outcome.fault, outcome.status
    delivery.answer, delivery.duration_ms = outcome.answer, outcome.duration_ms
    wait = _wait(delivery, hook) if outcome.fault != Fault.NONE else None
    let_go(delivery, again=now + wait if wait else None, error=outcome.error)
    if wait is None:
        delivery.state = State.SENT if outcome.fault == Fault.NONE else State.FAILED
        delivery.finished_at = now
    delivery.save()
    _follow(hook, delivery, now=now)


def _wait(delivery: WebhookDelivery, hook: Webhook) -> timedelta | None:
    """How long until the next attempt; None when there is none any more."""
    final = delivery.fault == Fault.REFUSED or delivery.kind == TEST or not hook.active
    return None if final else pause(PATIENCE, delivery.attempts)


def _follow(hook: Webhook, delivery: WebhookDelivery, *, now: datetime) -> None:
    """Note how the webhook fares; leave a silent one alone, switch off a dead one and say so."""
    if delivery.fault == Fault.NONE:
        hook.failing_since = hook.resting_until = None
    elif delivery.kind != TEST and hook.active:
        hook.failing_since = hook.failing_since or now
        failed_for = now - hook.failing_since
        if delivery.fault == Fault.UNREACHABLE:
            least, most = REST
            hook.resting_until = now + min(max(failed_for / 4, least), most)
        if delivery.status == _GONE:
            _give_up(hook, Webhook.Off.GONE, now)
        elif failed_for >= GIVE_UP_AFTER:
            _give_up(hook, Webhook.Off.FAILING, now)
    hook.save(update_fields=["failing_since", "resting_until"])


def _give_up(hook: Webhook, why: Webhook.Off, now: datetime) -> None:
    if switch_off(hook, why=why, now=now):
        notices.tell_off(hook, why=why, now=now)

"""New facts and alerts become notifications: a sweep, so that no verb ever waits for the bell.

That a note names somebody is written with the note itself, for it is part of what the note says;
how they hear of it is decided here, like everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Q, QuerySet

from sla.models import Alert
from support.notifications import causes
from support.notifications.choices import wishes_of
from support.notifications.models import Notification, NotificationKind, NotificationPlace
from support.notifications.push.models import PushSubscription
from support.notifications.quiet import Quiet
from support.sweeping import hearing
from support.sweeping.alone import alone
from tickets.models import EventKind, TicketEvent, User

OLD = timedelta(days=7)
"""What happened longer ago, and is heard of only now, is no news."""
KEPT = timedelta(days=90)
_ALONE = 0x62656C6C


def sweep(*, now: datetime) -> int:
    """Write what people must hear. One query when there is nothing. Gives how many rows.

    One sweep at a time: what was looked at is noted with what came of it.
    """
    place = _place()
    if place is not None and not hearing.is_behind(place):
        return 0
    with alone(_ALONE) as ours:
        if not ours:
            return 0
        place = _place()
        if place is None:
            _begin()
            return 0
        begun, oldest = hearing.transactions()
        made = _hear(place, now=now)
        hearing.move_on(place, begun=begun, oldest=oldest)
        place.seen_events = [pk for pk in place.seen_events if pk > place.heard_events]
        place.seen_alerts = [pk for pk in place.seen_alerts if pk > place.heard_alerts]
        place.save()
    return made


def due() -> list[QuerySet[Any]]:
    """Where none of this finds something, there is nothing to write."""
    begun = Exists(NotificationPlace.objects.all())
    return [hearing.behind(NotificationPlace.objects.all()), User.objects.exclude(begun)]


def forget(*, now: datetime) -> int:
    """Delete what was seen, or not for the bell, long ago. Gives how many.

    That a note named somebody stays: the note shows it.
    """
    gone = Q(seen_at__lt=now - KEPT) | Q(in_app=False, at__lt=now - KEPT)
    old = Notification.objects.filter(gone).exclude(kind=NotificationKind.MENTION)
    return old.delete()[0]


def _place() -> Any:
    return hearing.with_last(NotificationPlace.objects.all()).first()


def _begin() -> None:
    """Hear from now on: what happened before there was a bell is no news."""
    place, _made = NotificationPlace.objects.get_or_create(pk=1)
    last = _place()
    place.heard_events, place.heard_alerts = last.last_event or 0, last.last_alert or 0
    place.save()


def _hear(place: NotificationPlace, *, now: datetime) -> int:
    """Look at what nobody looked at yet, in batches."""
    events = TicketEvent.objects.filter(kind__in=causes.OF_EVENTS, at__gte=now - OLD)
    made = _take(
        place,
        "events",
        events.select_related("ticket__assignee", "ticket__organisation", "actor"),
        lambda facts: [*causes.of_events(facts), *_named_in(facts)],
        now=now,
    )
    alerts = Alert.objects.standing().filter(kind__in=causes.OF_ALERTS, at__gte=now - OLD)
    return made + _take(
        place, "alerts", alerts.select_related("ticket__assignee"), causes.of_alerts, now=now
    )


def _take(
    place: NotificationPlace,
    stream: str,
    rows: QuerySet[Any],
    told: Callable[[Sequence[Any]], list[Notification]],
    *,
    now: datetime,
) -> int:
    """Take what is new of one stream; each batch and that it was looked at in one transaction."""
    made = 0
    for facts in hearing.batches(rows, after=getattr(place, f"heard_{stream}")):
        seen = getattr(place, f"seen_{stream}")
        known = {*seen}
        new = [fact for fact in facts if fact.pk not in known]
        if not new:
            continue
        with transaction.atomic():
            made += _write(told(new), now=now)
            setattr(place, f"seen_{stream}", [*seen, *(fact.pk for fact in new)])
            place.save(update_fields=[f"seen_{stream}"])
    return made


def _named_in(facts: Sequence[TicketEvent]) -> list[Notification]:
    """The mentions that were written with these notes."""
    notes = {(fact.ticket_id, fact.at) for fact in facts if fact.kind == EventKind.NOTED}
    if not notes:
        return []
    named = Notification.objects.filter(
        kind=NotificationKind.MENTION,
        ticket__in={ticket for ticket, _at in notes},
        at__in={at for _ticket, at in notes},
    )
    found = named.select_related("ticket")
    return [mention for mention in found if (mention.ticket_id, mention.at) in notes]


def _write(told: Sequence[Notification], *, now: datetime) -> int:
    """Write those that their recipient wants to hear of, each as they want it."""
    if not told:
        return 0
    wishes = wishes_of(each.recipient_id for each in told)
    quiet = Quiet(each.ticket_id for each in told)
    pushed = _with_browsers(told)
    for each in told:
        theirs = wishes[each.recipient_id]
        choice = theirs.about(each.kind)
        if choice.push and each.recipient_id in pushed:
            each.push_due_at = quiet.disturb_at(each.ticket, now=now)
        each.in_app = choice.in_app
        each.mail_due_at = quiet.mail_at(choice.mail, each.ticket, hour=theirs.hour, now=now)
    mentions = [each for each in told if each.pk]
    Notification.objects.bulk_update(mentions, ["in_app", "mail_due_at", "push_due_at"])
    new = [
        each
        for each in told
        if not each.pk and (each.in_app or each.mail_due_at or each.push_due_at)
    ]
    Notification.objects.bulk_create(new, ignore_conflicts=True)
    return len(mentions) + len(new)


def _with_browsers(told: Sequence[Notification]) -> set[int]:
    """Which of these people turned push on somewhere."""
    people = {each.recipient_id for each in told}
    browsers = PushSubscription.objects.filter(user__in=people).order_by()
    return {*browsers.values_list("user", flat=True)}

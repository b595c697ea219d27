"""Letters that customers get, told in short in the browsers in which they turned push on.

What is told hangs on which letter it is; what nobody chose is not. Each letter is looked at once,
and only those of the last day are news.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from support.mail.models import OutgoingMail
from support.notifications.push.models import (
    PushedLetter,
    PushMessage,
    PushSubscription,
    PushWish,
)
from support.notifications.push.sending import DAY
from tickets.addresses import bare_address
from tickets.models import ContactAddress, User

OF: Mapping[str, str] = {
    "reply": "answers",
    **dict.fromkeys(("confirmation", "changed", "moved", "merged", "automatic"), "progress"),
    "maintenance": "maintenance",
    **dict.fromkeys(("announcement", "edition", "rate", "credit", "monthly"), "news"),
}
"""Under which wish each letter to customers falls."""
_LOOKED_AT = 200


@transaction.atomic
def hand_out(*, now: datetime) -> int:
    """Make a message for every browser of who gets a letter now. Gives how many."""
    people = _addresses()
    if not people:
        return 0
    known = PushedLetter.objects.filter(mail=OuterRef("pk"))
    fresh = OutgoingMail.objects.filter(
        to__in=people, letter__in=OF, created_at__gt=now - DAY, created_at__lte=now
    ).exclude(Exists(known))
    made: list[PushMessage] = []
    for mail in fresh.order_by("created_at", "pk")[:_LOOKED_AT]:
        _row, is_new = PushedLetter.objects.get_or_create(mail=mail)
        if is_new and (user := people.get(mail.to)):
            made += _messages(mail, user, now=now)
    return len(PushMessage.objects.bulk_create(made))


def _addresses() -> dict[str, int]:
    """Whose address each is, of the customers who turned push on."""
    told = PushSubscription.objects.filter(user__in=User.objects.customers()).values("user")
    found = dict(User.objects.filter(pk__in=told).values_list("email", "pk"))
    others = ContactAddress.objects.filter(contact__user__in=told)
    return {
        bare_address(email): user
        for email, user in [*found.items(), *others.values_list("email", "contact__user")]
    }


def _messages(mail: OutgoingMail, user: int, *, now: datetime) -> list[PushMessage]:
    wish = PushWish.of(user)
    if not getattr(wish, OF[mail.letter]):
        return []
    browsers = PushSubscription.objects.filter(user=user, created_at__lte=mail.created_at)
    return [
        PushMessage(subscription=browser, mail=mail, next_try_at=now, give_up_at=now + DAY)
        for browser in browsers
    ]


def forget(*, now: datetime) -> int:
    """Delete what says of letters older than two days that they were looked at. Gives how many."""
    return PushedLetter.objects.filter(mail__created_at__lt=now - 2 * DAY).delete()[0]

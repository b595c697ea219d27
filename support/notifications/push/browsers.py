"""The browsers in which somebody turned push on: kept, let go, and forgotten with who leaves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from support.notifications.push.encryption import checked
from support.notifications.push.models import PushSubscription
from support.outgoing.gate import check_address
from support.secrets.sealing import seal
from tickets.models import User


class TooMany(ValueError):
    """They have as many browsers as one person can have."""


@transaction.atomic
def keep(
    user: User, *, endpoint: str, p256dh: str, auth: str, user_agent: str, now: datetime
) -> PushSubscription:
    """Tell this person in this browser from now on; whoever had it before is told there no more.

    ValueError for what no browser gives, Refused for an address where we do not go, TooMany.
    """
    if not endpoint.startswith("https://") or len(endpoint) > 1000:
        raise ValueError("push services have an address that starts with https://")
    check_address(endpoint)
    checked(p256dh, auth)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    others = PushSubscription.objects.filter(user=user).exclude(endpoint=endpoint)
    if others.count() >= PushSubscription.MOST:
        raise TooMany
    PushSubscription.objects.filter(endpoint=endpoint).delete()
    return PushSubscription.objects.create(
        user=user,
        endpoint=endpoint,
        p256dh=p256dh.rstrip("="),
        sealed_auth=seal(auth),
        user_agent=user_agent[:400],
        created_at=now,
    )


def forget_who_left() -> int:
    """Let go of the browsers of who may not see tickets any more. Gives how many."""
    return of_who_left().delete()[0]


def of_who_left() -> QuerySet[PushSubscription]:
    """Those that `forget_who_left` lets go."""
    gone = PushSubscription.objects.exclude(user__in=User.objects.can_be_given_work())
    return gone.exclude(user__in=User.objects.customers())

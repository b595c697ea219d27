"""The number at the bell."""

from __future__ import annotations

from django.db.models import QuerySet

from support.mail.counts import WAITING
from support.notifications.models import Notification
from tickets.models import User
from tickets.questions import Kept, together


def unseen(user: User | int) -> QuerySet[Notification]:
    """What the bell counts."""
    return Notification.objects.filter(recipient=user, in_app=True, seen_at=None)


UNSEEN = Kept(unseen, user=int)


def frame_counts(user: User) -> dict[str, int]:
    """All numbers around a page of the desk, in one statement."""
    waiting, mine = together(WAITING.count(), UNSEEN.count(user=user.pk))
    return {"quarantine": sum(waiting), "unseen": sum(mine)}

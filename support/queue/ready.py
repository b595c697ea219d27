"""The ready-made views of the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from sla.models import Clock
from support.queue import filters
from support.queue.filters import Asking
from tickets.models import Status

# Nobody has judged these: what they would owe is known, or not even whose they are.
UNJUDGED = Q(coverage__judge_by__isnull=False)
UNKNOWN = Q(status=Status.NEW, organisation=None, priority_is_definitive=False)


ASKS: Mapping[str, Mapping[str, type]] = {
    "mine": {"user": int},
    "team": {"team": int},
    "late": {"now": datetime},
}
"""What a view hangs on besides the tickets."""


READY: Sequence[tuple[str, Any, str]] = (
    ("", gettext_lazy("All open"), "inbox"),
    ("mine", gettext_lazy("Mine"), "user-round"),
    ("team", gettext_lazy("My team's"), "users-round"),
    ("nobody", gettext_lazy("Nobody's"), "circle-dashed"),
    ("new", gettext_lazy("To judge"), "scale"),
    ("late", gettext_lazy("Too late"), "clock-alert"),
)
"""Their keys, names and icons."""


def meanings(asking: Asking) -> Mapping[str, Q]:
    """Which of the open tickets each shows."""
    user, clocks = asking.user, Clock.objects.filter(ticket=OuterRef("pk"))
    return {
        "": Q(),  # what the filters say of the status holds
        "mine": Q(assignee=user),
        "team": Q(team=user.team_id or 0),
        "nobody": filters.NOBODYS,
        # No promise runs on these yet, or a worse one may: somebody must say what they are.
        "new": (Q(status=Status.NEW) & ~Q(Exists(clocks))) | UNJUDGED,
        "late": filters.meaning({"due": ["late"]}, asking),
    }


def in_view(key: str, asking: Asking) -> Q:
    """Which of the open tickets a ready-made view shows; all of them if there is no such view."""
    return meanings(asking).get(key, Q()) if key else Q()

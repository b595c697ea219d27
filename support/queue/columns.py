"""The columns of the queue that people may choose; deadline and ticket are always there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from support.queue.models import QueueColumns
from tickets.models import User
from tickets.questions import Kept

COLUMNS: dict[str, Any] = {
    "priority": _("Priority"),
    "organisation": _("Organisation"),
    "reporter": _("Reporter"),
    "assignee": _("Agent"),
    "team": _("Team"),
    "kind": _("Kind"),
    "status": _("Status"),
    "reported": _("Reported"),
    "updated": _("Last change"),
}
USUAL = ("priority", "organisation", "assignee", "status")


KEPT = Kept(
    lambda user: QueueColumns.objects.filter(user=user).values_list("names", flat=True), user=int
)


def chosen(kept: Sequence[Sequence[str]]) -> list[str]:
    """The names of the columns that somebody looks at, in their order. kept: the answer to KEPT."""
    return [name for name in next(iter(kept), USUAL) if name in COLUMNS]


def choose(user: User, names: Sequence[str]) -> None:
    """Keep somebody's choice; what is no column is left out."""
    known = [name for name in COLUMNS if name in names]
    QueueColumns.objects.update_or_create(user=user, defaults={"names": known})

"""What to show of the queue: filters with several values each, standing in the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Coverage
from tickets.models import (
    ACTIVE,
    Channel,
    Kind,
    Organisation,
    Priority,
    Status,
    Tag,
    Team,
    User,
)

ME, NOBODY = "me", "nobody"
WROTE_AFTER = "wrote_after"
Choices = list[tuple[str, str]]
Chosen = dict[str, list[str]]
NOBODYS = Q(assignee=None) | Q(assignee__in=User.objects.left())
"""In no hands, or in those of somebody who left: it goes back within a minute."""
COVERED = Coverage.objects.filter(ticket=OuterRef("pk"))


@dataclass(frozen=True)
class Asking:
    """Who asks, and when: what "me" and "today" mean."""

    user: User
    now: datetime


@dataclass(frozen=True)
class Filter:
    """One thing to choose by: its name in the address, its choices, and what a value means."""

    name: str
    label: Any
    icon: str
    choices: Callable[[], Choices]
    meaning: Callable[[str, Asking], Q]


def _agents() -> Choices:
    everybody = User.objects.can_be_given_work() | User.objects.left()
    named = [
        (str(pk), name if here else _("%(name)s (left)") % {"name": name})
        for pk, name, here in everybody.order_by("-is_active", "name").values_list(
            "pk", "name", "is_active"
        )
    ]
    return [(ME, _("me")), (NOBODY, _("nobody")), *named]


def _of(known: type[TextChoices]) -> Callable[[], Choices]:
    return lambda: [(value, str(label)) for value, label in known.choices]


def _statuses() -> Choices:
    return [*_of(Status)(), (WROTE_AFTER, _("written to after it was done"))]


def _status(value: str, _asking: Asking) -> Q:
    return Q(wrote_after__isnull=False) if value == WROTE_AFTER else Q(status=value)


def _teams() -> Choices:
    return [(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")]


def _organisations() -> Choices:
    known = Organisation.objects.values_list("pk", "name")
    return [*((str(pk), name) for pk, name in known), (NOBODY, _("unknown"))]


def _tags() -> Choices:
    return [(name, name) for name in Tag.objects.values_list("name", flat=True)]


def _dues() -> Choices:
    return [
        ("late", _("too late")),
        ("today", _("today")),
        ("week", _("within a week")),
        ("none", _("without a binding deadline")),
    ]


def _due(value: str, asking: Asking) -> Q:
    """By the nearest binding deadline that is still owed."""
    if value == "none":
        return ~Q(Exists(COVERED.filter(next_due_at__isnull=False)))
    if value == "late":
        return Q(Exists(COVERED.filter(next_due_at__lt=asking.now)))
    midnight = timezone.localtime(asking.now).replace(hour=0, minute=0, second=0, microsecond=0)
    until = midnight + timedelta(days=1 if value == "today" else 7)
    return Q(Exists(COVERED.filter(next_due_at__gte=asking.now, next_due_at__lt=until)))


def _assignee(value: str, asking: Asking) -> Q:
    if value == NOBODY:
        return NOBODYS
    return Q(assignee=asking.user.pk if value == ME else int(value))


def _organisation(value: str, _asking: Asking) -> Q:
    return Q(organisation=None) if value == NOBODY else Q(organisation=int(value))


def _tag(value: str, _asking: Asking) -> Q:
    return Q(Exists(Tag.tickets.through.objects.filter(ticket=OuterRef("pk"), tag__name=value)))


def _column(name: str) -> Callable[[str, Asking], Q]:
    return lambda value, _asking: Q(**{name: value})


FILTERS: Mapping[str, Filter] = {
    each.name: each
    for each in (
        Filter("due", gettext_lazy("Next deadline"), "timer", _dues, _due),
        Filter("assignee", gettext_lazy("Agent"), "user-round", _agents, _assignee),
        Filter("team", gettext_lazy("Team"), "users-round", _teams, _column("team")),
        Filter(
            "organisation",
            gettext_lazy("Organisation"),
            "building-2",
            _organisations,
            _organisation,
        ),
        Filter(
            "priority",
            gettext_lazy("Priority"),
            "chevrons-up",
            _of(Priority),
            _column("priority"),
        ),
        Filter("kind", gettext_lazy("Kind"), "tag", _of(Kind), _column("kind")),
        Filter("tag", gettext_lazy("Tag"), "tags", _tags, _tag),
        Filter(
            "status",
            gettext_lazy("Status"),
            "circle-dot",
            _statuses,
            _status,
        ),
        Filter(
            "channel",
            gettext_lazy("Channel"),
            "inbox",
            _of(Channel),
            _column("channel"),
        ),
    )
}


class Choosing:
    """The filters as they stand in an address or in a saved view; what can't be is left out."""

    def __init__(self, given: Mapping[str, Iterable[str]]) -> None:
        self.choices: dict[str, Choices] = {}  # of those that were asked for
        self.chosen: Chosen = {}
        for name in FILTERS:
            asked = list(dict.fromkeys(given.get(name, ())))
            known = dict(self._choices_of(name)) if asked else {}
            if values := [value for value in asked if value in known]:
                self.chosen[name] = values

    @classmethod
    def of(cls, query: QueryDict) -> Choosing:
        """Those of an address."""
        return cls({name: query.getlist(name) for name in FILTERS})

    def fields(self) -> list[dict[str, Any]]:
        """Each filter with the choices that are not chosen yet, for a form that adds one."""
        return [
            {
                "name": name,
                "label": FILTERS[name].label,
                "choices": [
                    each
                    for each in self._choices_of(name)
                    if each[0] not in self.chosen.get(name, ())
                ],
            }
            for name in FILTERS
        ]

    def _choices_of(self, name: str) -> Choices:
        if name not in self.choices:
            self.choices[name] = FILTERS[name].choices()
        return self.choices[name]

    def chips(self, query: QueryDict) -> list[dict[str, Any]]:
        """One for each chosen value, with the address without it."""
        return [
            {
                "label": FILTERS[name].label,
                "icon": FILTERS[name].icon,
                "value": dict(self.choices[name])[value],
                "without": _without(query, name, value),
            }
            for name, values in self.chosen.items()
            for value in values
        ]


def meaning(chosen: Mapping[str, Iterable[str]], asking: Asking) -> Q:
    """Which tickets: for each filter one of its values. Only open ones where no status is asked.

    What a filter no longer knows means nothing.
    """
    found = Q() if chosen.get("status") else Q(status__in=ACTIVE)
    for name, values in chosen.items():
        either = Q()
        for value in values if name in FILTERS else ():
            either |= FILTERS[name].meaning(value, asking)
        found &= either
    return found


def is_of_open(chosen: Mapping[str, Iterable[str]]) -> bool:
    """Does it ask for open tickets only, of which there are few enough to count?"""
    return set(chosen.get("status", ())) <= set(ACTIVE)


def _without(query: QueryDict, name: str, value: str) -> str:
    left = query.copy()
    left.setlist(name, [each for each in left.getlist(name) if each != value])
    for gone in ("page", "saved"):
        left.pop(gone, None)
    return f"?{left.urlencode()}"

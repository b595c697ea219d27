"""The missed promises that a question asks for, counted by group and told one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from sla.lateness import Missed, told
from sla.models import Clock
from sla.wording import CHANNELS, KINDS, PRIORITIES, PROMISES
from support import access
from support.asking.told import in_a_line
from support.causes.models import Cause, GivenCause, given_for
from support.reports.asking import NONE, WITHOUT, BreachAsking
from tickets.models import EventKind, Organisation, TicketEvent, User
from tickets.models.people import STAFF

AT_ONCE = 500
_NOBODY = Value("", TextField())
COLUMN_OF = {
    "promise": "promise",
    "priority": "priority",
    "kind": "ticket__kind",
    "channel": "ticket__channel",
    "organisation": "ticket__organisation",
    "agent": "agent",
    "team": "of_team",
    "cause": "cause",
}


def _then(name: str, present: str) -> Coalesce:
    """Who had the ticket at the deadline, by its history: as it was last given before; else as it
    was when it was first given after; else, if it never was, as it is.
    """
    given = TicketEvent.objects.filter(ticket=OuterRef("ticket"), kind=EventKind.ASSIGNED)
    before = given.filter(at__lte=OuterRef("due_at")).order_by("-version")
    after = given.filter(at__gt=OuterRef("due_at")).order_by("version")
    return Coalesce(
        Subquery(before.values(was=Coalesce(KT(f"data__{name}"), _NOBODY))[:1]),
        Subquery(after.values(was=Coalesce(KT(f"data__from__{name}"), _NOBODY))[:1]),
        Cast(present, TextField()),
        _NOBODY,
        output_field=TextField(),
    )


def annotated(clocks: QuerySet[Clock]) -> QuerySet[Any]:
    """Clocks with who had them at their deadline (agent, of_team) and their cause."""
    of_person = User.objects.filter(name=OuterRef("agent"), role__in=STAFF).values("team__name")
    return clocks.annotate(
        agent=_then("assignee", "ticket__assignee__name"),
        team_then=_then("team", "ticket__team__name"),
        cause=Subquery(GivenCause.objects.of_outer_clock().values("cause")[:1]),
    ).annotate(
        # Where no team had it, it was of the team of whoever had it.
        of_team=Case(
            When(
                team_then="",
                then=Coalesce(Subquery(of_person[:1]), _NOBODY, output_field=TextField()),
            ),
            default=F("team_then"),
            output_field=TextField(),
        )
    )


def found(asking: BreachAsking, user: User, *, now: datetime) -> QuerySet[Any]:
    """The missed promises that are asked for, of those that somebody's reports count."""
    data = asking.cleaned_data
    first, last = asking.bounds
    missed = Q(state=Clock.State.BREACHED)
    late = Q(met_at__gt=F("due_at")) | Q(met_at=None, due_at__lt=now)
    aimed = Q(binding=False) & late & ~Q(state=Clock.State.CANCELLED)
    which = {"": missed, "no": aimed, "all": missed | aimed}[data["binds"]]
    started = access.counted_clocks(user).filter(started_at__gte=first, started_at__lt=last)
    clocks = annotated(started.filter(which))
    for name, column in COLUMN_OF.items():
        if value := data[name]:
            clocks = clocks.filter(_is(name, column, value))
    if data["state"]:
        clocks = clocks.filter(met_at__isnull=data["state"] == "open")
    return clocks


def _is(name: str, column: str, value: str) -> Q:
    if value != NONE:
        return Q(**{column: value})
    nulls = name in ("organisation", "cause")
    return Q(**{f"{column}__isnull": True}) if nulls else Q(**{column: ""})


@dataclass(frozen=True)
class Group:
    """One line of the counts: what it is called, how many, and the question that opens it."""

    label: str
    count: int
    open: int
    address: str
    open_address: str


def groups(asking: BreachAsking, clocks: QuerySet[Any]) -> list[Group]:
    """The counts by what was asked to group by, the most first; in two queries."""
    by = asking.cleaned_data["by"]
    if not by:
        return []
    column = COLUMN_OF[by]
    counted = clocks.order_by().values(column)
    rows = list(counted.annotate(count=Count("pk"), open=Count("pk", filter=Q(met_at=None))))
    words = _value_words(by, [row[column] for row in rows])
    lines = []
    for row in rows:
        value = row[column] or NONE
        lines.append(
            Group(
                label=str(words.get(row[column], row[column]) if row[column] else WITHOUT),
                count=row["count"],
                open=row["open"],
                address=asking.address(**{by: value, "by": ""}),
                open_address=asking.address(**{by: value, "by": "", "state": "open"}),
            )
        )
    return sorted(lines, key=lambda line: (-line.count, line.label))


def _value_words(by: str, values: list[Any]) -> dict[Any, Any]:
    if by == "organisation":
        return dict(Organisation.objects.filter(pk__in=values).values_list("pk", "name"))
    if by == "cause":
        return dict(Cause.objects.in_bulk(values))
    fixed: dict[str, Any] = {
        "promise": PROMISES,
        "priority": PRIORITIES,
        "kind": KINDS,
        "channel": CHANNELS,
    }
    return dict(fixed.get(by, {}))


@dataclass(frozen=True)
class Row:
    """One missed promise as it is told: who had it, why it was missed, and by how much; details:
    what is filled in on the ticket.
    """

    missed: Missed
    agent: str
    team: str
    given: GivenCause | None
    details: str = ""

    @property
    def clock(self) -> Clock:
        """The promise."""
        return self.missed.clock

    @property
    def priority(self) -> str:
        """Under which it was promised; "" for any."""
        return self.missed.clock.priority

    @property
    def strength(self) -> str:
        """Guarantee or effort; "" where the edition doesn't say."""
        return self.missed.strength


def rows(clocks: Iterable[Any], *, now: datetime) -> list[Row]:
    """Some of what was found, told; in a fixed number of queries."""
    clocks = list(clocks)
    given, details = given_for(clocks), in_a_line(clock.ticket_id for clock in clocks)
    return [
        Row(
            missed,
            clock.agent,
            clock.of_team,
            given.get(clock.pk),
            details.get(clock.ticket_id, ""),
        )
        for missed, clock in zip(told(clocks, now=now), clocks, strict=True)
    ]


def in_order(clocks: QuerySet[Any]) -> QuerySet[Any]:
    """As the report lists them: the latest deadline first."""
    return clocks.select_related("ticket__organisation").order_by("-due_at", "-pk")


def all_rows(clocks: QuerySet[Any], *, now: datetime) -> Iterator[Row]:
    """All that was found, some hundreds at once."""
    some: list[Any] = []
    for clock in in_order(clocks).iterator(chunk_size=AT_ONCE):
        some.append(clock)
        if len(some) == AT_ONCE:
            yield from rows(some, now=now)
            some = []
    yield from rows(some, now=now)

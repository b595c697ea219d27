"""The order in which many tickets are shown, read along indexes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import BooleanField, Case, DateTimeField, F, QuerySet, Value, When

from support import access
from support.queue import filters
from support.queue.filters import Asking
from support.queue.ready import ASKS, UNJUDGED, UNKNOWN, in_view, meanings
from tickets.models import ACTIVE, Ticket, TicketQuerySet, User
from tickets.questions import Kept, Question, once

PER_PAGE = 50
MOST = 1000 * PER_PAGE
"""So many tickets are counted and paged through; who wants more wants a filter."""
IN_PART = ("part", "by", "reported_at", "pk")
NEAR = 40 * PER_PAGE
"""So far it is cheaper to read all that comes before in one go than part by part."""
NEVER = Value(None, DateTimeField())
# Open, in words of which the planner knows nothing: from the few that are open it concludes that of
# those with a deadline few are, which is the other way round, and sorts them all.
_OPEN = Case(When(status__in=ACTIVE, then=True), default=False, output_field=BooleanField())


class Order(Sequence[int]):
    """The numbers of many tickets as a paginator wants them. What is asked first of all, who comes
    first and how many there are, can be asked together with something else: `asks`, `hears`.

    counted_as: the ready-made view that these are all of, whose number is known already.
    """

    ordered = True
    counted_as: str | None = None

    def __init__(self, tickets: Callable[[], TicketQuerySet]) -> None:
        self._choose = tickets
        self._count: int | None = None

    @cached_property
    def _tickets(self) -> TicketQuerySet:
        return self._choose()

    def asks(self) -> list[Question[Any]]:
        """What to ask for the first page; to count many is dear, and not done twice."""
        first = self._first(PER_PAGE)
        if self.counted_as is not None:
            return [first]
        return [first, self._how_many()]

    def hears(self, answers: Sequence[Sequence[Any]], counts: Mapping[str, int | None]) -> None:
        """The answers to that. counts: how many each ready-made view has."""
        self._heard, *counted = answers
        self._count = sum(counted[0]) if counted else counts.get(self.counted_as or "")

    def __len__(self) -> int:
        """How many there are, or MOST."""
        return min(self._counted, MOST)

    @property
    def _counted(self) -> int:
        # All of a ready-made view; else as many as were worth counting.
        if self._count is None:
            self._count = sum(self._how_many().asked())
        return self._count

    def __getitem__(self, asked: Any) -> Any:
        return self.numbers(asked.start or 0, asked.stop)

    def _how_many(self) -> Question[int]:
        return Kept(lambda: _most(self._tickets)).count()

    @abstractmethod
    def numbers(self, start: int, stop: int) -> list[int]:
        """The numbers of a part."""

    @abstractmethod
    def _first(self, stop: int) -> Question[Any]: ...


class Deadlines(Order):
    """Many tickets as they press: what nobody has judged yet, by when somebody must; then by
    deadline. Each part is read along an index.

    In one query the database would have to put them all in order to give the first fifty.
    """

    def __init__(self, tickets: Callable[[], TicketQuerySet], view: _View | None = None) -> None:
        super().__init__(tickets)
        self._view = view
        self.counted_as = view.key if view else None

    def numbers(self, start: int, stop: int) -> list[int]:
        """The numbers of a part."""
        found: list[int] = []
        if stop <= start or (self._view is None and self._tickets.query.is_empty()):
            return found  # nothing can't be joined to nothing
        if start and stop <= NEAR:
            near = self._first(stop).asked()
            if len(near) == stop:
                return list(near[start:])
        if not start:  # most look no further: one question for all but the last part
            known = vars(self).get("_heard") if stop == PER_PAGE else None
            first = self._first(stop).asked() if known is None else known
            found = list(first)
            if len(found) == stop:
                return found
            return found + _walked(_parts(self._tickets)[-1:], 0, stop - len(found))
        there, known = self._counted, self.counted_as is not None or len(self) < MOST
        end = min(stop, there)
        if known and start > there - start and start < end:  # nearer to the end
            backwards = [part.reverse() for part in reversed(_parts(self._tickets))]
            return _walked(backwards, there - end, there - start)[::-1]
        return _walked(_parts(self._tickets), start, stop)

    def _first(self, stop: int) -> Question[int]:
        if self._view is not None:
            return self._view.first(stop)
        return Kept(lambda: _together(self._tickets, stop), last=True)()


class Latest(Order):
    """Many tickets, the latest first: what is solved has no deadline to be put in order by."""

    def numbers(self, start: int, stop: int) -> list[int]:
        """The numbers of a part."""
        return list(self._latest()[start:stop])

    def _first(self, stop: int) -> Question[int]:
        return once(self._latest()[:stop])

    def _latest(self) -> QuerySet[Ticket, int]:
        return self._tickets.order_by("-pk").values_list("pk", flat=True)


class _View:
    """A ready-made view without filters, whose questions are worked out once for everybody."""

    def __init__(self, key: str, asking: Asking) -> None:
        self.key = key
        user = asking.user
        values = {"user": user.pk, "team": user.team_id or 0, "now": asking.now}
        self._values = {name: values[name] for name in ASKS.get(key, {})}

    def first(self, stop: int) -> Question[int]:
        """Those that come first."""
        return _kept(self.key, stop)(**self._values)


@lru_cache(maxsize=256)
def _kept(key: str, stop: int) -> Kept[Any]:
    def make(**blanks: Any) -> QuerySet[Any, Any]:
        user = User(pk=blanks.get("user", 1), team_id=blanks.get("team"))
        asking = Asking(user, blanks.get("now", datetime(2000, 1, 1, tzinfo=UTC)))
        tickets = Ticket.objects.filter(in_view(key, asking))
        return _together(tickets.active() if key else tickets.filter(_OPEN), stop)

    return Kept(make, last=True, **ASKS.get(key, {}))


def in_order(asking: Asking, view: str, chosen: Mapping[str, Sequence[str]]) -> Deadlines | Latest:
    """What was chosen, by deadline; the latest first where not only open tickets are asked for."""

    def tickets() -> TicketQuerySet:
        meant = filters.meaning(chosen, asking)
        return access.tickets_of(asking.user).filter(meant, in_view(view, asking))

    if not filters.is_of_open(chosen):
        return Latest(tickets)
    ready = asking.user.is_agent and not chosen
    known = view if view in meanings(asking) else ""
    return Deadlines(tickets, _View(known, asking) if ready else None)


def _walked(parts: Sequence[QuerySet[Any, Any]], start: int, stop: int) -> list[int]:
    """What lies between two places of the parts one after the other."""
    found: list[int] = []
    before = 0  # so many lie in the parts that were passed
    for part in parts:
        if len(found) == stop - start:
            break
        first_here, wanted = max(start - before, 0), stop - start - len(found)
        numbers = [pk for _part, _by, _at, pk in part[first_here : first_here + wanted]]
        found += numbers
        if numbers or not first_here:
            before += first_here + len(numbers)
        else:
            before += part[:first_here].count()
    return found


def _most(tickets: TicketQuerySet) -> QuerySet[Any, Any]:
    return tickets.order_by().values_list("pk")[:MOST]


def _together(tickets: TicketQuerySet, stop: int) -> QuerySet[Any, Any]:
    """The first of all parts but the last."""
    first, *others = (part[:stop] for part in _parts(tickets)[:-1])
    return first.union(*others, all=True).order_by(*IN_PART)[:stop]


def _parts(tickets: TicketQuerySet) -> list[QuerySet[Any, Any]]:
    judged = tickets.filter(coverage__judge_by=None)
    known = judged.exclude(UNKNOWN)
    dated = known.filter(coverage__next_due_at__isnull=False)
    undated = known.filter(coverage__next_due_at=None)
    return [
        _part(0, tickets.filter(UNJUDGED), F("coverage__judge_by")),
        _part(1, judged.filter(UNKNOWN), NEVER),
        _part(2, dated, F("coverage__next_due_at")),
        _part(3, undated, NEVER),
    ]


def _part(number: int, tickets: QuerySet[Ticket], by: F | Value) -> QuerySet[Any, Any]:
    """Tickets of which the nearest moment comes first, or the oldest where they have none."""
    named = tickets.annotate(part=Value(number), by=by)
    if isinstance(by, F):
        named = named.order_by(by, "reported_at", "pk")
    else:
        named = named.order_by("reported_at", "pk")
    return named.values_list(*IN_PART)

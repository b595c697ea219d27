"""A year of a calendar as a picture: twelve months of weeks, each day with what it is. Pure."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sla.engine.opening import Block
from sla.models import CalendarDay

MONTHS = range(1, 13)


class Kind(StrEnum):
    """What a day is: like its weekday (open or closed), or special."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    OWN = "own"
    HOURS = "hours"


@dataclass(frozen=True)
class Day:
    """One day. opens: time counts on it. weekday_opens: it would on an ordinary such weekday.

    begun: today or past, so fixed.
    """

    day: date
    kind: Kind
    name: str
    hours: str
    weekday_opens: bool
    begun: bool
    today: bool
    chosen: bool

    @property
    def opens(self) -> bool:
        """Does time count on it?"""
        return self.kind in (Kind.OPEN, Kind.HOURS)

    @property
    def special(self) -> bool:
        """Is it not like its weekday?"""
        return self.kind in (Kind.HOLIDAY, Kind.OWN, Kind.HOURS)


@dataclass(frozen=True)
class Week:
    """An ISO week, cut to a month: None for days of another."""

    number: int
    days: Sequence[Day | None]


@dataclass(frozen=True)
class Month:
    """A month: its weeks, and its special days in order."""

    first: date
    weeks: Sequence[Week]
    special: Sequence[Day]
    werkdagen: int
    past: bool


@dataclass(frozen=True)
class Year:
    """The picture, and what it adds up to. lost: holidays on which it would have been open."""

    number: int
    months: Sequence[Month]
    werkdagen: int
    holidays: int
    lost: int
    own: int
    hours: int


def picture(
    year: int,
    *,
    week: Mapping[int, Sequence[Block]],
    special: Iterable[CalendarDay],
    today: date,
    chosen: date | None = None,
) -> Year:
    """A year of a calendar with these opening blocks (0 = Monday) and special days."""
    rows = {row.day: row for row in special}

    def seen(day: date) -> Day:
        return look(day, week=week, row=rows.get(day), today=today, chosen=chosen)

    months = [_month(year, month, seen, today) for month in MONTHS]
    days = [day for month in months for day in month.special]
    kinds = [day.kind for day in days]
    return Year(
        number=year,
        months=months,
        werkdagen=sum(month.werkdagen for month in months),
        holidays=kinds.count(Kind.HOLIDAY),
        lost=sum(day.kind is Kind.HOLIDAY and day.weekday_opens for day in days),
        own=kinds.count(Kind.OWN),
        hours=kinds.count(Kind.HOURS),
    )


def look(
    day: date,
    *,
    week: Mapping[int, Sequence[Block]],
    row: CalendarDay | None,
    today: date,
    chosen: date | None = None,
) -> Day:
    """One day, as its weekday and its special row make it."""
    blocks = week.get(day.weekday(), ())
    kind = Kind.OPEN if blocks else Kind.CLOSED
    hours = [f"{opens}-{closes}" for opens, closes in blocks]
    if row is not None:
        hours = [f"{row.opens}-{row.closes}"] if row.opens else []
        kind = Kind.HOURS if row.opens else Kind.HOLIDAY if row.is_holiday else Kind.OWN
    return Day(
        day=day,
        kind=kind,
        name=row.name if row else "",
        hours=", ".join(hours),
        weekday_opens=bool(blocks),
        begun=day <= today,
        today=day == today,
        chosen=day == chosen,
    )


def _month(year: int, month: int, seen: Callable[[date], Day], today: date) -> Month:
    weeks = []
    for dates in Weeks().monthdatescalendar(year, month):
        days = [seen(day) if day.month == month else None for day in dates]
        weeks.append(Week(number=dates[0].isocalendar().week, days=days))
    shown = [day for each in weeks for day in each.days if day is not None]
    return Month(
        first=date(year, month, 1),
        weeks=weeks,
        special=[day for day in shown if day.special],
        werkdagen=sum(day.opens for day in shown),
        past=shown[-1].day < today,
    )

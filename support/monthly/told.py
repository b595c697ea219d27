"""A monthly report as it is told, in one form that the page, the PDF and the spreadsheets share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sla.wording import moment_words, span_words


@dataclass(frozen=True)
class Figure:
    """A count that opens its rows: of which list of the document, and which of them."""

    count: int
    of: str
    asked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """A length of working time; day: how long a working day is."""

    length: timedelta
    day: timedelta = timedelta()


@dataclass(frozen=True)
class Reference:
    """A ticket, by its reference."""

    ticket: str


Cell: TypeAlias = str | int | datetime | Span | Figure | Reference | None


@dataclass(frozen=True)
class Line:
    """A line of a table; key: by which it is the same line in another version of the report."""

    key: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """heads: of its columns. wide: which of them take what room there is. nothing: in its place.

    under: columns that on paper stand under another, where there are many.
    """

    key: str
    title: str
    heads: Sequence[str]
    lines: Sequence[Line]
    wide: Sequence[int] = (0,)
    under: Mapping[int, int] = field(default_factory=dict)
    nothing: str = ""
    note: str = ""

    @property
    def numbers(self) -> list[int]:
        """The columns that hold numbers, which stand to the right."""
        first = self.lines[0].cells if self.lines else ()
        return [at for at, cell in enumerate(first) if isinstance(cell, (int, Figure))]


def with_lines(table: Table) -> list[Table]:
    """No empty heading: a table without lines stands only where that is news."""
    return [table] if table.lines or table.nothing else []


@dataclass(frozen=True)
class Chart:
    """A drawing. kind: outcomes, trend or days; said: what it shows, for who does not see it."""

    kind: str
    title: str
    said: str
    rows: Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Stat:
    """One of the few figures that say most. tone: good, bad, or neither."""

    label: str
    value: str
    note: str = ""
    tone: str = ""
    figure: Figure | None = None


@dataclass(frozen=True)
class Chapter:
    """A chapter: sentences, figures, drawings and tables, in that order; then what goes on."""

    key: str
    title: str
    lines: Sequence[str] = ()
    stats: Sequence[Stat] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    parts: Sequence[Chapter] = ()


@dataclass(frozen=True)
class Report:
    """All of it, in one language. facts: of the cover."""

    title: str
    month: str
    organisation: str
    facts: Sequence[tuple[str, str]]
    chapters: Sequence[Chapter]
    zone: ZoneInfo

    def tables(self) -> list[tuple[Chapter, Table]]:
        """Every table with the chapter that it stands in."""
        every = [part for each in self.chapters for part in (each, *each.parts)]
        return [(chapter, table) for chapter in every for table in chapter.tables]


def cell_words(cell: Cell, zone: ZoneInfo) -> str:
    """A cell as people read it."""
    if isinstance(cell, Figure):
        return str(cell.count)
    if isinstance(cell, Span):
        return span_words(cell.length, cell.day)
    if isinstance(cell, Reference):
        return cell.ticket
    if isinstance(cell, datetime):
        return moment_words(cell, zone)
    return "–" if cell is None else str(cell)

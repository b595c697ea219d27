"""Where the marks of the cockpit's drawings stand: numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sla.reporting import Tally

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 12, 26
HOURS_HEIGHT = 158
HOURS_ROWS = 5
DOT = 24
"""From one mark to the next, so that they don't cover each other."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Point:
    """A month on a line: where it is, and what it says."""

    x: float
    y: float
    month: date
    share: int
    tally: Tally


@dataclass(frozen=True)
class Drawn:
    """One promise of one strength as a line; where a month has nothing to tell it is broken."""

    strength: str
    points: Sequence[Point]
    paths: Sequence[str]


@dataclass(frozen=True)
class Chart:
    """Lines with their axis and their goals."""

    lines: Sequence[Drawn]
    ticks: Sequence[tuple[float, int]]
    months: Sequence[tuple[float, date]]
    goals: Sequence[tuple[float, int, str]]


def chart(lines: Mapping[str, Mapping[date, Tally]], goals: Mapping[str, int]) -> Chart:
    """The shares of months as lines, by strength; the axis begins at a round number below all."""
    months = sorted({month for line in lines.values() for month in line})
    shares = [tally.share for line in lines.values() for tally in line.values()]
    drawn_goals = {strength: goals[strength] for strength in lines if strength in goals}
    least = min([share for share in shares if share is not None] + list(drawn_goals.values()))
    low = max(least // 10 * 10 - 10, 0)
    step = 10 if 100 - low <= 50 else 20 if 100 - low <= 80 else 25
    low = 100 - -(-(100 - low) // step) * step
    low = max(low, 0)

    def x_of(at: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * at / max(len(months) - 1, 1), 1)

    def y_of(share: int) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (100 - share) / (100 - low or 1), 1)

    drawn = []
    for strength, line in lines.items():
        points: list[Point] = []
        runs: list[list[Point]] = [[]]
        for at, month in enumerate(months):
            tally = line[month]
            if tally.share is None:
                runs.append([])
                continue
            points.append(Point(x_of(at), y_of(tally.share), month, tally.share, tally))
            runs[-1].append(points[-1])
        paths = [
            "M" + " L".join(f"{point.x} {point.y}" for point in run) for run in runs if len(run) > 1
        ]
        drawn.append(Drawn(strength, points, paths))
    return Chart(
        lines=drawn,
        ticks=[(y_of(share), share) for share in range(low, 101, step)],
        months=[(x_of(at), month) for at, month in enumerate(months)],
        goals=[(y_of(goal), goal, strength) for strength, goal in drawn_goals.items()],
    )


@dataclass(frozen=True)
class Dot:
    """A deadline on the hour line."""

    x: float
    y: float
    mark: Any


@dataclass(frozen=True)
class HourLine:
    """Deadlines by how much working time is left."""

    dots: Sequence[Dot]
    ticks: Sequence[tuple[float, int]]
    width: int
    height: int


def hour_line(marks: Sequence[Any], *, width: int = 960) -> HourLine:
    """Marks by the working time that is left, in rows where they would cover each other."""
    spans = [max((mark.card.remaining or timedelta()) / HOUR, 0.0) for mark in marks]
    most = max(8, -(-int(max(spans, default=0) + 1) // 8) * 8)
    reach = width - 2 * LEFT

    def x_of(hours: float) -> float:
        return round(LEFT + reach * hours / most, 1)

    rows = [-100.0] * HOURS_ROWS
    dots = []
    for mark, hours in sorted(zip(marks, spans, strict=True), key=lambda each: each[1]):
        x = x_of(hours)
        row = next((at for at in range(HOURS_ROWS) if x - rows[at] >= DOT), HOURS_ROWS - 1)
        rows[row] = x
        dots.append(Dot(x, HOURS_HEIGHT - BOTTOM - 14 - row * DOT, mark))
    step = 2 if most <= 16 else 8
    return HourLine(
        dots=dots,
        ticks=[(x_of(hours), hours) for hours in range(0, most + 1, step)],
        width=width,
        height=HOURS_HEIGHT,
    )

"""Template tags that draw the report's figures as SVG, without inline styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

OUTCOMES = ("kept", "breached", "not_binding", "running")
TREND_HEIGHT = 48
TREND_WIDTH = 24


def outcome_bar(cells: Mapping[str, object], label: str = "") -> dict[str, object]:
    """Draw one row of kept, breached, not binding and running as a stacked bar of 100 units.

    `cells` maps each outcome to something with a `count`.
    """
    counts = {outcome: _count(cells[outcome]) for outcome in OUTCOMES}
    total = sum(counts.values())
    parts: list[dict[str, object]] = []
    left = 0.0
    for outcome, count in counts.items():
        if count:
            width = 100 * count / total
            parts.append({"outcome": outcome, "x": f"{left:.2f}", "width": f"{width:.2f}"})
            left += width
    return {"parts": parts, "label": label, **counts}


def trend_chart(months: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Draw months as stacked columns, the tallest month as high as the drawing.

    Each month has its four counts by name, and `month` (a date), `url` and `current`.
    """
    tallest = max((sum(month[outcome] for outcome in OUTCOMES) for month in months), default=0)
    columns = []
    for month in months:
        bottom = float(TREND_HEIGHT)
        parts = []
        for outcome in OUTCOMES:
            height = TREND_HEIGHT * month[outcome] / tallest if tallest else 0
            bottom -= height
            if height:
                parts.append({"outcome": outcome, "y": f"{bottom:.2f}", "height": f"{height:.2f}"})
        columns.append({"month": month, "parts": parts})
    return {"columns": columns, "width": TREND_WIDTH, "height": TREND_HEIGHT}


def _count(cell: Any) -> int:
    return int(cell["count"] if isinstance(cell, Mapping) else cell.count)

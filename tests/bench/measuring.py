"""Rates, measured in turns with a reference, because machines change speed within seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Work = Callable[[], object]

tickets = 1_000_000
"""How many the pages are measured with; `--tickets` says otherwise."""


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure, and beside it a reference of the same run."""

    what: str
    figure: float
    unit: str = "/s"
    reference: str = ""
    reference_figure: float | None = None
    bar: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure as a part of its reference."""
        return self.figure / self.reference_figure if self.reference_figure else None


def rates(*works: Work, rounds: int = 9, seconds: float = 0.1) -> list[float]:
    """How often a second each work can be done: the median of rounds in which each has its turn."""
    repeats = [_repeats(work, seconds) for work in works]
    measured: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times, found in zip(works, repeats, measured, strict=True):
            found.append(times / _took(work, times))
    return [median(found) for found in measured]


def compared(
    what: str,
    work: Work,
    reference: Work,
    *,
    called: str,
    times: int = 1,
    bar: str = "",
    seconds: float = 0.1,
) -> Row:
    """A row of a work beside its reference; each call of either does `times` things.

    seconds: how long each has its turn; work of many milliseconds wants more, to get going.
    """
    figure, beside = rates(work, reference, seconds=seconds)
    return Row(what, figure * times, "/s", called, beside * times, bar)


def _repeats(work: Work, seconds: float) -> int:
    """How many calls fill so many seconds."""
    times = 1
    while (took := _took(work, times)) < seconds / 4:
        times *= 2
    return max(1, round(times * seconds / took))


def _took(work: Work, times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        work()
    return perf_counter() - began

"""A month counted tick by tick, the slow and plain way."""

from __future__ import annotations

from collections.abc import Iterable

Ticks = tuple[int, int]  # from and until, in ticks


def counted_ticks(
    month: Ticks, down: Iterable[Ticks], excused: Iterable[Ticks], longer_than: int
) -> int:
    """How many ticks of the month count as down.

    Runs of ticks that something was down are looked at whole, without those that are excused.
    """
    is_down = {tick for begin, end in down for tick in range(begin, end)}
    is_excused = {tick for begin, end in excused for tick in range(begin, end)}
    counted, run = 0, list[int]()
    for tick in [*sorted(is_down), None]:
        if run and (tick is None or tick != run[-1] + 1):
            left = [each for each in run if each not in is_excused]
            if len(left) > longer_than:
                counted += sum(month[0] <= each < month[1] for each in left)
            run = []
        if tick is not None:
            run.append(tick)
    return counted

"""How likely it is that a running promise will be missed: by how those like it went.

Of those that were still open when as much of their time was used, the share that was missed in the
end. Nothing else is weighed, so that whoever reads it can count it again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ENOUGH = 20
"""So few like it say too little to speak of a chance."""


@dataclass(frozen=True)
class Chance:
    """Of `like` promises that were still open at this point, `missed` were missed."""

    missed: int
    like: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.missed / self.like


class Curve:
    """What is known of promises that are decided: which share of its time each had used when it was
    done. More than 1 is too late; infinite was never done.
    """

    def __init__(self, used: Iterable[float]) -> None:
        self._used: Sequence[float] = sorted(used)
        self._missed = len(self._used) - bisect_right(self._used, 1.0)

    def __len__(self) -> int:
        return len(self._used)

    def chance(self, used: float) -> Chance | None:
        """Of one that is open with that share of its time used, up to 1; None where too few were.

        ValueError when its time is over: it is missed, and nothing is left to chance.
        """
        if used >= 1:
            raise ValueError("its time is over")
        like = len(self._used) - bisect_right(self._used, used)
        return Chance(self._missed, like) if like >= ENOUGH else None

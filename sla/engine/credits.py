"""What a contract is owed for a month: a share of the fee for each service, added, up to a cap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """A service with the share that its month gives, and the fee that it is a share of."""

    service: str
    percent: int
    fee: Decimal | None

    @property
    def amount(self) -> Decimal:
        """The share in cents, half a cent up; nothing where no fee is known."""
        share = (self.fee or ZERO) * self.percent / 100
        return share.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Owed:
    """The sum of a month: what the services come to, the most there can be, and what is owed."""

    lines: tuple[Line, ...]
    added: Decimal
    cap: Decimal
    total: Decimal


def cap_of(monthly_sum: Decimal | None, cap_percent: int) -> Decimal:
    """The most that can be given back of a month's fee; a cent is never rounded up."""
    return ((monthly_sum or ZERO) * cap_percent / 100).quantize(CENT, ROUND_DOWN)


def owed(lines: Iterable[Line], monthly_sum: Decimal | None, cap_percent: int) -> Owed:
    """Add up a month, to no more than the cap."""
    counted = tuple(lines)
    added = sum((line.amount for line in counted), ZERO)
    cap = cap_of(monthly_sum, cap_percent)
    return Owed(counted, added, cap, min(added, cap))

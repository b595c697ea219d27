"""Credits: proposed from judged months, decided by a manager, corrected when one is judged again.

What was decided never changes: a month that is judged otherwise afterwards gives another proposal,
of the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet, Sum
from django.utils.translation import gettext as _

from sla import months, rates
from sla.agreements import availability_of
from sla.engine.credits import Line, Owed, cap_of, owed
from sla.engine.dates import after, first_of
from sla.models import Agreement, Contract, Credit, Service, ServiceMonth
from tickets.models import User

NONE = Decimal(0)
Ground, State = Credit.Ground, Credit.State
GRANTED = (State.APPROVED, State.CHANGED)


class CreditError(ValueError):
    """What can't be done with a credit, in words for whoever tried."""


def sweep(*, now: datetime) -> int:
    """Propose what months that were judged, or judged again, come to; gives how many proposals."""
    made = 0
    waiting = ServiceMonth.objects.filter(credits_due=True, settled=True, stale_since=None)
    for row in waiting.select_related("service").order_by("month", "pk"):
        ready = True
        for contract in _contracts(row.service):
            proposed = propose(contract, row.month, now=now)
            ready = ready and proposed is not None
            made += bool(proposed)
        if ready:
            ServiceMonth.objects.filter(pk=row.pk).update(credits_due=False)
    return made


@transaction.atomic
def propose(contract: Contract, month: date, *, now: datetime) -> Sequence[Credit] | None:
    """The proposal of a contract's month, if what it comes to was not proposed yet.

    None while a service's month is not settled.
    """
    contract = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    rows = _months(contract, month)
    if rows is None:
        return None
    fee = rates.monthly_sum(contract, _day_of(contract, month))
    found = calculated(contract, month, rows, fee)
    lines = [_written(line, row) for line, row in zip(found.lines, rows, strict=True)]
    theirs = of_month(contract, month).filter(ground=Ground.AVAILABILITY)
    last = theirs.exclude(state=State.REPLACED).order_by("-number").first()
    if not _is_news(last, found, lines, fee):
        return ()
    if last is not None and last.state == State.PROPOSED:
        theirs.filter(pk=last.pk).update(state=State.REPLACED)
    credit = Credit(
        contract=contract,
        month=month,
        number=_next_number(contract, month),
        proposed_at=now,
        monthly_sum=fee,
        lines=lines,
        total=found.total,
        amount=found.total - granted(contract, month, Ground.AVAILABILITY),
    )
    if last is not None and not credit.amount:
        return ()
    credit.save(force_insert=True)
    return [credit]


def _is_news(
    last: Credit | None, found: Owed, lines: list[dict[str, object]], fee: Decimal | None
) -> bool:
    """Does a month come to something that was not proposed last?"""
    if last is None:
        return any(line.percent for line in found.lines)
    if last.state != State.PROPOSED:
        return last.total != found.total
    return (last.total, last.lines, last.monthly_sum) != (found.total, lines, fee)


def calculated(
    contract: Contract, month: date, rows: Iterable[ServiceMonth], fee: Decimal | None
) -> Owed:
    """What a month comes to: of each service its share of its own fee, else of the contract's."""
    day = _day_of(contract, month)
    lines = []
    for row in rows:
        apart = rates.fee_on(contract, day, row.service)
        lines.append(Line(row.service.name, row.credit_percent, fee if apart is None else apart))
    return owed(lines, fee, cap_percent(contract, month))


def cap_percent(contract: Contract, month: date) -> int:
    """Which share of the monthly fee all credits of a month can be."""
    terms = _terms(contract, month)
    return terms.cap_percent if terms else 100


def of_month(contract: Contract, month: date) -> QuerySet[Credit]:
    """All that was proposed for a month, in order."""
    return Credit.objects.filter(contract=contract, month=month).order_by("number")


def granted(contract: Contract, month: date, *grounds: str) -> Decimal:
    """What was granted for a month so far, on these grounds or any."""
    rows = of_month(contract, month).filter(state__in=GRANTED)
    if grounds:
        rows = rows.filter(ground__in=grounds)
    return rows.aggregate(sum=Sum("granted"))["sum"] or NONE


def left(contract: Contract, month: date) -> Decimal:
    """How much can still be granted for a month under the cap."""
    fee = rates.monthly_sum(contract, _day_of(contract, month))
    return cap_of(fee, cap_percent(contract, month)) - granted(contract, month)


@transaction.atomic
def approve(credit: Credit, *, actor: User, now: datetime) -> Credit:
    """Grant what was proposed. CreditError in words."""
    credit = _held(credit)
    _possible(credit, credit.amount)
    return _decide(credit, State.APPROVED, actor, now, granted=credit.amount)


@transaction.atomic
def change(credit: Credit, amount: Decimal, *, reason: str, actor: User, now: datetime) -> Credit:
    """Grant another amount, with the reason."""
    credit = _held(credit)
    _possible(credit, amount)
    return _decide(credit, State.CHANGED, actor, now, granted=amount, reason=_stated_reason(reason))


@transaction.atomic
def refuse(credit: Credit, *, reason: str, actor: User, now: datetime) -> Credit:
    """Grant nothing of it, with the reason."""
    return _decide(_held(credit), State.REFUSED, actor, now, reason=_stated_reason(reason))


@transaction.atomic
def grant_for_negligence(
    contract: Contract, month: date, amount: Decimal, *, reason: str, actor: User, now: datetime
) -> Credit:
    """The second ground, which a person chooses: under the same cap (Diploc Afbakening)."""
    contract = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    month = first_of(month)
    if not negligence_clause(contract.agreement, month):
        raise CreditError(_("This agreement knows no credit for negligence."))
    if amount <= 0:
        raise CreditError(_("A credit is more than nothing."))
    credit = Credit(
        contract=contract,
        month=month,
        ground=Ground.NEGLIGENCE,
        number=_next_number(contract, month),
        proposed_at=now,
        monthly_sum=rates.monthly_sum(contract, _day_of(contract, month)),
        total=amount,
        amount=amount,
        reason=_stated_reason(reason),
    )
    _possible(credit, amount)
    credit.state, credit.granted = State.APPROVED, amount
    credit.decided_at, credit.decided_by = now, actor
    credit.save(force_insert=True)
    return credit


def negligence_clause(agreement: Agreement, day: date) -> str:
    """By which clause an agreement knows a credit for negligence; "" if it does not."""
    edition = months.edition_of(Service(agreement=agreement), first_of(day))
    terms = availability_of(edition) if edition else None
    return terms.negligence_clause if terms else ""


def billed(rows: QuerySet[Credit], *, now: datetime) -> int:
    """They were given to billing; of what was given before the first moment stays."""
    return rows.filter(state__in=GRANTED, billed_at=None).update(billed_at=now)


def _contracts(service: Service) -> QuerySet[Contract]:
    if service.contract_id:
        return Contract.objects.filter(pk=service.contract_id)
    return Contract.objects.filter(agreement=service.agreement_id)


def _months(contract: Contract, month: date) -> list[ServiceMonth] | None:
    """The judged month of each service that was provided in it; None while one is missing."""
    if not _holds_in(contract, month):
        return []
    services = Service.objects.under(contract).select_related("agreement")
    rows = {
        row.service_id: row
        for row in ServiceMonth.objects.filter(service__in=services, month=month).select_related(
            "service"
        )
    }
    if any(not row.settled or row.stale_since for row in rows.values()):
        return None
    begun = [each for each in services if each.starts_on and each.starts_on < after(month)]
    for service in begun:
        if service.pk not in rows and not (service.ends_on and service.ends_on < month):
            return None
    return sorted(rows.values(), key=lambda row: (row.service.name, row.service_id))


def _holds_in(contract: Contract, month: date) -> bool:
    begun = contract.starts_on is None or contract.starts_on < after(month)
    return begun and (contract.ends_on is None or contract.ends_on >= month)


def _day_of(contract: Contract, month: date) -> date:
    """The day whose fee is that of the month: its first, else the contract's first in it."""
    begun = contract.starts_on
    return begun if begun and month < begun < after(month) else month


def _terms(contract: Contract, month: date) -> Any:
    edition = months.edition_of(Service(agreement=contract.agreement), month)
    return availability_of(edition) if edition else None


def _written(line: Line, row: ServiceMonth) -> dict[str, object]:
    return {
        "service": line.service,
        "availability": str(row.percent),
        "unavailable_seconds": row.unavailable.total_seconds(),
        "percent": line.percent,
        "fee": None if line.fee is None else str(line.fee),
        "amount": str(line.amount),
    }


def _next_number(contract: Contract, month: date) -> int:
    last = of_month(contract, month).aggregate(last=Max("number"))["last"]
    return 0 if last is None else last + 1


def _held(credit: Credit) -> Credit:
    Contract.objects.select_for_update(no_key=True).get(pk=credit.contract_id)
    found = Credit.objects.select_related("contract__agreement").get(pk=credit.pk)
    if found.state == State.REPLACED:
        raise CreditError(_("Another proposal took the place of this one."))
    if found.state != State.PROPOSED:
        raise CreditError(_("This credit was decided already."))
    return found


def _possible(credit: Credit, amount: Decimal) -> None:
    """CreditError if a month would then have less than nothing, or more than the cap."""
    if credit.monthly_sum is None:
        raise CreditError(_("The contract's monthly fee is not known. Fill it in first."))
    before = granted(credit.contract, credit.month)
    cap = cap_of(credit.monthly_sum, cap_percent(credit.contract, credit.month))
    if before + amount > cap:
        raise CreditError(
            _("All credits of a month together are at most € %(cap)s; € %(left)s is left.")
            % {"cap": cap, "left": cap - before}
        )
    if before + amount < 0:
        raise CreditError(
            _("More can't be taken back than was granted: € %(sum)s.") % {"sum": before}
        )


def _decide(
    credit: Credit,
    state: Credit.State,
    actor: User,
    now: datetime,
    *,
    granted: Decimal | None = None,
    reason: str = "",
) -> Credit:
    credit.state, credit.granted, credit.reason = state, granted, reason
    credit.decided_at, credit.decided_by = now, actor
    credit.save(update_fields=["state", "granted", "reason", "decided_at", "decided_by"])
    return credit


def _stated_reason(reason: str) -> str:
    if not reason.strip():
        raise CreditError(_("Say why."))
    return reason.strip()

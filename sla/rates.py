"""What contracts cost a month, how that changes, and when they are renewed.

A change is told in time, as the agreement's own changes are (Diploc Afbakening: a month before, by
e-mail, and who disagrees may end the contract at its next renewal).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sla import editions
from sla.engine.renewals import next_renewal
from sla.models import Contract, Rate, Service, ServiceMonth


class RateError(ValueError):
    """What can't be done with a rate, in words for whoever tried."""


def fee_on(contract: Contract, day: date, service: Service | None = None) -> Decimal | None:
    """What the contract costs a month on a day, or a service of it that is paid apart."""
    rates = contract.rates.filter(service=service, from_on__lte=day, announced_at__isnull=False)
    last = rates.order_by("-from_on").first()
    return last.amount if last else None


def monthly_sum(contract: Contract, day: date) -> Decimal | None:
    """The contract's monthly fee on a day; where it has none, what its services cost together."""
    whole = fee_on(contract, day)
    if whole is not None:
        return whole
    apart = [fee_on(contract, day, service) for service in contract.services.all()]
    known = [fee for fee in apart if fee is not None]
    return sum(known, Decimal(0)) if known else None


def renewal_after(contract: Contract, day: date) -> date | None:
    """The next renewal of a contract ("de eerstvolgende verlengingsdatum")."""
    return next_renewal(
        day,
        starts_on=contract.starts_on,
        period_months=contract.period_months,
        renews_on=contract.renews_on,
        ends_on=contract.ends_on,
    )


def first_possible_day(contract: Contract, service: Service | None, *, today: date) -> date:
    """The first day that a rate told today can hold from: the first of all from any day, another
    one after the notice of the agreement, and never before what was announced already.
    """
    theirs = contract.rates.filter(service=service, announced_at__isnull=False)
    last = theirs.order_by("-from_on").first()
    if last is None:
        return date.min
    edition = editions.in_force(contract.agreement, today=today)
    notice = edition.terms.get("notice", {}) if edition else {}
    return max(editions.after_notice(today, notice), last.from_on)


@transaction.atomic
def announce(
    contract: Contract,
    amount: Decimal,
    from_on: date,
    *,
    now: datetime,
    today: date,
    service: Service | None = None,
) -> Rate:
    """Fix a rate from a day on; the contacts are told, unless it is the first. RateError in words.

    today: on the calendar of whoever announces it.
    """
    Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    if problem := refusal(contract, amount, from_on, service=service, today=today):
        raise RateError(problem)
    first = not contract.rates.filter(service=service).exists()
    rate = Rate.objects.create(
        contract=contract,
        service=service,
        amount=amount,
        from_on=from_on,
        announced_at=now,
        told_at=now if first else None,
    )
    theirs = Q(service__contract=contract) | Q(
        service__contract=None, service__agreement=contract.agreement_id
    )
    credited = ServiceMonth.objects.filter(theirs, month__gte=from_on.replace(day=1))
    credited.filter(credit_percent__gt=0).update(credits_due=True)
    return rate


def refusal(
    contract: Contract, amount: Decimal, from_on: date, *, service: Service | None, today: date
) -> str:
    """Why a rate can't be announced; nothing if it can."""
    if amount < 0:
        return _("A fee can't be below nothing.")
    if service is not None and service.contract_id != contract.pk:
        return _("That service is of another contract.")
    if contract.ends_on is not None and from_on > contract.ends_on:
        return _("The contract has ended by then.")
    return _day_refused(contract, from_on, service, today) or _same(
        contract, amount, from_on, service
    )


def _day_refused(contract: Contract, day: date, service: Service | None, today: date) -> str:
    if contract.rates.filter(service=service, from_on=day).exists():
        return _("There is a rate from this day already.")
    first = first_possible_day(contract, service, today=today)
    if day >= first:
        return ""
    return _("This day lies inside the notice period. The first possible day is %(date)s.") % {
        "date": date_format(first, "j F Y")
    }


def _same(contract: Contract, amount: Decimal, day: date, service: Service | None) -> str:
    before = fee_on(contract, day, service)
    if before is not None and before == amount:
        return _("That changes nothing.")
    return ""


def before(rate: Rate) -> Decimal | None:
    """What it cost until a rate."""
    earlier = Rate.objects.filter(
        contract=rate.contract_id, service=rate.service_id, from_on__lt=rate.from_on
    )
    last = earlier.exclude(announced_at=None).order_by("-from_on").first()
    return last.amount if last else None

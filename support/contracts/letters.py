"""New rates and granted credits, mailed to every contact of the organisation, each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla import crediting, editions, rates, terms
from sla.availability_words import month_words, percent_words
from sla.models import Contract, Credit, Rate
from support.brands import face
from support.contracts.models import ContractLetter
from support.mail import letters
from support.mail.models import OutgoingMail
from tickets.models import Contact

BATCH = 200
Words = Mapping[str, object]


def tell(*, now: datetime) -> int:
    """Write mail about what nobody was told of yet; gives how many contacts were.

    Each batch is one transaction of mails with their rows, and two tellers never hold the same
    rate or credit, so each contact is told once whatever is killed.
    """
    told = 0
    untold = Rate.objects.filter(announced_at__isnull=False, told_at=None)
    for pk in untold.order_by("announced_at").values_list("pk", flat=True):
        while batch := _of_rate(pk, now):
            told += batch
    granted = Credit.objects.filter(state__in=crediting.GRANTED, told_at=None)
    for pk in granted.order_by("decided_at").values_list("pk", flat=True):
        while batch := _of_credit(pk, now):
            told += batch
    return told


def rate_words(rate: Rate) -> Words:
    """What the letter about a rate says, in the active language."""
    contract, today = rate.contract, timezone.localdate(rate.announced_at)
    edition = editions.in_force(contract.agreement, today=today)
    notice = edition.terms.get("notice", {}) if edition else {}
    leaves = rates.renewal_after(contract, today) if notice.get("exit_at_renewal") else None
    was = rates.before(rate)
    return {
        "contract": contract,
        "agreement": contract.agreement,
        "service": rate.service,
        "from_on": day_words(rate.from_on),
        "was": euros(was) if was is not None else "",
        "becomes": euros(rate.amount),
        "notice": terms.notice_words(notice) if notice.get("days") or notice.get("months") else "",
        "clause": edition.terms.get("clauses", {}).get("amendments", "") if edition else "",
        "may_end": bool(notice.get("exit_at_renewal")),
        "leaves_on": day_words(leaves) if leaves else "",
    }


def credit_words(credit: Credit) -> Words:
    """What the letter about a credit says, in the active language."""
    return {
        "credit": credit,
        "contract": credit.contract,
        "agreement": credit.contract.agreement,
        "month": month_words(credit.month),
        "granted": euros(credit.granted or Decimal(0)),
        "taken_back": (credit.granted or 0) < 0,
        "negligence": credit.ground == Credit.Ground.NEGLIGENCE,
        "lines": [line_words(line) for line in credit.lines if line["percent"]],
        "sum": euros(credit.monthly_sum) if credit.monthly_sum is not None else "",
        "cap": crediting.cap_percent(credit.contract, credit.month),
    }


def line_words(line: Mapping[str, Any]) -> str:
    """A line of the calculation: "Webwinkel: 99,46 % beschikbaar, 10 % van € 100,00 is € 10,00"."""
    return _("%(service)s: %(share)s %% available, %(percent)d %% of %(fee)s is %(amount)s") % {
        "service": line["service"],
        "share": percent_words(Fraction(line["availability"])),
        "percent": line["percent"],
        "fee": euros(Decimal(line["fee"])) if line["fee"] is not None else _("an unknown fee"),
        "amount": euros(Decimal(line["amount"])),
    }


def euros(amount: Decimal) -> str:
    """An amount as people here write it: € 1.234,50."""
    return "€ " + formats.number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)


def day_words(day: date) -> str:
    """A day in full."""
    return formats.date_format(day, "j F Y")


def contacts_of(contract: Contract) -> QuerySet[Contact]:
    """Everybody who must hear of a contract."""
    theirs = Contact.objects.filter(organisation=contract.organisation_id)
    return theirs.select_related("user", "organisation").prefetch_related("addresses")


@transaction.atomic
def _of_rate(pk: int, now: datetime) -> int:
    waiting = Rate.objects.select_related("contract__agreement", "service")
    waiting = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",))
    rate = waiting.filter(pk=pk, told_at=None).first()
    return _tell_batch(rate, "rate", rate.contract, rate_words, now) if rate else 0


@transaction.atomic
def _of_credit(pk: int, now: datetime) -> int:
    waiting = Credit.objects.select_related("contract__agreement")
    waiting = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",))
    credit = waiting.filter(pk=pk, told_at=None).first()
    return _tell_batch(credit, "credit", credit.contract, credit_words, now) if credit else 0


def _tell_batch(
    about: Any, name: str, contract: Contract, words: Callable[[Any], Words], now: datetime
) -> int:
    told = ContractLetter.objects.filter(**{name: about}, contact=OuterRef("pk"))
    contacts = list(contacts_of(contract).exclude(Exists(told)).order_by("pk")[:BATCH])
    if not contacts:
        about.told_at = now
        about.save(update_fields=["told_at"])
    for contact in contacts:
        with override(contact.user.language if contact.user else settings.LANGUAGE_CODE):
            mail = _write(contact, name, words(about), now)
        ContractLetter.objects.create(**{name: about}, contact=contact, mail=mail)
    return len(contacts)


def _write(contact: Contact, name: str, words: Words, now: datetime) -> OutgoingMail | None:
    to = contact.email or (contact.user.email if contact.user else "")
    if not to:
        return None
    brand = face.of_organisation(contact.organisation)
    context = {**words, "contact": contact, "brand": brand}
    return letters.write(name, context, to=to, at=now, html=False, broadcast=True)

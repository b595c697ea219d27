"""A new edition, mailed to every contact of the organisations under its agreement, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import override

from sla import comparing, editions, terms
from sla.models import Contract, Edition
from support.agreements.models import EditionNotice
from support.brands import face
from support.mail import letters
from support.mail.models import OutgoingMail
from tickets.models import Contact

BATCH = 200


def tell(*, now: datetime) -> int:
    """Write mail about editions that were announced and not told yet; gives how many were told.

    Each batch is one transaction of mails with their notices, and two tellers never hold the same
    edition, so each contact is told once whatever is killed.
    """
    told = 0
    waiting = Edition.objects.filter(announced_at__isnull=False, told_at=None)
    for pk in waiting.order_by("announced_at").values_list("pk", flat=True):
        while batch := _tell_batch(pk, now):
            told += batch
    return told


def contacts_of(edition: Edition) -> QuerySet[Contact]:
    """Everybody who must hear of an edition: the contacts of the organisations under it."""
    theirs = Contract.objects.filter(agreement=edition.agreement_id)
    contacts = Contact.objects.filter(organisation__in=theirs.values("organisation"))
    return contacts.select_related("user", "organisation").prefetch_related("addresses")


def address_of(contact: Contact) -> str:
    """Where a contact is written to; nothing if there is no address."""
    return contact.email or (contact.user.email if contact.user else "")


@transaction.atomic
def _tell_batch(pk: int, now: datetime) -> int:
    waiting = Edition.objects.filter(pk=pk, told_at=None).select_related("agreement", "calendar")
    edition = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if edition is None:
        return 0
    told = EditionNotice.objects.filter(edition=edition, contact=OuterRef("pk"))
    contacts = list(contacts_of(edition).exclude(Exists(told)).order_by("pk")[:BATCH])
    if not contacts:
        edition.told_at = now
        edition.save(update_fields=["told_at"])
        return 0
    words: dict[str, Mapping[str, Any]] = {}
    for contact in contacts:
        language = contact.user.language if contact.user else settings.LANGUAGE_CODE
        with override(language):
            if language not in words:
                words[language] = letter_words(edition)
            mail = _write(contact, words[language], now)
        EditionNotice.objects.create(edition=edition, contact=contact, mail=mail)
    return len(contacts)


def letter_words(edition: Edition) -> dict[str, Any]:
    """What the letter says, in the active language; notice and clause as they are in force."""
    before = editions.predecessor(edition)
    holding = (before or edition).terms
    notice = holding.get("notice", {})
    return {
        "edition": edition,
        "agreement": edition.agreement,
        "path": reverse("our-agreement-edition", args=[edition.number]),
        "changes": comparing.promised_changes(before, edition) if before else [],
        "clause": holding.get("clauses", {}).get("amendments", ""),
        "notice": terms.notice_words(notice) if notice.get("days") or notice.get("months") else "",
        "may_end": bool(notice.get("exit_at_renewal")),
    }


def _write(contact: Contact, words: Mapping[str, Any], now: datetime) -> OutgoingMail | None:
    """A mail to one contact; None without an address, which the edition's page shows."""
    to = address_of(contact)
    if not to:
        return None
    fixed, brand = contact.organisation.fixed_contact, face.of_organisation(contact.organisation)
    context = {
        **words,
        "contact": contact,
        "brand": brand,
        "url": brand.url + words["path"],
        "fixed_contact": fixed if fixed and fixed.is_agent else None,
    }
    return letters.write("edition", context, to=to, at=now, broadcast=True)

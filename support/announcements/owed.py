"""What a contract says of the change that an announcement is about, to one contact: from the
record of rates and editions, and in the words of the notices that are mailed of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sla.models import Edition, Rate
from support.agreements import letters as of_editions
from support.agreements.models import EditionNotice
from support.announcements.models import Announcement, Kind
from support.brands import face
from support.contracts import letters as of_contracts
from support.contracts.models import ContractLetter
from tickets.models import Contact


@dataclass(frozen=True)
class Owed:
    """lines: what changes, by when it was told and what may be done. clause: by which it is owed.

    url: where it can be read; '' where that is nowhere.
    """

    clause: str = ""
    lines: list[str] = field(default_factory=list)
    url: str = ""


def rates_of(announcement: Announcement) -> QuerySet[Any]:
    """The rates that an announcement is about."""
    return changing().filter(
        contract__agreement=announcement.agreement, from_on=announcement.rates_from
    )


def changing() -> QuerySet[Any]:
    """Rates that were announced and take the place of another; the first one changes nothing."""
    announced = Rate.objects.exclude(announced_at=None).annotate(what=Coalesce("service_id", 0))
    earlier = announced.filter(
        contract=OuterRef("contract"), what=OuterRef("what"), from_on__lt=OuterRef("from_on")
    )
    return announced.filter(Exists(earlier))


def notices_are_written(announcement: Announcement) -> bool:
    """Whether every contact got the notice of the change itself, which comes first."""
    if announcement.edition is not None:
        return announcement.edition.told_at is not None
    if announcement.kind == Kind.RATES:
        return not rates_of(announcement).filter(told_at=None).exists()
    return True


def owed_to(announcement: Announcement, contact: Contact) -> Owed | None:
    """What is owed to a contact with it; None for news, in the active language."""
    if announcement.edition is not None:
        return _of_edition(announcement.edition, contact)
    if announcement.kind == Kind.RATES:
        return _of_rates(announcement, contact)
    return None


def _of_edition(edition: Edition, contact: Contact) -> Owed:
    words = of_editions.letter_words(edition)
    notice = EditionNotice.objects.filter(edition=edition, contact=contact).first()
    lines = [
        *words["changes"],
        *([] if words["changes"] else [_("What we promise you stays the same.")]),
        *_agreed(words, notice.mail.created_at if notice and notice.mail else None),
    ]
    pages = face.of_organisation(contact.organisation).url
    return Owed(words["clause"], lines, pages + words["path"] if contact.user_id else "")


def _of_rates(announcement: Announcement, contact: Contact) -> Owed:
    theirs = rates_of(announcement).filter(contract__organisation=contact.organisation_id)
    lines: list[str] = []
    words: Mapping[str, Any] = {}
    told: datetime | None = None
    for rate in theirs.select_related("contract__agreement", "service").order_by("pk"):
        words = of_contracts.rate_words(rate)
        named = str(rate.service or rate.contract.number or rate.contract.agreement)
        becomes = _("It becomes %(becomes)s a month.")
        if words["was"]:
            becomes = _("It was %(was)s a month and becomes %(becomes)s a month.")
        lines.append(f"{named}: {becomes % words}")
        letter = ContractLetter.objects.filter(rate=rate, contact=contact).first()
        told = letter.mail.created_at if letter and letter.mail else told
    return Owed(str(words.get("clause", "")), [*lines, *_agreed(words, told)] if lines else [])


def _agreed(words: Mapping[str, Any], told: datetime | None) -> list[str]:
    """The notice as it was agreed and given, and the way out."""
    said: list[str] = []
    if words["notice"] and words["clause"]:
        text = _("We tell you at least %(notice)s before, as was agreed (%(clause)s).")
        said.append(text % {"notice": words["notice"], "clause": words["clause"]})
    if told is not None:
        said.append(_("Notice of this went to you on %(day)s.") % {"day": _day(told)})
    if words["may_end"] and words.get("leaves_on"):
        text = _(
            "If you do not agree, you may end the contract at its next renewal date, %(leaves_on)s."
        )
        said.append(text % {"leaves_on": words["leaves_on"]})
    elif words["may_end"]:
        said.append(_("If you do not agree, you may end the contract at its next renewal date."))
    return said


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")

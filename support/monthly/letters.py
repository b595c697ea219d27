"""Issued reports, mailed with their PDF to the contacts whom the organisation named, each once."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from sla.availability_words import month_words
from sla.models import IssuedReport
from support.brands import face
from support.documents.typesetting import TypesettingError
from support.mail import letters
from support.monthly import files
from tickets.models import Contact

log = logging.getLogger(__name__)


def tell(*, now: datetime) -> int:
    """Write the letters about what was issued; gives how many. What can't be typeset waits."""
    told = 0
    untold = IssuedReport.objects.filter(told_at=None).order_by("issued_at")
    for pk in list(untold.values_list("pk", flat=True)):
        try:
            told += _tell(pk, now)
        except TypesettingError:
            log.exception("the PDF of issued report %s could not be made", pk)
    return told


@transaction.atomic
def _tell(pk: int, now: datetime) -> int:
    held = IssuedReport.objects.select_for_update(skip_locked=True, of=("self",))
    issued = (
        held.filter(pk=pk, told_at=None)
        .select_related("report__organisation", "report__agreement")
        .first()
    )
    if issued is None:
        return 0
    told = 0
    for contact in readers(issued):
        to = contact.email or (contact.user.email if contact.user else "")
        if to:
            _write(contact, issued, to=to, now=now)
            told += 1
    issued.told_at = now
    issued.save(update_fields=["told_at"])
    return told


def readers(issued: IssuedReport) -> list[Contact]:
    """Whom the organisation named."""
    named = Contact.objects.filter(
        organisation=issued.report.organisation_id, sees_reports=True
    ).select_related("user", "organisation")
    return list(named.prefetch_related("addresses").order_by("name", "pk"))


def _write(contact: Contact, issued: IssuedReport, *, to: str, now: datetime) -> None:
    report = issued.report
    language = contact.user.language if contact.user else report.organisation.language
    files.content_of(issued, files.Kind.PDF, language, now=now)
    with override(language):
        link, brand = "", face.of_organisation(report.organisation)
        if contact.user and contact.user.is_active:
            link = brand.url + reverse("our-report", args=[issued.pk])
        context = {
            "contact": contact,
            "agreement": report.agreement,
            "month": month_words(report.month),
            "organisation": report.organisation,
            "correction": issued.version > 1,
            "reason": issued.reason,
            "link": link,
            "brand": brand,
        }
        letters.write(
            "monthly",
            context,
            to=to,
            at=now,
            html=False,
            report_file=issued.files.get(kind=files.Kind.PDF, language=language),
            report_name=files.name_of(report, issued.version, files.Kind.PDF),
        )

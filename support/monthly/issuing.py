"""Drafts made, approved and issued; and corrected, which is another version that says why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sla.models import IssuedReport, MonthlyReport, ReportRule
from support.monthly.changes import changes
from support.monthly.document import Data, checksum, in_both, written
from support.monthly.making import drafted
from support.monthly.promises import Scope
from tickets.models import User

REASON = 1000


class ReportError(ValueError):
    """What can't be done with a report, in words for whoever tried."""


def scope_of(report: MonthlyReport) -> Scope:
    """Whose month it is about."""
    return Scope(report.organisation, report.agreement, report.month)


def read(text: str) -> dict[str, Any]:
    """A document as it is kept."""
    return dict(json.loads(text))


def last_issued(report: MonthlyReport) -> IssuedReport | None:
    """The version that holds."""
    return report.issued.order_by("-version").first()


def make(report: MonthlyReport, *, now: datetime) -> MonthlyReport:
    """Make its draft as the rows are now, in the place of an earlier draft."""
    report.draft, report.made_at, report.trouble = drafted(scope_of(report), now=now), now, ""
    report.save()
    return report


def shown(report: MonthlyReport) -> Data | None:
    """What a page shows of it: the draft that waits, else what was issued last."""
    if report.draft:
        return read(report.draft)
    issued = last_issued(report)
    return read(issued.document) if issued else None


def differences(report: MonthlyReport) -> list[str]:
    """What the draft of a correction changes, in the language that is active."""
    issued = last_issued(report)
    if issued is None or not report.draft:
        return []
    return changes(read(issued.document), read(report.draft))


def seen_of(report: MonthlyReport) -> str:
    """By which is known that somebody approves what they saw."""
    return checksum(report.draft)


@transaction.atomic
def approve(
    report: MonthlyReport, *, seen: str, actor: User, now: datetime, reason: str = ""
) -> IssuedReport:
    """Issue the draft for good: the first version, or a correction with its reason."""
    held = MonthlyReport.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "organisation", "agreement"
    )
    report = held.get(pk=report.pk)
    if not ReportRule.lets(actor):
        raise ReportError(_("Monthly reports are approved by others here."))
    if not report.draft:
        raise ReportError(_("A colleague issued it already."))
    if seen != seen_of(report):
        raise ReportError(_("It was made again since you looked. Look at it once more."))
    before = last_issued(report)
    document = read(report.draft) | {
        "version": before.version + 1 if before else 1,
        "issued": now.astimezone(UTC).replace(microsecond=0).isoformat(),
        "issued_by": actor.name,
    }
    if before is not None:
        document["correction"] = _correction(before, report, reason)
    text = written(document)
    issued = IssuedReport.objects.create(
        report=report,
        version=document["version"],
        document=text,
        sha256=checksum(text),
        issued_at=now,
        issued_by=actor,
        reason=reason.strip() if before else "",
    )
    report.draft = ""
    report.save(update_fields=["draft"])
    return issued


def _correction(before: IssuedReport, report: MonthlyReport, reason: str) -> dict[str, object]:
    """What the new version says of the one that it takes the place of."""
    if not reason.strip():
        raise ReportError(_("Say why it is corrected: the customer reads it."))
    changed = in_both(lambda: differences(report))
    if not changed["nl"]:
        raise ReportError(_("Nothing in it is different from what was issued."))
    return {
        "version": before.version,
        "sha256": before.sha256,
        "reason": reason.strip(),
        "changes": changed,
    }


@transaction.atomic
def drop_draft(report: MonthlyReport) -> None:
    """Leave what was issued as it is: the draft of a correction goes."""
    report = MonthlyReport.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
    if report.issued.exists():
        report.draft = ""
        report.save(update_fields=["draft"])

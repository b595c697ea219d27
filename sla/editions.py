"""Editions from draft to force: drafted, announced in time, never changed after that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sla.agreements import availability_of, terms_of, write_edition
from sla.calendars import hours_of
from sla.comparing import changes
from sla.engine.dates import months_later
from sla.models import Agreement, Contract, Edition, EscalationStep, Target


class EditionError(ValueError):
    """What can't be done with an edition, in words for whoever tried."""


def announced(agreement: Agreement) -> QuerySet[Edition]:
    """The editions that were announced, the last to take force first."""
    editions = agreement.editions.filter(announced_at__isnull=False)
    return editions.select_related("agreement", "calendar").order_by("-in_force_on")


def in_force(agreement: Agreement, *, today: date) -> Edition | None:
    """The edition that governs what is reported today."""
    return announced(agreement).filter(in_force_on__lte=today).first()


def predecessor(edition: Edition) -> Edition | None:
    """The announced edition that this one takes the place of, or would."""
    earlier = announced(edition.agreement).exclude(pk=edition.pk)
    return earlier.filter(in_force_on__lt=edition.in_force_on).first()


def stage(edition: Edition, *, today: date) -> Edition.Stage:
    """How far an edition is. Of an agreement fetched with its editions this asks no query."""
    if edition.announced_at is None:
        return Edition.Stage.DRAFT
    if edition.in_force_on > today:
        return Edition.Stage.ANNOUNCED
    later = (
        other
        for other in edition.agreement.editions.all()
        if other.announced_at and edition.in_force_on < other.in_force_on <= today
    )
    return Edition.Stage.REPLACED if any(later) else Edition.Stage.IN_FORCE


def first_possible_date(edition: Edition, *, now: datetime) -> date:
    """The first day on which an edition that is announced now can take force.

    The notice of the edition now in force counts, by date: N days, or the same day N months later
    (else that month's last day). An agreement that no organisation has needs no notice, because
    there is nobody to give it to. The first edition replaces nothing: any day (`date.min`).
    """
    others = announced(edition.agreement).exclude(pk=edition.pk)
    last = others.first()
    if last is None:
        return date.min
    today = today_of(last, now=now)
    first = last.in_force_on + timedelta(days=1)
    current = others.filter(in_force_on__lte=today).first()
    if current is None or not Contract.objects.filter(agreement=edition.agreement_id).exists():
        return max(first, today)
    return max(first, after_notice(today, current.terms.get("notice", {})))


def after_notice(day: date, notice: Mapping[str, Any]) -> date:
    """The day when a notice given on some day has run out; of days and months the later."""
    by_days = day + timedelta(days=notice.get("days", 0))
    return max(by_days, months_later(day, notice.get("months", 0)))


def today_of(edition: Edition, *, now: datetime) -> date:
    """The date on the wall of an edition's calendar."""
    return now.astimezone(ZoneInfo(edition.calendar.zone)).date()


def next_number(agreement: Agreement) -> int:
    """The number of the next edition."""
    return (agreement.editions.aggregate(Max("number"))["number__max"] or 0) + 1


@transaction.atomic
def draft(agreement: Agreement, *, now: datetime) -> Edition:
    """A draft of the next edition: a copy of the last one that was announced, promises and all.

    EditionError if there is a draft already, or nothing to copy.
    """
    last = _ready_for_draft(agreement)
    edition = Edition(
        agreement=agreement,
        number=next_number(agreement),
        calendar=last.calendar,
        terms=last.terms,
        in_force_on=last.in_force_on,
    )
    edition.in_force_on = first_possible_date(edition, now=now)
    edition.save()
    for rows in (last.targets.all(), last.escalation.all()):
        _copy(rows, edition)
    return edition


@transaction.atomic
def draft_from(agreement: Agreement, data: Mapping[str, object], *, now: datetime) -> Edition:
    """A draft of the next edition as written in TOML. ValueError says why not."""
    last = _ready_for_draft(agreement)
    blank = Edition(agreement=agreement, number=next_number(agreement), calendar=last.calendar)
    day = first_possible_date(blank, now=now)
    return write_edition(agreement, data, number=blank.number, in_force_on=day)


def _ready_for_draft(agreement: Agreement) -> Edition:
    """The edition to start from; nobody else drafts until the caller's transaction ends."""
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if waiting := agreement.editions.filter(announced_at=None).first():
        raise EditionError(
            _("There is a draft already: edition %(number)d.") % {"number": waiting.number}
        )
    last = announced(agreement).first()
    if last is None:
        raise EditionError(_("This agreement has no edition yet to start from."))
    return last


def _copy(rows: QuerySet[Target] | QuerySet[EscalationStep], edition: Edition) -> None:
    for row in rows:
        row.pk, row.edition = None, edition
        row._state.adding = True
        row.save()


@transaction.atomic
def announce(edition: Edition, *, now: datetime) -> Edition:
    """Announce a draft: from here on it is fixed, and the contacts of its organisations are told.

    EditionError in words: announced already, promises nothing, can't be read, changes nothing, or
    too early, with the first possible date. The first edition changes nothing for anybody, so
    nobody is told of it.
    """
    Agreement.objects.select_for_update(no_key=True).get(pk=edition.agreement_id)
    edition = Edition.objects.select_related("agreement", "calendar").get(pk=edition.pk)
    if problem := refusal(edition, now=now):
        raise EditionError(problem)
    edition.announced_at = now
    if not announced(edition.agreement).exists():
        edition.told_at = now
    edition.save(update_fields=["announced_at", "told_at"])
    return edition


def refusal(edition: Edition, *, now: datetime) -> str:
    """Why an edition can't be announced now; nothing if it can."""
    if edition.announced_at is not None:
        return _("This edition was announced already.")
    if not edition.targets.exists():
        return _("This edition promises nothing yet: add at least one promise.")
    try:
        terms_of(edition)
        availability_of(edition)
        hours_of(edition.calendar)
    except (KeyError, ValueError) as error:
        return _("This edition can't be read: %(error)s.") % {"error": error}
    if late := too_early(edition, now=now):
        return late
    before = announced(edition.agreement).first()
    if before is not None and not changes(before, edition):
        return _("This edition changes nothing.")
    return ""


def too_early(edition: Edition, *, now: datetime) -> str:
    """Why an edition can't take force on its date, with the first possible one; else nothing."""
    first = first_possible_date(edition, now=now)
    if edition.in_force_on >= first:
        return ""
    return _("This date lies inside the notice period. The first possible date is %(date)s.") % {
        "date": date_format(first, "j F Y")
    }

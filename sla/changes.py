"""What may change under running clocks: days of a calendar, dates of releases. Never the past.

Running clocks follow, soon after, and their history says what moved and why; clocks that have
stopped keep what was known when they did.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from sla.models import Calendar, CalendarDay, Coverage, Release, ReleaseMove
from sla.projection import mark_stale, refresh
from tickets.models import Organisation, Ticket


@transaction.atomic
def add_day(day: CalendarDay, *, now: datetime) -> None:
    """Close a coming day, or give it hours of its own."""
    day.known_from = now
    day.save()
    _changed(day.calendar, now, _("%(day)s: %(name)s") % {"day": _date(day), "name": day.name})


@transaction.atomic
def withdraw_day(day: CalendarDay, *, now: datetime) -> None:
    """A coming day is like its weekday after all. The row stays, for what was read under it."""
    day.withdrawn_at = now
    day.save(update_fields=["withdrawn_at"])
    name = {"day": _date(day), "name": day.name}
    _changed(day.calendar, now, _("%(day)s: %(name)s no longer counts as special") % name)


@transaction.atomic
def plan_release(release: Release, *, now: datetime) -> None:
    """Add a coming release."""
    release.known_from = now
    release.save()
    _releases_changed(release, now, _("Release %(name)s was planned") % {"name": release.name})


@transaction.atomic
def move_release(release: Release, *, to: datetime, now: datetime) -> None:
    """Move a coming release. ValueError for one that has gone live, or a date that has passed."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.planned_at <= now or to <= now:
        raise ValueError(_("What has gone live, or would have, can't be moved."))
    if to == release.planned_at:
        return
    ReleaseMove.objects.create(
        release=release, moved_at=now, planned_before=release.planned_at, planned_after=to
    )
    release.planned_at = to
    release.save(update_fields=["planned_at"])
    _releases_changed(release, now, _("Release %(name)s was moved") % {"name": release.name})


def cover_organisation(organisation: Organisation, *, now: datetime) -> None:
    """An organisation got its contract: what it reported before comes under it too."""
    uncovered = Ticket.objects.filter(organisation=organisation, coverage=None)
    for pk in list(uncovered.values_list("pk", flat=True)):
        with transaction.atomic():
            refresh(Ticket.objects.select_for_update(no_key=True).get(pk=pk), now=now)


def _changed(calendar: Calendar, now: datetime, reason: str) -> None:
    calendar.changed_at = now
    calendar.save(update_fields=["changed_at"])
    mark_stale(Coverage.objects.filter(edition__calendar=calendar), now=now, reason=reason)


def _releases_changed(release: Release, now: datetime, reason: str) -> None:
    covered = Coverage.objects.filter(edition__agreement=release.agreement)
    mark_stale(covered, now=now, reason=reason)


def _date(day: CalendarDay) -> str:
    return formats.date_format(day.day, "j M Y")

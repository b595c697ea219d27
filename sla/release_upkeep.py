"""The minutes that a release takes services down, as planned maintenance by themselves (2.A).

A projection of the calendar of releases: what is to come follows it, as often as it is looked at;
what has passed stays. They are told on pages, in calendars and on the status page, not by mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla import upkeep
from sla.models import Agreement, Maintenance, Release, ReleaseSchedule, Service

AHEAD = timedelta(days=35)
"""So long before a release its maintenance is announced."""
USUAL = 2
"""Minutes, where an agreement has releases and no schedule that says otherwise (2.A)."""
SOON = timedelta(days=1)


def sweep(*, now: datetime) -> int:
    """Follow the calendars of all agreements; gives how much was written."""
    due = Release.objects.filter(planned_at__gt=now - SOON, planned_at__lte=now + AHEAD)
    agreements = Agreement.objects.filter(pk__in=due.values("agreement"))
    return sum(follow(agreement, now=now) for agreement in agreements)


@transaction.atomic
def follow(agreement: Agreement, *, now: datetime) -> int:
    """Bring the maintenance of an agreement's coming releases up to its calendar; gives how much
    was written. Safe to repeat, and to run twice at once.
    """
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    services, minutes = _services(agreement, now), _minutes(agreement)
    coming = _coming(agreement, now) if minutes and services else {}
    written = 0
    with override(settings.LANGUAGE_CODE):  # what is written is read by everybody
        for kept in _maintenance_to_come(agreement, now):
            release = coming.get(kept.release_id or 0)
            if release is None or set(kept.services.all()) != set(services):
                upkeep.cancel(kept, reason=_why_gone(release), actor=None, now=now)
                written += 1
            else:
                written += _moved(kept, release, minutes, now)
                del coming[release.pk]
        for release in coming.values():
            if release.planned_at <= now + AHEAD:
                _announce(release, services, minutes, now)
                written += 1
    return written


def differences(*, now: datetime) -> Iterator[str]:
    """Every coming release whose maintenance is not as the calendar says."""
    of_coming = Maintenance.objects.exclude(release=None).filter(begins_at__gt=now)
    for agreement in Agreement.objects.filter(pk__in=of_coming.values("release__agreement")):
        services, minutes = _services(agreement, now), _minutes(agreement)
        coming = _coming(agreement, now) if minutes and services else {}
        for kept in _maintenance_to_come(agreement, now):
            release = coming.get(kept.release_id or 0)
            if release is None or kept.begins_at != release.planned_at:
                yield f"maintenance {kept.pk}: begins at {kept.begins_at}, no release does"


def _coming(agreement: Agreement, now: datetime) -> dict[int, Release]:
    """Hotfixes too: what is planned ahead is announced like any release (2.B)."""
    found = agreement.releases.filter(skipped_at=None, live_at=None, planned_at__gt=now)
    return {release.pk: release for release in found.order_by("planned_at")}


def _maintenance_to_come(agreement: Agreement, now: datetime) -> list[Maintenance]:
    standing = Maintenance.objects.filter(
        release__agreement=agreement, cancelled_at=None, started_at=None, begins_at__gt=now
    )
    return list(standing.prefetch_related("services").order_by("begins_at"))


def _services(agreement: Agreement, now: datetime) -> list[Service]:
    return list(agreement.services.exclude(ends_on__lt=now.date()))


def _minutes(agreement: Agreement) -> int:
    schedule = ReleaseSchedule.objects.filter(agreement=agreement).first()
    return schedule.minutes_down if schedule else USUAL


def _announce(release: Release, services: list[Service], minutes: int, now: datetime) -> None:
    maintenance = Maintenance(
        kind=Maintenance.Kind.PLANNED,
        release=release,
        nature=_nature(release),
        begins_at=release.planned_at,
        ends_at=release.planned_at + timedelta(minutes=minutes),
        expected_minutes=minutes,
    )
    upkeep.announce(maintenance, services, actor=None, now=now)


def _moved(kept: Maintenance, release: Release, minutes: int, now: datetime) -> bool:
    begins_at, length = release.planned_at, timedelta(minutes=minutes)
    if (kept.begins_at, kept.ends_at) == (begins_at, begins_at + length):
        return False
    Maintenance.objects.filter(pk=kept.pk).update(nature=_nature(release))
    upkeep.change(
        kept,
        begins_at=begins_at,
        ends_at=begins_at + length,
        expected_minutes=minutes,
        reason=_("The release was moved.")
        if kept.begins_at != begins_at
        else _("It takes another number of minutes."),
        actor=None,
        now=now,
    )
    return True


def _nature(release: Release) -> str:
    return _("New version: %(release)s") % {"release": release.name}


def _why_gone(release: Release | None) -> str:
    if release is None:
        return _("The release does not come at that moment.")
    return _("It became another set of services.")

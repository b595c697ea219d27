"""Releases: their dates by the schedule a year ahead, and what becomes of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sla import changes, release_upkeep
from sla.models import Agreement, Coverage, Edition, Release, ReleaseMove, ReleaseSchedule
from sla.projection import mark_stale, mark_unjudged
from sla.release_names import name_of, zone_of
from tickets.models import Ticket, User

log = logging.getLogger(__name__)

AHEAD = timedelta(days=396)  # thirteen months


@dataclass(frozen=True)
class Outlook:
    """What a schedule brings: moments that are new, releases that get another time or fall out."""

    added: Sequence[tuple[date, datetime]]
    retimed: Sequence[tuple[Release, datetime]]
    dropped: Sequence[Release]


def coming(agreement: Agreement, *, now: datetime) -> QuerySet[Release]:
    """The releases that are still to go live, hotfixes too, the first one first."""
    return all_coming(now=now).filter(agreement=agreement)


def all_coming(*, now: datetime) -> QuerySet[Release]:
    """Those of every agreement, the first one first."""
    releases = Release.objects.filter(skipped_at=None, live_at=None, planned_at__gt=now)
    return releases.order_by("planned_at")


def of_ticket(ticket: Ticket, releases: QuerySet[Release] | None = None) -> QuerySet[Release]:
    """Those of the agreement that a ticket is under."""
    found = Release.objects.all() if releases is None else releases
    agreements = Edition.objects.filter(coverages__ticket=ticket).values("agreement")
    return found.filter(agreement__in=agreements)


def moment_of(schedule: ReleaseSchedule, slot: date, zone: ZoneInfo) -> datetime:
    """When the release of a date goes live: summer or winter, at the same time on the clock."""
    return datetime.combine(slot, schedule.at_time, zone).astimezone(UTC)


def slots(
    schedule: ReleaseSchedule, zone: ZoneInfo, *, now: datetime
) -> Iterator[tuple[date, datetime]]:
    """The coming dates of a schedule with their moments, for ever."""
    step = timedelta(weeks=schedule.every_weeks)
    passed = now.astimezone(zone).date() - schedule.first_on
    slot = schedule.first_on + max(0, passed // step) * step
    while True:
        moment = moment_of(schedule, slot, zone)
        if moment > now:
            yield slot, moment
        slot += step


@transaction.atomic
def keep(schedule: ReleaseSchedule, *, now: datetime) -> list[Release]:
    """Make the releases of the coming thirteen months that are not there; gives the new ones.

    A date keeps its release when that is moved or skipped. One made by hand at a moment of the
    schedule becomes the release of that date. Safe to repeat, and to run twice at once.
    """
    _hold(schedule.agreement)
    missing = _missing(schedule, _near_releases(schedule.agreement, now), now)
    releases = _fill(schedule.agreement, missing)
    changes.plan_releases(releases, now=now)
    return releases


def outlook(schedule: ReleaseSchedule, *, now: datetime) -> Outlook:
    """What a schedule, saved or not, would change of the coming releases."""
    agreement, zone = schedule.agreement, zone_of(schedule.agreement)
    before = ReleaseSchedule.objects.filter(agreement=agreement).first()
    made = _near_releases(agreement, now)
    retimed, dropped = [], []
    for release in made:
        untouched = release.slot and release.planned_at > now and not _is_settled(release)
        if not (before and untouched and release.planned_at == _moment(before, release, zone)):
            continue
        moment = _moment(schedule, release, zone)
        if not _fits(schedule, release):
            dropped.append(release)
        elif moment > now and not _taken(made, moment):
            retimed.append((release, moment))
    standing = [release for release in made if release not in dropped]
    return Outlook(_missing(schedule, standing, now), retimed, dropped)


@transaction.atomic
def change_schedule(schedule: ReleaseSchedule, *, now: datetime) -> Outlook:
    """Save a schedule as it is to be from now on, and have the coming releases follow it.

    What was moved by hand, skipped or gone live stays. A date that no longer fits is skipped, and
    is free again for a later schedule.
    """
    _hold(schedule.agreement)
    found = outlook(schedule, now=now)
    touched = [moment for _slot, moment in found.added]
    for release in found.dropped:
        touched.append(release.planned_at)
        release.skipped_at, release.slot = now, None
        release.save(update_fields=["skipped_at", "slot"])
    for release, moment in found.retimed:
        touched += [release.planned_at, moment]
        ReleaseMove.objects.create(
            release=release, moved_at=now, planned_before=release.planned_at, planned_after=moment
        )
        release.planned_at = moment
        release.save(update_fields=["planned_at"])
    for release in _fill(schedule.agreement, found.added):
        release.known_from = now
        release.save()
    schedule.save()
    release_upkeep.follow(schedule.agreement, now=now)
    if touched:
        clocks = changes.due_with_releases(schedule.agreement).filter(
            Q(due_at=None)
            | Q(due_at__gte=min(touched))
            | Q(ticket__coverage__stale_since__isnull=False)
        )
        cause = {"what": "schedule_changed", "name": schedule.agreement.name}
        mark_stale(clocks, now=now, cause=cause)
        covered = Coverage.objects.filter(edition__agreement=schedule.agreement)
        mark_unjudged(covered, since=min(touched), now=now)
    return found


@transaction.atomic
def mark_live(
    release: Release, *, at: datetime, by: User, now: datetime, early: bool = False
) -> Release:
    """Record since when a release is live.

    early: one that goes live before its moment is brought forward to `now`, so that nothing can
    be promised with it any more; what it had to contain and is not solved is then due. One that
    goes live late keeps its moment: that is what was promised. ValueError in words.
    """
    _hold(release.agreement)
    release = Release.objects.select_for_update().get(pk=release.pk)
    if problem := refusal(release, at=at, now=now, early=early):
        raise ValueError(problem)
    if release.planned_at > now:
        changes.bring_forward(release, now=now)
        release.refresh_from_db()
    release.live_at = at
    release.save(update_fields=["live_at"])
    log.info("release %s: marked as live since %s by %s", release.pk, at.isoformat(), by.pk)
    return release


def refusal(release: Release, *, at: datetime, now: datetime, early: bool = False) -> str:
    """Why a release can't be marked as live since a moment; nothing if it can."""
    if release.live_at is not None:
        return _("This release was marked as live already.")
    if release.skipped_at is not None:
        return _("This release was skipped already.")
    if at > now:
        return _("That moment is still to come.")
    if release.planned_at > now and not (early and at == now):
        return _("This release is planned for later. Say that it goes live now, or wait for it.")
    if at < release.planned_at <= now:
        return _("This release was planned for later than that.")
    return ""


def closed_to_plans(release: Release, *, at: datetime) -> str:
    """Why nothing can be planned into a release any more; nothing if it can."""
    if release.skipped_at is not None and release.skipped_at <= at:
        return _("%(release)s was skipped: choose another one.") % {"release": release.name}
    if release.planned_at <= at or (release.live_at is not None and release.live_at <= at):
        return _("%(release)s has gone live: choose a coming one.") % {"release": release.name}
    return ""


def _hold(agreement: Agreement) -> None:
    """Whoever changes this agreement's releases waits until the caller's transaction ends."""
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)


def _near_releases(agreement: Agreement, now: datetime) -> list[Release]:
    """The releases with a coming date or moment, and a little before, wherever the clock is."""
    recent = now - timedelta(days=2)
    may = Q(planned_at__gt=recent) | Q(slot__gt=recent.date())
    return list(Release.objects.filter(may, agreement=agreement).order_by("planned_at"))


def _missing(
    schedule: ReleaseSchedule, made: Sequence[Release], now: datetime
) -> list[tuple[date, datetime]]:
    """The coming dates of a schedule that have no release."""
    known = {release.slot for release in made}
    dates = slots(schedule, zone_of(schedule.agreement), now=now)
    missing = []
    for slot, moment in takewhile(lambda date: date[1] <= now + AHEAD, dates):
        holder = _taken(made, moment)
        free = holder is None or (holder.slot is None and not holder.is_hotfix)
        if slot not in known and free:
            missing.append((slot, moment))
    return missing


def _fill(agreement: Agreement, dates: Sequence[tuple[date, datetime]]) -> list[Release]:
    """Releases for these dates; one made by hand at such a moment takes the date and is saved.

    The new ones are not saved yet.
    """
    names = set(agreement.releases.values_list("name", flat=True))
    standing = agreement.releases.filter(skipped_at=None, slot=None)
    by_hand = {release.planned_at: release for release in standing}
    releases = []
    for slot, moment in dates:
        if release := by_hand.get(moment):
            release.slot = slot
            release.save(update_fields=["slot"])
            continue
        name = name_of(slot, names)
        names.add(name)
        releases.append(Release(agreement=agreement, name=name, slot=slot, planned_at=moment))
    return releases


def _taken(made: Sequence[Release], moment: datetime) -> Release | None:
    """The release that goes live at a moment."""
    standing = (release for release in made if release.skipped_at is None)
    return next((release for release in standing if release.planned_at == moment), None)


def _is_settled(release: Release) -> bool:
    return release.skipped_at is not None or release.live_at is not None or release.is_hotfix


def _moment(schedule: ReleaseSchedule, release: Release, zone: ZoneInfo) -> datetime:
    return moment_of(schedule, _date_of(release), zone)


def _fits(schedule: ReleaseSchedule, release: Release) -> bool:
    days = (_date_of(release) - schedule.first_on).days
    return days >= 0 and days % (7 * schedule.every_weeks) == 0


def _date_of(release: Release) -> date:
    if release.slot is None:
        raise ValueError(f"{release} has no date by the schedule")
    return release.slot

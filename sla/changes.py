"""What may change under running clocks: days of a calendar, dates of releases, the edition or the
waiver that a ticket stands under. Never the past.

Running clocks follow, soon after, and their history says what moved and why; clocks that have
stopped keep what was known when they did. Here tickets are only marked: the sweep reads them again
one by one, so no change holds the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sla import release_upkeep
from sla.calendars import mark_changed
from sla.engine import Measure
from sla.models import (
    Agreement,
    CalendarDay,
    Clock,
    Contract,
    Coverage,
    CoverageChange,
    Edition,
    Release,
    ReleaseMove,
    Target,
)
from sla.projection import (
    agreed_at,
    day_of,
    mark_stale,
    mark_unjudged,
    refresh,
    waived_on,
)
from sla.release_names import name_after_move
from tickets.models import Organisation, Ticket, User

BATCH = 500


@transaction.atomic
def add_day(day: CalendarDay, *, now: datetime) -> int:
    """Close a coming day, or give it hours of its own. Gives the tickets that are read again."""
    day.known_from = now
    day.save()
    return _day_changed(day, "day_hours" if day.opens else "day_closed", now)


@transaction.atomic
def withdraw_day(day: CalendarDay, *, now: datetime) -> int:
    """A coming day is like its weekday after all. The row stays, for what was read under it."""
    day.withdrawn_at = now
    day.save(update_fields=["withdrawn_at"])
    return _day_changed(day, "day_withdrawn", now)


def clocks_on(day: CalendarDay) -> QuerySet[Clock]:
    """The clocks that a day of a calendar can move: those that have not ended before it."""
    begins = datetime.combine(day.day, time(), ZoneInfo(day.calendar.zone))
    counted = Clock.objects.filter(ticket__coverage__edition__calendar=day.calendar)
    return counted.filter(Q(due_at__gte=begins) | Q(due_at=None))


@transaction.atomic
def plan_release(release: Release, *, now: datetime) -> int:
    """Add a coming release. Gives the tickets that are read again."""
    return plan_releases([release], now=now)


@transaction.atomic
def plan_releases(releases: Sequence[Release], *, now: datetime) -> int:
    """Add coming releases of one agreement, in order: what moves, moves to the first of them."""
    for release in releases:
        release.known_from = now
        release.save()
    if not releases:
        return 0
    first = releases[0]
    release_upkeep.follow(first.agreement, now=now)
    later = Q(due_at=None) | Q(due_at__gt=first.planned_at)
    return _release_changed(first, "release_planned", later, first.planned_at, now)


@transaction.atomic
def move_release(release: Release, *, to: datetime, now: datetime) -> int:
    """Move a coming release. ValueError for one that has gone live, or a date that has passed."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    _must_be_coming(release, now)
    if to <= now:
        raise ValueError(_("A release must be planned in the future."))
    if to == release.planned_at:
        return 0
    return _move(release, to, now)


@transaction.atomic
def bring_forward(release: Release, *, now: datetime) -> int:
    """A coming release goes live at this moment already. ValueError as for a move."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    _must_be_coming(release, now)
    return _move(release, now, now)


@transaction.atomic
def skip_release(release: Release, *, now: datetime) -> int:
    """A coming release will not be. ValueError for one that has gone live."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    _must_be_coming(release, now)
    release.skipped_at = now
    release.save(update_fields=["skipped_at"])
    release_upkeep.follow(release.agreement, now=now)
    hung = Q(due_at=release.planned_at)
    return _release_changed(release, "release_skipped", hung, release.planned_at, now)


def due_with_releases(agreement: Agreement) -> QuerySet[Clock]:
    """The clocks under an agreement that a release ends, in whatever state."""
    bound = Target.objects.filter(edition__agreement=agreement, measure=Measure.RELEASE.value)
    return Clock.objects.filter(
        ticket__coverage__edition__agreement=agreement, target_key__in=bound.values("key")
    )


@transaction.atomic
def correct_edition(
    ticket: Ticket, edition: Edition, *, why: str, actor: User | None, now: datetime
) -> None:
    """Put a ticket under another edition than was chosen at its report.

    What has stopped stays as it was judged. ValueError without a reason, for a draft, or for the
    edition it is under already.
    """
    coverage = Coverage.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    if not why.strip():
        raise ValueError(_("Say why: a correction must be provable."))
    if edition.announced_at is None:
        raise ValueError(_("A draft governs no ticket."))
    if edition.pk == coverage.edition_id:
        raise ValueError(_("The ticket is under this edition already."))
    cause = {"what": "edition", "name": str(edition), "why": why.strip()}
    _remember(coverage, cause, actor, now)
    coverage.edition = edition
    coverage.save(update_fields=["edition"])
    _mark_all(coverage, cause, now)


@transaction.atomic
def follow_organisation(ticket: Ticket, *, why: str, actor: User | None, now: datetime) -> None:
    """A ticket turned out to be another organisation's: it comes under what that one agreed.

    What has stopped stays as it was judged. Where nothing was agreed, nothing is promised any
    more; the ticket's history says what was.
    """
    coverage = Coverage.objects.select_for_update(no_key=True).filter(pk=ticket.pk).first()
    if coverage is None:
        return
    agreed = agreed_at(ticket.reported_at, ticket.organisation)
    if agreed is None:
        Clock.objects.filter(ticket=ticket).delete()
        coverage.delete()
        return
    if (agreed["edition"].pk, agreed["waived"]) == (coverage.edition_id, coverage.waived):
        return
    cause = {"what": "organisation", "name": str(ticket.organisation), "why": why}
    _remember(coverage, cause, actor, now)
    coverage.edition, coverage.waived = agreed["edition"], agreed["waived"]
    coverage.save(update_fields=["edition", "waived"])
    _mark_all(coverage, cause, now)


def follow_waiver(contract: Contract, *, actor: User | None, now: datetime) -> int:
    """A waiver was granted, changed or ended: tickets reported on its days follow.

    Gives how many. Batch by batch, each a transaction of its own: doing it again goes on.
    """
    count = 0
    covered = Coverage.objects.filter(ticket__organisation=contract.organisation_id).order_by("pk")
    covered = covered.select_related("ticket", "edition__calendar", "edition__agreement")
    last = 0
    while batch := list(covered.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        for coverage in batch:
            day = day_of(coverage.ticket.reported_at, coverage.edition)
            since, until = contract.waived_from, contract.waived_until
            waived = waived_on(day, since=since, until=until)
            if waived != coverage.waived:
                _waive(coverage, contract, waived, actor, now)
                count += 1
    return count


@transaction.atomic
def _waive(
    coverage: Coverage, contract: Contract, waived: bool, actor: User | None, now: datetime
) -> None:
    cause = {
        "what": "waived" if waived else "not_waived",
        "name": contract.organisation.name,
        "why": contract.waiver_reason,
    }
    _remember(coverage, cause, actor, now)
    coverage.waived = waived
    coverage.save(update_fields=["waived"])
    _mark_all(coverage, cause, now)


def cover_organisation(organisation: Organisation, *, now: datetime) -> None:
    """An organisation got its contract: what it reported before comes under it too."""
    uncovered = Ticket.objects.filter(organisation=organisation, coverage=None)
    for pk in list(uncovered.values_list("pk", flat=True)):
        with transaction.atomic():
            refresh(Ticket.objects.select_for_update(no_key=True).get(pk=pk), now=now)


def _must_be_coming(release: Release, now: datetime) -> None:
    if release.planned_at <= now or release.live_at is not None:
        raise ValueError(_("This release has gone live and can no longer be changed."))
    if release.skipped_at is not None:
        raise ValueError(_("This release was skipped already."))


def _remember(coverage: Coverage, cause: dict[str, str], actor: User | None, now: datetime) -> None:
    CoverageChange.objects.create(
        coverage=coverage,
        changed_at=now,
        edition_before_id=coverage.edition_id,
        waived_before=coverage.waived,
        cause=cause,
        actor=actor,
    )


def _mark_all(coverage: Coverage, cause: dict[str, str], now: datetime) -> None:
    """Also a ticket that has no clock, or none that runs, may get one under the new rule."""
    if not mark_stale(Clock.objects.filter(ticket=coverage.pk), now=now, cause=cause):
        Coverage.objects.filter(pk=coverage.pk).update(stale_since=now, stale_causes=[cause])


def _day_changed(day: CalendarDay, what: str, now: datetime) -> int:
    mark_changed(day.calendar, now=now)
    cause = {"what": what, "day": day.day.isoformat(), "name": day.name}
    begins = datetime.combine(day.day, time(), ZoneInfo(day.calendar.zone))
    covered = Coverage.objects.filter(edition__calendar=day.calendar)
    mark_unjudged(covered, since=begins, now=now)
    return mark_stale(clocks_on(day), now=now, cause=cause)


def _move(release: Release, to: datetime, now: datetime) -> int:
    before = release.planned_at
    taken = Release.objects.filter(
        agreement=release.agreement_id, planned_at=to, skipped_at=None
    ).exclude(pk=release.pk)
    if taken.exists():
        raise ValueError(_("There is a release at that moment already."))
    ReleaseMove.objects.create(
        release=release, moved_at=now, planned_before=before, planned_after=to
    )
    touched = Q(due_at=None) | Q(due_at=before) | Q(due_at__gt=to)
    # The history says which one moved by the name that it had.
    moved = _release_changed(release, "release_moved", touched, min(before, to), now)
    release.name = name_after_move(release, to)
    release.planned_at = to
    release.save(update_fields=["name", "planned_at"])
    release_upkeep.follow(release.agreement, now=now)
    return moved


def _release_changed(
    release: Release, what: str, touched: Q, since: datetime, now: datetime
) -> int:
    """Have read again what it can move: the clocks that hung on it, or now may.

    touched: which those are, by their deadline as it was last read. What waits to be read again
    may hang on it by now, so that counts in any case. since: the first instant it touches.
    """
    if release.is_hotfix:
        return 0
    waiting = Q(ticket__coverage__stale_since__isnull=False)
    clocks = due_with_releases(release.agreement).filter(touched | waiting)
    covered = Coverage.objects.filter(edition__agreement=release.agreement_id)
    mark_unjudged(covered, since=since, now=now)
    return mark_stale(clocks, now=now, cause={"what": what, "name": release.name})

"""What hangs on releases: what must be in one, what is planned into one, and what into none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from sla.changes import due_with_releases
from sla.engine import Measure
from sla.models import Agreement, Clock, Coverage, Edition, Release, Target
from tickets.models import ACTIVE, EventKind, Status, Ticket, TicketEvent, TicketQuerySet

WARN_AFTER_DAYS = 14
QUARTER = timedelta(weeks=13)


@dataclass(frozen=True)
class Unplanned:
    """A ticket that must be planned and is in no coming release, with since when.

    left_behind: the release that it was planned into, which was skipped or has passed.
    """

    ticket: Ticket
    since: datetime
    days: int
    too_long: bool
    left_behind: Release | None


@dataclass(frozen=True)
class Effect:
    """How many running deadlines a change of a release moves, and what those it had become."""

    later: int = 0
    earlier: int = 0
    dated: int = 0
    then: datetime | None = None

    @property
    def moved(self) -> int:
        """All of them."""
        return self.later + self.earlier + self.dated


def bound_to(release: Release) -> TicketQuerySet:
    """The tickets that are due with a release (Middel). A hotfix binds none.

    Of those that are solved only what was reported in the quarter before it: an index finds them.
    """
    if release.is_hotfix or release.skipped_at is not None:
        return Ticket.objects.none()
    owed = Q(met_at=None, state__in=[Clock.State.RUNNING, Clock.State.PAUSED, Clock.State.BREACHED])
    lately = Q(started_at__gte=release.planned_at - QUARTER) & ~Q(state=Clock.State.CANCELLED)
    clocks = due_with_releases(release.agreement)
    due = clocks.filter(owed | lately, due_at=release.planned_at)
    # What was promised on a merged ticket is worked on in the one that stays.
    on = due.annotate(on=Coalesce("carried_by", "ticket")).values("on")
    return Ticket.objects.filter(pk__in=on)


def planned_into(release: Release) -> TicketQuerySet:
    """The tickets that were planned into a release by people."""
    return Ticket.objects.filter(coverage__planned_for=release)


def contents(release: Release) -> TicketQuerySet:
    """Everything that is bound to a release or planned into it; what is open first.

    Each with `must`: is it bound to it, and `planned`: the key of the release it is planned into.
    """
    # A union, because with OR the database would read every ticket.
    found = bound_to(release).values("pk").union(planned_into(release).values("pk"))
    tickets = Ticket.objects.filter(pk__in=found)
    tickets = tickets.exclude(status__in=[Status.DECLINED, Status.MERGED])
    return tickets.annotate(
        must=Exists(bound_to(release).filter(pk=OuterRef("pk"))),
        planned=F("coverage__planned_for"),
        done=Case(When(status__in=ACTIVE, then=Value(0)), default=Value(1)),
    ).order_by("done", "-must", "pk")


def unplanned(
    *, now: datetime, agreement: Agreement | None = None, limit: int | None = None
) -> list[Unplanned]:
    """The open tickets that must be planned (Laag) and are in no coming release, oldest first.

    Too long is longer than the edition's `planning.warn_after_days`.
    """
    waiting = _unplanned(now, agreement).select_related("planned_for", "edition")
    waiting = waiting.select_related("ticket__organisation", "ticket__assignee")
    return [_waits(coverage, now) for coverage in waiting[:limit]]


def count_unplanned(*, now: datetime, agreement: Agreement | None = None) -> tuple[int, int]:
    """How many there are, and how many of them too long already."""
    waiting, too_long = _unplanned(now, agreement), Q()
    editions = Edition.objects.filter(targets__measure=Measure.PLANNING.value).distinct()
    for edition in editions:
        too_long |= Q(edition=edition, since__lt=now - timedelta(days=warn_after(edition)))
    return waiting.count(), waiting.filter(too_long).count() if too_long else 0


def warn_after(edition: Edition) -> int:
    """After how many days without a release an edition warns."""
    return int(edition.terms.get("planning", {}).get("warn_after_days", WARN_AFTER_DAYS))


def effect_of_move(release: Release, *, to: datetime, now: datetime) -> Effect:
    """What moving a coming release would do to the deadlines that run, as they were last read."""
    if release.is_hotfix:
        return Effect()
    running = _running(release)
    hanging = running.filter(due_at=release.planned_at).count()
    following = running.filter(due_at__gt=to).exclude(due_at=release.planned_at).count()
    undated = running.filter(due_at=None, state=Clock.State.RUNNING).count()
    then = min(filter(None, [to, _next_after(release, now)]))
    if then > release.planned_at:
        return Effect(later=hanging, earlier=following, dated=undated, then=then)
    return Effect(earlier=hanging + following, dated=undated, then=then)


def effect_of_skip(release: Release, *, now: datetime) -> Effect:
    """What skipping a coming release would do to them."""
    if release.is_hotfix:
        return Effect()
    hanging = _running(release).filter(due_at=release.planned_at).count()
    return Effect(later=hanging, then=_next_after(release, now))


def _running(release: Release) -> QuerySet[Clock]:
    clocks = due_with_releases(release.agreement).filter(met_at=None)
    return clocks.filter(state__in=[Clock.State.RUNNING, Clock.State.BREACHED])


def _next_after(release: Release, now: datetime) -> datetime | None:
    """The coming release that takes what hung on this one, if there is one."""
    others = Release.objects.filter(
        agreement=release.agreement_id, is_hotfix=False, skipped_at=None, planned_at__gt=now
    ).exclude(pk=release.pk)
    return others.order_by("planned_at").values_list("planned_at", flat=True).first()


def _unplanned(now: datetime, agreement: Agreement | None) -> QuerySet[Coverage]:
    must_be = Clock.objects.filter(
        Exists(
            Target.objects.filter(
                edition=OuterRef("ticket__coverage__edition"),
                key=OuterRef("target_key"),
                measure=Measure.PLANNING.value,
            )
        ),
        due_at=None,
        met_at=None,
        state__in=[Clock.State.RUNNING, Clock.State.PAUSED, Clock.State.BREACHED],
        ticket__status__in=ACTIVE,
    )
    nowhere = Q(planned_for=None) | Q(planned_for__skipped_at__isnull=False)
    nowhere |= Q(planned_for__live_at__isnull=False) | Q(planned_for__planned_at__lte=now)
    waiting = Coverage.objects.filter(nowhere, pk__in=must_be.values("ticket"))
    if agreement is not None:
        waiting = waiting.filter(edition__agreement=agreement)
    taken_out = TicketEvent.objects.filter(ticket=OuterRef("ticket"), kind=EventKind.PLANNED)
    last = taken_out.order_by().values("ticket").annotate(last=Max("at")).values("last")
    return waiting.annotate(
        since=Case(
            When(planned_for=None, then=Coalesce(Subquery(last), F("ticket__reported_at"))),
            When(planned_for__skipped_at__isnull=False, then=F("planned_for__skipped_at")),
            default=F("planned_for__planned_at"),
            output_field=DateTimeField(),
        )
    ).order_by("since", "pk")


def _waits(coverage: Coverage, now: datetime) -> Unplanned:
    since: datetime = coverage.since  # type: ignore[attr-defined]
    return Unplanned(
        ticket=coverage.ticket,
        since=since,
        days=(now - since).days,
        too_long=now - since > timedelta(days=warn_after(coverage.edition)),
        left_behind=coverage.planned_for,
    )

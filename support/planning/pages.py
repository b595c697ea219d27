"""Planning: releases with what must be in them and what is planned into them, and what is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla import planning as planned
from sla import releases
from sla.changes import due_with_releases
from sla.engine import Measure
from sla.models import Agreement, Release, ReleaseSchedule
from sla.projection import being_read
from support import access, desk
from support.workspace.forms import PlanForm
from tickets.models import ACTIVE, Status, Ticket

AHEAD = 4
BEHIND = 3
LISTED = 50
YEAR = timedelta(days=400)
BY_RELEASE = [Measure.RELEASE.value, Measure.PLANNING.value]


@dataclass(frozen=True)
class Line:
    """A ticket in a release: whether it must be, whether it was planned, or where else it was."""

    ticket: Ticket
    must: bool
    planned: bool
    elsewhere: Release | None

    @property
    def open(self) -> bool:
        """Does it still ask for work?"""
        return self.ticket.status in ACTIVE

    @property
    def too_late(self) -> bool:
        """Was it planned for after the release that it must be in?"""
        return self.must and self.elsewhere is not None


@dataclass(frozen=True)
class Shown:
    """A release with its tickets as the page shows it."""

    release: Release
    lines: Sequence[Line]
    more: int
    done: int
    total: int
    moved_from: datetime | None
    passed: bool
    is_next: bool

    @property
    def may_go_live(self) -> bool:
        """Is it time to mark it as live, or nearly?"""
        waiting = self.release.live_at is None and self.release.skipped_at is None
        return waiting and (self.passed or self.is_next or self.release.is_hotfix)


@access.agents_only
def planning(request: HttpRequest) -> HttpResponse:
    """The releases of an agreement, from the last live one on, and what no release has yet."""
    agreements, now = planning_agreements(), timezone.now()
    chosen = next(
        (each for each in agreements if each.key == request.GET.get("agreement")),
        agreements[0] if agreements else None,
    )
    context: dict[str, object] = {
        "agreements": agreements,
        "chosen": chosen,
        "may_change": access.signed_in(request).is_manager,
        "now": now,
    }
    if chosen is not None:
        context |= _board(chosen, now)
    return render(request, "workspace/planning.html", context)


@access.agents_only
@require_POST
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Plan a ticket into a release, from the list of what is not planned yet."""
    user = access.signed_in(request)
    ticket = get_object_or_404(access.tickets_of(user).by_reference(reference))
    form = PlanForm(request.POST, ticket=ticket)
    try:
        if form.is_valid() and (release := form.cleaned_data["release"]):
            desk.plan(ticket, release=release, actor=user)
            said = _("%(ticket)s is planned into %(release)s.")
            messages.success(request, said % {"ticket": ticket.reference, "release": release.name})
        else:
            messages.error(request, _("Choose a coming release: that one is gone, or none."))
    except desk.DeskError as error:
        messages.error(request, f"{ticket.reference}: {error}")
    agreement = Agreement.objects.filter(editions__coverages__ticket=ticket).first()
    return redirect(address(agreement) + "#unplanned" if agreement else "planning")


@access.agents_only
def progress(request: HttpRequest, key: str) -> HttpResponse:
    """How many tickets still have to be read again; a fragment that asks again by itself."""
    agreement = get_object_or_404(Agreement, key=key)
    context = {"chosen": agreement, "still": still_to_read(agreement), "asked": True}
    return render(request, "workspace/_planning_progress.html", context)


def planning_agreements() -> list[Agreement]:
    """The agreements in which something is due with a release or must be planned into one."""
    promised = Q(editions__targets__measure__in=BY_RELEASE)
    return list(Agreement.objects.filter(promised | Q(releases__isnull=False)).distinct())


def still_to_read(agreement: Agreement) -> int:
    """How many tickets whose deadline follows a release wait to be read again."""
    return being_read(due_with_releases(agreement))


def address(agreement: Agreement) -> str:
    """The planning page of an agreement."""
    return f"{reverse('planning')}?agreement={agreement.key}"


def coming_columns(agreement: Agreement, now: datetime) -> list[Release]:
    """The next releases that something can be planned into, hotfixes among them."""
    mine = Release.objects.filter(agreement=agreement, skipped_at=None, live_at=None)
    mine = mine.select_related("agreement")
    return _ahead(mine, now)


def schedule_words(schedule: ReleaseSchedule) -> str:
    """A schedule in words: every 3 weeks on Wednesday at 06:00."""
    day = date_format(schedule.first_on, "l")
    said = ngettext(
        "every week on %(day)s at %(time)s",
        "every %(count)s weeks on %(day)s at %(time)s",
        schedule.every_weeks,
    )
    return said % {
        "count": schedule.every_weeks,
        "day": day.lower() if (get_language() or "nl").startswith("nl") else day,
        "time": f"{schedule.at_time:%H:%M}",
    }


def lines_of(release: Release, tickets: Iterable[Ticket]) -> list[Line]:
    """The contents of a release (`sla.planning.contents`), each with where else it was planned."""
    found = [(ticket, vars(ticket)["must"], vars(ticket)["planned"]) for ticket in tickets]
    others = Release.objects.in_bulk({pk for _t, _m, pk in found if pk not in (None, release.pk)})
    lines = []
    for ticket, must, pk in found:
        other = others.get(pk)
        late = other is not None and not other.is_hotfix and other.planned_at > release.planned_at
        lines.append(Line(ticket, must, pk == release.pk, other if late else None))
    return lines


def _board(agreement: Agreement, now: datetime) -> dict[str, object]:
    mine = Release.objects.filter(agreement=agreement).prefetch_related("moves")
    # Skipped and without a date of the schedule: what a change of the schedule left behind.
    mine = mine.exclude(skipped_at__isnull=False, slot=None)
    behind, ahead = _behind(mine, now), _ahead(mine, now)
    schedule = ReleaseSchedule.objects.filter(agreement=agreement).first()
    waiting = planned.unplanned(now=now, agreement=agreement, limit=LISTED)
    count, too_long = planned.count_unplanned(now=now, agreement=agreement)
    choices = sorted(releases.coming(agreement, now=now), key=lambda each: each.is_hotfix)
    shown = [_shown(each, now, is_next=[each] == choices[:1]) for each in [*behind, *ahead]]
    year = mine.filter(planned_at__gt=now, planned_at__lt=now + YEAR).order_by("planned_at")
    return {
        "schedule": schedule,
        "schedule_words": schedule_words(schedule) if schedule else "",
        "shown": shown,
        "strip": [_cell(release, shown) for release in year],
        "choices": choices,
        "unplanned": waiting,
        "unplanned_count": count,
        "unplanned_more": count - len(waiting),
        "too_long": too_long,
        "still": still_to_read(agreement),
    }


def _behind(releases: QuerySet[Release], now: datetime) -> list[Release]:
    """The last one that is live, and those after it that passed without being marked."""
    passed = releases.filter(planned_at__lte=now, skipped_at=None).order_by("-planned_at")
    found: list[Release] = []
    for release in passed[:BEHIND]:
        found.insert(0, release)
        if release.live_at is not None and not release.is_hotfix:
            break
    return found


def _ahead(releases: QuerySet[Release], now: datetime) -> list[Release]:
    """The coming ones, until there are enough that are neither skipped nor a hotfix."""
    found, counted = [], 0
    for release in releases.filter(planned_at__gt=now).order_by("planned_at")[: AHEAD * 4]:
        found.append(release)
        counted += release.skipped_at is None and not release.is_hotfix
        if counted == AHEAD:
            break
    return found


def _shown(release: Release, now: datetime, *, is_next: bool) -> Shown:
    contents = planned.contents(release)
    solved = Count("pk", filter=Q(status__in=[Status.RESOLVED, Status.CLOSED]))
    counts = contents.aggregate(total=Count("pk"), solved=solved)
    total = counts["total"]
    tickets = contents.select_related("organisation")[:LISTED] if total else []
    return Shown(
        release=release,
        lines=lines_of(release, tickets),
        more=max(0, total - LISTED),
        done=counts["solved"],
        total=total,
        moved_from=moved_from(release),
        passed=release.planned_at <= now,
        is_next=is_next,
    )


def moved_from(release: Release) -> datetime | None:
    """The moment that was first announced, if a release has another one now."""
    moves = list(release.moves.all())
    first = moves[0].planned_before if moves else release.planned_at
    return first if first != release.planned_at else None


def _cell(release: Release, shown: Iterable[Shown]) -> dict[str, object]:
    on_page = any(release == each.release for each in shown)
    state = "skipped" if release.skipped_at else "hotfix" if release.is_hotfix else ""
    moved = moved_from(release)
    return {
        "release": release,
        "state": state or ("moved" if moved else "planned"),
        "moved_from": moved,
        "anchor": f"#release-{release.pk}" if on_page else "",
    }

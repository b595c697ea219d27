"""The planning as a board: releases as columns, tickets as cards that are dragged into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla import planning as planned
from sla.models import Agreement, Clock, Release
from support import access, desk
from support.planning.pages import LISTED, Line, coming_columns, lines_of, planning_agreements
from support.workspace.forms import PlanForm
from tickets.models import Status, Ticket

LOOKED_BACK = 5
"""Releases from which is learnt how much one usually holds."""
CROWDED = 1.5
"""More open tickets than so many times the usual is too much."""


@dataclass(frozen=True)
class BoardCard:
    """An open ticket on the board.

    must: it is promised with this release. elsewhere: it was planned for a later one all the same.
    days: so long without a release, too_long where the agreement warns of that.
    """

    ticket: Ticket
    must: bool = False
    elsewhere: Release | None = None
    days: int = 0
    too_long: bool = False


@dataclass(frozen=True)
class Column:
    """A coming release with its open tickets, or those that have none (release None).

    usual: how many tickets the last releases solved, on average; 0 where there was none yet.
    """

    release: Release | None
    cards: Sequence[BoardCard]
    more: int = 0
    done: int = 0
    usual: int = 0

    @property
    def crowded(self) -> bool:
        """Does it hold far more than the last releases did?"""
        return bool(self.usual) and len(self.cards) + self.more > self.usual * CROWDED


@access.agents_only
def board(request: HttpRequest, key: str) -> HttpResponse:
    """What no release has yet, and the coming releases of an agreement."""
    return _page(request, _agreement(key))


@access.agents_only
@require_POST
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Put a ticket into another column: into a release, or out of them all."""
    user, agreement = access.signed_in(request), _agreement(key)
    tickets = access.tickets_of(user).filter(coverage__edition__agreement=agreement)
    ticket = get_object_or_404(tickets.by_reference(request.POST.get("ticket", "")))
    form = PlanForm(request.POST, ticket=ticket)
    if form.is_valid():
        release = form.cleaned_data["release"]
        try:
            desk.plan(ticket, release=release, actor=user)
            _say(request, ticket, release)
        except desk.DeskError as error:
            messages.error(request, f"{ticket.reference}: {error}")
    else:
        messages.error(request, _("Choose a coming release: that one is gone."))
    if request.headers.get("HX-Request"):
        return _page(request, agreement)
    return redirect(reverse("planning-board", args=[key]))


def _agreement(key: str) -> Agreement:
    found = next((each for each in planning_agreements() if each.key == key), None)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    now = timezone.now()
    columns = _columns(agreement, now)
    # Where only the board is taken out of the answer, what was said must stand in it.
    partial = bool(request.headers.get("HX-Request"))
    context = {
        "chosen": agreement,
        "agreements": planning_agreements(),
        "columns": columns,
        "said": list(messages.get_messages(request)) if partial else [],
        "choices": [column.release for column in columns if column.release],
    }
    return render(request, "workspace/planning_board.html", context)


def _columns(agreement: Agreement, now: datetime) -> list[Column]:
    waiting = planned.unplanned(now=now, agreement=agreement, limit=LISTED)
    count, _too_long = planned.count_unplanned(now=now, agreement=agreement)
    cards = [BoardCard(each.ticket, days=each.days, too_long=each.too_long) for each in waiting]
    usual = _usual(agreement)
    coming = coming_columns(agreement, now)
    return [
        Column(None, cards, more=count - len(cards)),
        *(_column(release, usual) for release in coming),
    ]


def _column(release: Release, usual: int) -> Column:
    contents = planned.contents(release).select_related("organisation", "assignee")
    lines = lines_of(release, contents[: LISTED * 2])
    waiting = [line for line in lines if line.open]
    return Column(
        release,
        [_card(line) for line in waiting[:LISTED]],
        more=max(0, len(waiting) - LISTED),
        done=len(lines) - len(waiting),
        usual=0 if release.is_hotfix else usual,
    )


def _card(line: Line) -> BoardCard:
    return BoardCard(
        line.ticket, must=line.must, elsewhere=line.elsewhere if line.too_late else None
    )


def _usual(agreement: Agreement) -> int:
    """How many tickets were solved with each of the last live releases, on average."""
    live = Release.objects.filter(agreement=agreement, live_at__isnull=False, is_hotfix=False)
    live = live.select_related("agreement")
    last = list(live.order_by("-planned_at")[:LOOKED_BACK])
    solved = sum(_solved(planned.contents(release)) for release in last)
    return -(-solved // len(last)) if last else 0


def _solved(contents: QuerySet[Ticket]) -> int:
    return contents.filter(status__in=[Status.RESOLVED, Status.CLOSED]).count()


def _say(request: HttpRequest, ticket: Ticket, release: Release | None) -> None:
    """What was done, and where it can't keep what was promised, that."""
    if release is None:
        said = _("%(ticket)s is in no release any more.") % {"ticket": ticket.reference}
        messages.success(request, said)
        return
    pressing = Clock.objects.pressing_on([ticket.pk])
    promised = pressing.filter(binding=True, due_at__lt=release.planned_at)
    words = {"ticket": ticket.reference, "release": release.name}
    if promised.exists():
        said = _("%(ticket)s is planned into %(release)s, which is later than what was promised.")
        messages.warning(request, said % words)
    else:
        messages.success(request, _("%(ticket)s is planned into %(release)s.") % words)

"""What managers change of the planning: the moment of a release, new ones, the schedule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import changes, releases
from sla import planning as planned
from sla.models import Agreement, Release, ReleaseSchedule
from sla.wording import moment_words
from support import access
from support.calendars.following import say
from support.planning.forms import HOTFIX, PLANNED, AddForm, MoveForm, ScheduleForm
from support.planning.pages import address, moved_from, schedule_words, still_to_read
from tickets.models import ACTIVE

NEXT_DATES = 6


@access.managers_only
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """One coming release: move it, after a look at what that does, or skip it."""
    found, now = (
        get_object_or_404(Release.objects.select_related("agreement"), pk=pk),
        timezone.now(),
    )
    do = request.POST.get("do", "")
    if do == "skip":
        form, effect = forms.Form(request.POST), None
        if _tried(form, lambda: _skip(request, found, now)):
            return redirect(address(found.agreement))
    else:
        form = MoveForm(request.POST if do else None, initial={"to": found.planned_at})
        effect = None
        if do and form.is_valid():
            to = form.cleaned_data["to"]
            if do == "move" and _tried(form, lambda: _move(request, found, to, now)):
                return redirect(address(found.agreement))
            effect = planned.effect_of_move(found, to=to, now=now)
    return _release_page(request, found, now, form=form, effect=effect)


@access.managers_only
def add(request: HttpRequest, key: str) -> HttpResponse:
    """A release outside the schedule, or a hotfix."""
    agreement, now = get_object_or_404(Agreement, key=key), timezone.now()
    start = {"kind": HOTFIX if request.GET.get("kind") == HOTFIX else PLANNED}
    form = AddForm(request.POST or None, initial=start, agreement=agreement)
    if form.is_valid():
        new = form.release()
        if _tried(form, lambda: changes.plan_release(new, now=now)):
            _say(request, new.agreement, _("%(release)s was added.") % {"release": new.name})
            return redirect(f"{address(agreement)}#release-{new.pk}")
    context = {"agreement": agreement, "form": form}
    status = 422 if form.errors else 200
    return render(request, "workspace/planning_add.html", context, status=status)


@access.managers_only
def schedule(request: HttpRequest, key: str) -> HttpResponse:
    """Set up or change how often releases come; first a look at the dates, then for good."""
    agreement, now = get_object_or_404(Agreement, key=key), timezone.now()
    kept = ReleaseSchedule.objects.filter(agreement=agreement).first()
    new = kept or ReleaseSchedule(agreement=agreement)
    words = schedule_words(kept) if kept else ""
    form = ScheduleForm(request.POST or None, instance=new)
    context: dict[str, object] = {
        "agreement": agreement,
        "form": form,
        "kept": kept,
        "words": words,
    }
    if form.is_valid():
        if request.POST.get("do") == "save":
            releases.change_schedule(new, now=now)
            said = _("Releases now come %(schedule)s.") % {"schedule": schedule_words(new)}
            _say(request, agreement, said)
            return redirect(address(agreement))
        context |= _outlook(new, now)
    status = 422 if form.errors else 200
    return render(request, "workspace/planning_schedule.html", context, status=status)


def _outlook(new: ReleaseSchedule, now: datetime) -> dict[str, object]:
    """What the page shows before a schedule is saved."""
    found = releases.outlook(new, now=now)
    orphans = [planned.planned_into(each).filter(status__in=ACTIVE) for each in found.dropped]
    dates = releases.slots(new, releases.zone_of(new.agreement), now=now)
    return {
        "outlook": found,
        "new_words": schedule_words(new),
        "dates": [moment for _slot, moment in islice(dates, NEXT_DATES)],
        "orphans": sum(tickets.count() for tickets in orphans),
    }


def _release_page(
    request: HttpRequest,
    found: Release,
    now: datetime,
    *,
    form: forms.Form,
    effect: planned.Effect | None,
) -> HttpResponse:
    move = form if isinstance(form, MoveForm) else MoveForm(initial={"to": found.planned_at})
    into = planned.planned_into(found).filter(status__in=ACTIVE)
    context = {
        "release": found,
        "moved_from": moved_from(found),
        "changeable": found.planned_at > now and found.skipped_at is None and not found.live_at,
        "form": move,
        "refused": form if form.errors and not isinstance(form, MoveForm) else None,
        "effect": effect,
        "to": move.cleaned_data["to"] if effect else None,
        "skip_effect": planned.effect_of_skip(found, now=now),
        "planned": into.count(),
    }
    status = 422 if form.errors else 200
    return render(request, "workspace/planning_release.html", context, status=status)


def _tried(form: forms.Form, change: Callable[[], object]) -> bool:
    """Do it; what stands in the way is said at the form, which keeps what was typed."""
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        form.add_error(None, _("Somebody else has just changed the releases: look again."))
    except ValueError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


def _move(request: HttpRequest, found: Release, to: datetime, now: datetime) -> None:
    changes.move_release(found, to=to, now=now)
    moment = moment_words(to, timezone.get_current_timezone())
    said = _("%(release)s was moved to %(moment)s.")
    _say(request, found.agreement, said % {"release": found.name, "moment": moment})


def _skip(request: HttpRequest, found: Release, now: datetime) -> None:
    changes.skip_release(found, now=now)
    _say(request, found.agreement, _("%(release)s is skipped.") % {"release": found.name})


def _say(request: HttpRequest, agreement: Agreement, done: str) -> None:
    """What was done, and how many running tickets follow."""
    say(request, done, still_to_read(agreement))

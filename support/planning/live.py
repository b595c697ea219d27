"""A release is live: since when, which tickets that solves, and what their reporters are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from sla import releases
from sla.models import Release
from sla.planning import contents
from sla.wording import moment_words
from support import access, desk
from support.desk.conversation import Words
from support.desk.letters import language_of
from support.planning.forms import LiveForm
from support.planning.pages import address, lines_of, moved_from
from tickets.models import ACTIVE, Ticket, User

Refusals = list[tuple[Ticket, str]]


@access.managers_only
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a release as live and solve what is in it; once more for what was refused or left."""
    found, now = (
        get_object_or_404(Release.objects.select_related("agreement"), pk=pk),
        timezone.now(),
    )
    form = LiveForm(
        request.POST or None, initial={"live_at": found.planned_at}, release=found, now=now
    )
    refused: Refusals = []
    if form.is_valid():
        try:
            refused = _go_live(request, found, form, access.signed_in(request))
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            if not refused:
                return redirect(f"{address(found.agreement)}#release-{found.pk}")
            found.refresh_from_db()
    return _page(request, found, form, refused)


def standard_text(release: Release, since: datetime) -> str:
    """What a reporter is told if nothing else was written, in the language that is on."""
    moment = moment_words(since, timezone.get_current_timezone())
    return _("Solved in %(release)s, live since %(moment)s.") % {
        "release": release.name,
        "moment": moment,
    }


def _go_live(request: HttpRequest, found: Release, form: LiveForm, user: User) -> Refusals:
    """Mark it as live and solve the tickets, each in a transaction of its own.

    One that goes live early is marked last, and as of then: what is solved before keeps the
    moment that was promised, instead of being late by the seconds in between.
    """
    was_live, tickets = found.live_at is not None, form.cleaned_data["tickets"]
    refused: Refusals = []
    if form.is_early:
        refused = _solve(found, tickets, form, user)
    if not was_live:
        now = timezone.now()
        at, early = (now, True) if form.is_early else (form.since, False)
        releases.mark_live(found, at=at, by=user, now=now, early=early)
        messages.success(request, _("%(release)s is live.") % {"release": found.name})
    if not form.is_early:
        refused = _solve(found, tickets, form, user)
    if done := len(tickets) - len(refused):
        said = ngettext(
            "%(count)s ticket was solved and its reporter told.",
            "%(count)s tickets were solved and their reporters told.",
            done,
        )
        messages.success(request, said % {"count": done})
    return refused


def _solve(found: Release, tickets: Iterable[Ticket], form: LiveForm, user: User) -> Refusals:
    refused: Refusals = []
    typed = form.cleaned_data["text"].strip()
    for ticket in tickets:
        with override(language_of(ticket)):
            text = typed or standard_text(found, form.since)
        try:
            with transaction.atomic():
                if form.is_early and vars(ticket)["planned"] != found.pk:
                    # Its deadline stays elsewhere; this is how it is known to be in it.
                    desk.plan(ticket, release=found, actor=user)
                desk.resolve(ticket, Words(text=text), actor=user)
        except desk.DeskError as error:
            refused.append((ticket, str(error)))
    return refused


def _page(request: HttpRequest, found: Release, form: LiveForm, refused: Refusals) -> HttpResponse:
    still = LiveForm(request.POST or None, release=found, now=form.now) if refused else form
    open_in = contents(found).filter(status__in=ACTIVE)
    tickets = lines_of(found, open_in.select_related("organisation"))
    chosen = set(request.POST.getlist("tickets")) if form.is_bound else None
    context = {
        "release": found,
        "moved_from": moved_from(found),
        "form": still,
        "lines": [(line, chosen is None or str(line.ticket.pk) in chosen) for line in tickets],
        "refused": refused,
        "standard": standard_text(found, found.live_at or min(found.planned_at, form.now)),
        "late": sum(line.must for line in tickets) if found.planned_at <= form.now else 0,
        "must": sum(line.must for line in tickets),
    }
    status = 422 if form.errors or refused else 200
    return render(request, "workspace/planning_live.html", context, status=status)

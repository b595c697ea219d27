"""One click in place of a report: follow an outage that we know of, or a report that was made."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access, desk, who
from support.articles.models import Suggested
from support.desk import customer_side
from support.forms.numbers import number_in
from support.help_centre import counting
from support.status_page import followers
from tickets.models import User


@login_required
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """What was typed for a report stays in the browser: nothing of it is sent."""
    user = access.signed_in(request)
    if "report" in request.POST:
        return _report(request, user, request.POST["report"])
    known = followers.seen_by(user).open()
    outage = get_object_or_404(known, pk=number_in(request.POST.get("outage")))
    followers.follow(user, outage, now=timezone.now())
    _count(request, Suggested.OUTAGE)
    said = _("You follow the outage of %(name)s: we mail you what becomes of it.")
    messages.success(request, said % {"name": followers.name_for(user, outage)})
    return redirect("status-mine")


def _report(request: HttpRequest, user: User, reference: str) -> HttpResponse:
    ticket = get_object_or_404(access.tickets_of(user).by_reference(reference))
    try:
        joined = customer_side.follows(ticket, who.proved(user.email, user.name))
    except desk.DeskError as error:
        messages.error(request, str(error))
        return redirect("my-ticket", reference=ticket.reference)
    _count(request, Suggested.REPORT)
    said = _("You follow %(reference)s: our answers go to you too, and you can add to it below.")
    if not joined:
        said = _(
            "%(reference)s is yours already: add below what is new. No second report was made."
        )
    messages.success(request, said % {"reference": ticket.reference})
    return redirect("my-ticket", reference=ticket.reference)


def _count(request: HttpRequest, what: Suggested) -> None:
    counting.followed(what, request.POST.get("help_visit", "")[:60], now=timezone.now())

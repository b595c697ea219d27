"""A report and the outage that it is of; and one answer to everybody who reported an outage."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.models import Service
from sla.outages import LedgerError, zone_of
from support import access
from support.desk import DeskError
from support.outages import reporters, verbs
from support.services import shown
from support.services.forms import AnswerForm, OfServiceForm
from tickets.models import Ticket


@access.agents_only
def ticket_outage(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that a customer's report is of an outage of one of their services."""
    user, now = access.signed_in(request), timezone.now()
    ticket = get_object_or_404(access.tickets_of(user).by_reference(reference))
    theirs = _services_of(ticket)
    form = OfServiceForm(request.POST or None, services=theirs)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.reported(form.cleaned_data["service"], ticket, actor=user, now=now)
        except (LedgerError, DeskError) as error:
            form.add_error(None, str(error))
        else:
            said = _("%(ticket)s is in the ledger: the outage counts from this report.")
            messages.success(request, said % {"ticket": ticket.reference})
            return redirect("outage", made.pk)
    open_now = [service for service in theirs if service.outages.open().exists()]
    context = {
        "ticket": ticket,
        "form": form,
        "some": bool(theirs),
        "open_now": open_now,
        "outages": [
            shown.outages_shown([each], each.service)[0] for each in reporters.outages_on(ticket.pk)
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "services/ticket_outage.html", context, status=status)


@access.agents_only
def answer_reporters(request: HttpRequest, pk: int) -> HttpResponse:
    """Write one answer to all who reported an outage, each on their own ticket."""
    user = access.signed_in(request)
    found = get_object_or_404(access.outages_of(user).select_related("service", "ticket"), pk=pk)
    form = AnswerForm(request.POST or None)
    waiting = reporters.to_answer(found)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            answered = reporters.answer(
                found, said["text"], solves=said["solves"], actor=user, now=timezone.now()
            )
        except (LedgerError, DeskError) as error:
            form.add_error(None, str(error))
        else:
            told = ngettext(
                "%(number)s reporter answered.", "%(number)s reporters answered.", len(answered)
            )
            messages.success(request, told % {"number": len(answered)})
            return redirect("outage", pk)
    with timezone.override(zone_of(found.service)):
        context = {
            "outage": found,
            "row": shown.outages_shown([found], found.service)[0],
            "waiting": waiting,
            "form": form,
        }
        status = 422 if form.errors else 200
        return render(request, "services/answer_reporters.html", context, status=status)


def _services_of(ticket: Ticket) -> list[Service]:
    """What the customer of a ticket has; of a sender whom we don't know, nothing."""
    if ticket.organisation is None:
        return []
    return list(Service.objects.of(ticket.organisation).order_by("name"))

"""The agents' page of one ticket: its verbs and files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sla.models import Contract, Coverage, Service
from sla.queries import cards_of, coverage_of, judging_in, latest_turns
from support import access, desk, timeline
from support.locking import current
from support.notices import mentions
from support.workspace.composer import Writing, composer
from support.workspace.counts import nav_counts
from support.workspace.in_view import place_of
from support.workspace.marking import MARKS, around
from support.workspace.verbs import VERBS, offered
from support.workspace.weighing import LEVELS, grid
from tickets.models import Status, Ticket, User

OTHERS = 8
NOTES = 3
KNOWN = VERBS | MARKS
SHOWS = {
    "": gettext_lazy("Everything"),
    "talk": gettext_lazy("Conversation only"),
    "events": gettext_lazy("History only"),
}


@access.agents_only
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """One ticket, whole."""
    found = find(request, reference)
    mentions.seen(found, reader=access.signed_in(request), at=timezone.now())
    return ticket_page(request, found)


@access.agents_only
@require_POST
def verb(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Do one of the verbs."""
    found, user = find(request, reference), access.signed_in(request)
    if name not in KNOWN:
        raise Http404
    one = KNOWN[name]
    form = one.bound(found, request.POST) or forms.Form(request.POST)
    if form.is_valid() and _done(request, form, lambda: one.act(found, user, form.cleaned_data)):
        place = f"#{one.place}" if one.place else ""
        return redirect(reverse("ticket", args=[found.reference]) + place)
    return ticket_page(request, found, tried_verb=name, verb_form=form, status=422)


@login_required
def attachment(request: HttpRequest, pk: int, _name: str) -> FileResponse:
    """A file, always as a download: what came from outside is never shown from our address."""
    found = get_object_or_404(access.attachments_of(access.signed_in(request)), pk=pk)
    response = FileResponse(found.file.open(), as_attachment=True, filename=found.name)
    response["Content-Type"] = "application/octet-stream"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def find(request: HttpRequest, reference: str) -> Ticket:
    """The ticket, if there is such a one that this person may see."""
    tickets = access.tickets_of(access.signed_in(request))
    return get_object_or_404(tickets.by_reference(reference).with_people())


def _done(request: HttpRequest, form: forms.Form, act: Any) -> bool:
    """Do a verb; what stands in its way is said at the form, which keeps what was typed."""
    try:
        act()
    except desk.DeskError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Done."))
    return True


def ticket_page(
    request: HttpRequest,
    found: Ticket,
    *,
    tried: Writing | None = None,
    tried_verb: str = "",
    verb_form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; what was tried on it, in the composer or as a verb, keeps what was typed."""
    user, now = access.signed_in(request), timezone.now()
    prefetch_related_objects([found], "participants")  # named beside the ticket and in the answer
    coverage = coverage_of(found)
    shown, earlier = latest_turns(cards_of(found, now=now))
    adding, sending = VERBS["add_participant"], VERBS["answer_to"]
    show = request.GET.get("show", "")
    context = {
        "ticket": found,
        "items": _shown(found, user, show if show in SHOWS else ""),
        "show": show,
        "shows": SHOWS,
        "place": place_of(request, found),
        "around": around(found, tried=tried_verb, tried_form=verb_form),
        "grid": grid(),
        "levels": LEVELS.values(),
        "merged_into": current(found) if found.status == Status.MERGED else None,
        "clocks": shown,
        "judging": judging_in(found, coverage, now=now),
        "earlier": earlier,
        "composer": composer(found, user, now=now, tried=tried),
        "verbs": offered(found, tried_verb, verb_form),
        "customer": _customer(found, coverage),
        "participants": found.participants.all(),
        "participant_form": verb_form if tried_verb == adding.name else adding.bound(found),
        "proposals": found.proposals.filter(agreed=None),
        "answer_to_form": verb_form if tried_verb == sending.name else sending.bound(found),
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/ticket.html", context, status=status)


def _shown(found: Ticket, user: User, show: str) -> list[timeline.Item]:
    """The timeline: everything, what was said, or what happened."""
    items = timeline.whole(found) + timeline.pending(found, reader=user, now=timezone.now())
    if not show:
        return items
    happened = ("event", "merged")
    return [item for item in items if (item.kind in happened) == (show == "events")]


def _customer(found: Ticket, coverage: Coverage | None) -> dict[str, Any]:
    """Who it is about: organisation, contact, agreement, other tickets."""
    organisation, contact = found.organisation, found.contact
    contract = Contract.objects.filter(organisation=organisation).first() if organisation else None
    others = Ticket.objects.filter(organisation=organisation).exclude(pk=found.pk)
    number = contact.numbers.first() if contact else None
    return {
        "organisation": organisation,
        "notes": organisation.notes.select_related("author")[:NOTES] if organisation else [],
        "contact": contact
        and {
            "name": contact.name,
            "email": contact.email,
            "phone": number.number if number else "",
            "may_phone": contact.may_phone,
        },
        "fixed_contact": organisation.present_contact if organisation else None,
        "agreement": coverage.edition if coverage else None,
        "services": Service.objects.of(organisation) if organisation else [],
        "waiver": contract if contract and contract.waived_from else None,
        "other_tickets": others[:OTHERS] if organisation else [],
    }

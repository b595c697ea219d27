"""The agents' page of one ticket: its verbs and files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sla.models import Coverage
from sla.queries import cards_and_coverage, latest_turns
from sla.unjudged import judging_in
from support import access, desk
from support.desk.faces import Face
from support.desk.table import VERBS
from support.notifications import mentioning
from support.timeline import line
from support.workspace.beside import Beside, beside
from support.workspace.composer import Writing, composer
from support.workspace.explaining import causes_of
from support.workspace.in_view import place_of
from support.workspace.marking import around
from support.workspace.verbs import bound, offered, place_after
from tickets.lifecycle import current
from tickets.models import Status, Ticket, User

SHOWS = {
    "": gettext_lazy("Everything"),
    "talk": gettext_lazy("Conversation only"),
    "events": gettext_lazy("History only"),
}


@access.agents_only
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    return ticket_page(request, find(request, reference), opened=True)


@access.agents_only
@require_POST
def verb(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Do one of the verbs."""
    found, user = find(request, reference), access.signed_in(request)
    one = VERBS.get(name)
    if one is None or not one.is_on(Face.PAGE):
        raise Http404
    form = bound(one, found, request.POST) or forms.Form(request.POST)
    if form.is_valid() and _do_verb(request, form, lambda: one.do(found, user, form.cleaned_data)):
        place = place_after(one)
        address = reverse("ticket", args=[found.reference])
        return redirect(f"{address}#{place}" if place else address)
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
    found = access.ticket_of(access.signed_in(request), reference)
    if found is None:
        raise Http404
    return found


def _do_verb(request: HttpRequest, form: forms.Form, act: Any) -> bool:
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
    opened: bool = False,
) -> HttpResponse:
    """The page; what was tried on it, in the composer or as a verb, keeps what was typed."""
    user, now = access.signed_in(request), timezone.now()
    cards, coverage = cards_and_coverage(found, now=now)
    shown, earlier = latest_turns(cards)
    rest = beside(found, user, now=now)
    if opened and rest.told_here:
        mentioning.seen(found, reader=user, at=now)
        rest = beside(found, user, now=now)
    adding, sending = VERBS["add_participant"], VERBS["answer_to"]
    show = request.GET.get("show", "")
    context = {
        "ticket": found,
        "items": _shown(found, rest, user, show if show in SHOWS else "", now=now),
        "show": show,
        "shows": SHOWS,
        "place": place_of(request, found),
        "found_macros": rest.macros,
        "around": around(found, rest, tried=tried_verb, tried_form=verb_form),
        "merged_into": current(found) if found.status == Status.MERGED else None,
        "clocks": shown,
        "judging": judging_in(found, coverage, now=now),
        "earlier": earlier,
        "causes": causes_of(found, cards, user, tried=tried_verb, tried_form=verb_form),
        "composer": composer(found, rest, now=now, tried=tried),
        "verbs": offered(found, rest, tried_verb, verb_form),
        "customer": _customer(found, rest, coverage),
        "participants": rest.participants,
        "participant_form": verb_form if tried_verb == adding.name else bound(adding, found),
        "proposals": rest.proposals,
        "answer_to_form": verb_form if tried_verb == sending.name else bound(sending, found),
        "nav_counts": rest.nav_counts,
    }
    return render(request, "workspace/ticket.html", context, status=status)


def _shown(found: Ticket, rest: Beside, user: User, show: str, *, now: datetime) -> list[line.Item]:
    """The timeline: everything, what was said, or what happened."""
    items = line.whole(found) + line.pending(rest.sending, reader=user, now=now)
    if not show:
        return items
    happened = ("event", "merged")
    return [item for item in items if (item.kind in happened) == (show == "events")]


def _customer(found: Ticket, rest: Beside, coverage: Coverage | None) -> dict[str, object]:
    """Who it is about: organisation, contact, agreement, other tickets."""
    organisation, contact = found.organisation, found.contact
    contract = next(iter(rest.contract), None)
    return {
        "organisation": organisation,
        "notes": rest.notes,
        "contact": contact
        and {
            "name": contact.name,
            "email": next(iter(rest.addresses), ""),
            "phone": next(iter(rest.numbers), ""),
            "may_phone": contact.may_phone,
        },
        "fixed_contact": organisation.present_contact if organisation else None,
        "agreement": coverage.edition if coverage else None,
        "services": rest.services,
        "outages": rest.outages,
        "waiver": contract if contract and contract.waived_from else None,
        "other_tickets": rest.others,
    }

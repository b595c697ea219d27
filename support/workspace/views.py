"""The agents' pages: queue, ticket, verbs, files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla.models import Contract
from sla.queries import cards_of, edition_of, latest_turns
from support import access, desk, timeline
from support.conversation import Words
from support.models import IncomingMail
from support.workspace import queue as queues
from support.workspace.forms import AnswerForm, NoteForm
from support.workspace.verbs import VERBS, offered
from tickets.models import Ticket

OTHERS = 8


@access.agents_only
def queue(request: HttpRequest) -> HttpResponse:
    """The queue by next deadline; views, filters and search stand in the address."""
    user, now = access.signed_in(request), timezone.now()
    views = queues.views(user, request.GET.get("view", ""))
    chosen = next((view for view in views if view["current"]), views[0])
    filters = queues.QueueFilter(request.GET)
    tickets = filters.apply(
        access.tickets_of(user) if request.GET.get("status") else chosen["tickets"]
    )
    if text := queues.plain(request.GET.get("q", "")):
        tickets = queues.search(access.tickets_of(user), text)
    page = Paginator(queues.by_deadline(tickets), queues.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "groups": queues.grouped(list(page.object_list), now),
        "counts": views,
        "filters": filters,
        "filters_active": filters.active,
        "search": text,
        "page_obj": page,
        "refreshed_at": now,
        "nav_counts": _nav_counts(),
    }
    return render(request, "workspace/queue.html", context)


@access.agents_only
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """One ticket, whole."""
    return _ticket_page(request, _ticket(request, reference))


@access.agents_only
@require_POST
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer the customer, and leave it, wait, or solve it."""
    found, user = _ticket(request, reference), access.signed_in(request)
    form = AnswerForm(request.POST, request.FILES)
    verbs = {"hold": desk.hold, "resolve": desk.resolve}
    if form.is_valid():
        verb = verbs.get(form.cleaned_data["then"], desk.reply)
        if _done(request, form, lambda: verb(found, _words(form), actor=user)):
            return redirect("ticket", reference=found.reference)
    return _ticket_page(request, found, reply_form=form)


@access.agents_only
@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Write something for colleagues."""
    found, user = _ticket(request, reference), access.signed_in(request)
    form = NoteForm(request.POST, request.FILES)
    if form.is_valid() and _done(request, form, lambda: desk.note(found, _words(form), actor=user)):
        return redirect("ticket", reference=found.reference)
    return _ticket_page(request, found, note_form=form)


@access.agents_only
@require_POST
def verb(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Do one of the verbs."""
    found, user = _ticket(request, reference), access.signed_in(request)
    if name not in VERBS:
        raise Http404
    form = VERBS[name].bound(found, request.POST) or forms.Form(request.POST)
    if form.is_valid() and _done(
        request, form, lambda: VERBS[name].act(found, user, form.cleaned_data)
    ):
        return redirect("ticket", reference=found.reference)
    return _ticket_page(request, found, tried=name, verb_form=form)


@login_required
def attachment(request: HttpRequest, pk: int, _name: str) -> FileResponse:
    """A file, always as a download: what came from outside is never shown from our address."""
    found = get_object_or_404(access.attachments_of(access.signed_in(request)), pk=pk)
    response = FileResponse(found.file.open(), as_attachment=True, filename=found.name)
    response["Content-Type"] = "application/octet-stream"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _ticket(request: HttpRequest, reference: str) -> Ticket:
    tickets = access.tickets_of(access.signed_in(request))
    return get_object_or_404(tickets.by_reference(reference).with_people())


def _words(form: forms.Form) -> Words:
    return Words(text=form.cleaned_data["text"], files=form.cleaned_data["attachments"])


def _done(request: HttpRequest, form: forms.Form, act: Any) -> bool:
    """Do a verb; what stands in its way is said at the form, which keeps what was typed."""
    try:
        act()
    except desk.DeskError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Done."))
    return True


def _ticket_page(
    request: HttpRequest,
    found: Ticket,
    *,
    reply_form: forms.Form | None = None,
    note_form: forms.Form | None = None,
    tried: str = "",
    verb_form: forms.Form | None = None,
) -> HttpResponse:
    wrong = any(form is not None and form.errors for form in (reply_form, note_form, verb_form))
    base = f"/desk/tickets/{found.reference}"
    shown, earlier = latest_turns(cards_of(found, now=timezone.now()))
    context = {
        "ticket": found,
        "items": timeline.whole(found),
        "clocks": shown,
        "earlier": earlier,
        "reply_form": reply_form or AnswerForm(auto_id="reply_%s"),
        "note_form": note_form or NoteForm(auto_id="note_%s"),
        "reply_url": f"{base}/answer/",
        "note_url": f"{base}/note/",
        "verbs": offered(found, tried, verb_form),
        "customer": _customer(found),
        "participants": found.participants.all(),
        "participant_form": verb_form
        if tried == "add_participant"
        else VERBS["add_participant"].bound(found),
        "nav_counts": _nav_counts(),
    }
    return render(request, "workspace/ticket.html", context, status=422 if wrong else 200)


def _customer(found: Ticket) -> dict[str, Any]:
    """Who it is about: organisation, contact, agreement, other tickets."""
    organisation, contact = found.organisation, found.contact
    contract = Contract.objects.filter(organisation=organisation).first() if organisation else None
    others = Ticket.objects.filter(organisation=organisation).exclude(pk=found.pk)
    number = contact.numbers.first() if contact else None
    return {
        "organisation": organisation,
        "contact": contact
        and {
            "name": contact.name,
            "email": contact.email,
            "phone": number.number if number else "",
            "may_phone": contact.may_phone,
        },
        "fixed_contact": organisation.fixed_contact if organisation else None,
        "agreement": edition_of(found),
        "waiver": {"since": contract.waived_from, "reason": contract.waiver_reason}
        if contract and contract.waived_from
        else None,
        "other_tickets": others[:OTHERS] if organisation else [],
    }


def _nav_counts() -> dict[str, int]:
    waiting = IncomingMail.objects.filter(state=IncomingMail.State.QUARANTINE)
    return {"quarantine": waiting.count()}

"""The customers' pages: report, follow, reply."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.models import Agreement
from sla.queries import cards_of, latest_turns, next_cards
from support import access, customer_side, desk, timeline
from support.conversation import Reporter, Words
from support.intake import people
from support.locking import current
from support.marking import shown_to_customers
from support.portal import guard, offer
from support.portal.forms import ReplyForm, ReportForm
from support.uploads import posted
from tickets.models import Channel, Status, Ticket, User

_thanks = Signer(salt="thanks")
PER_PAGE = 25


def report(request: HttpRequest) -> HttpResponse:
    """The form that anybody can report with."""
    known = _known(request)
    agreement = offer.agreement_for(known)
    form = ReportForm(
        **posted(request),
        kinds=offer.kinds(agreement),
        initial={"name": known.their_name, "email": known.their_email},
    )
    refused = 422
    if request.method == "POST" and form.is_valid():
        if request.user.is_authenticated or not guard.too_many(request, form.cleaned_data["email"]):
            ticket = opened(form.cleaned_data, channel=Channel.WEB)
            return redirect("thanks", token=_thanks.sign(str(ticket.pk)))
        form.add_error(None, guard.refusal(agreement))
        refused = 429
    organisation = known.contact.organisation if known.contact else None
    context = offer.context(agreement) | {"form": form, "organisation": organisation}
    return render(request, "portal/report.html", context, status=refused if form.errors else 200)


def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """That the report is in, what may be expected, and whom to phone if need be."""
    try:
        ticket = get_object_or_404(Ticket, pk=_thanks.unsign(token))
    except BadSignature:
        raise Http404 from None
    return render(request, "portal/thanks.html", _promises(ticket) | {"ticket": ticket})


@login_required
def my_tickets(request: HttpRequest) -> HttpResponse:
    """A customer's own reports."""
    user = access.signed_in(request)
    tickets = access.tickets_of(user).with_people()
    page = Paginator(tickets, PER_PAGE).get_page(request.GET.get("page"))
    pressing = next_cards(page.object_list, now=timezone.now())
    rows = [{"ticket": ticket, "clock": pressing.get(ticket.pk)} for ticket in page.object_list]
    return render(request, "portal/tickets.html", {"rows": rows, "page_obj": page})


@login_required
def my_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """One report: the conversation, the promises, a reply."""
    user = access.signed_in(request)
    ticket = _own(user, reference)
    form = ReplyForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        said = Words(text=form.cleaned_data["text"], files=form.cleaned_data["attachments"])
        reporter = people.by_address(user.email, user.name)
        try:
            customer_side.writes(ticket, reporter, said, channel=Channel.WEB)
        except desk.DeskError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your message has been added."))
            return redirect("my-ticket", reference=ticket.reference)
    context = _promises(ticket) | {
        "ticket": ticket,
        "edition": access.editions_of(user).filter(coverages__ticket=ticket).first(),
        "items": timeline.public(ticket),
        "reply_form": form,
        "reply_url": request.path,
        "fields": shown_to_customers(ticket),
        "merged_into": current(ticket) if ticket.status == Status.MERGED else None,
    }
    return render(request, "portal/ticket.html", context, status=422 if form.errors else 200)


def _own(user: User, reference: str) -> Ticket:
    return get_object_or_404(access.tickets_of(user).by_reference(reference).with_people())


def _known(request: HttpRequest) -> Reporter:
    """What we know of whoever opens the form."""
    if isinstance(request.user, User):
        return people.by_address(request.user.email, request.user.name)
    return Reporter()


def opened(data: dict[str, Any], *, channel: str) -> Ticket:
    """The ticket of a form that was filled in right, here or in the widget."""
    return desk.open_ticket(
        people.by_address(data["email"], data["name"]),
        Words(text=data["text"], files=data["attachments"]),
        subject=data["subject"],
        kind=data["kind"],
        channel=channel,
        priority=data["priority"],
    )


def _promises(ticket: Ticket) -> dict[str, Any]:
    """The promises on a ticket, and the number to phone if one does not bind for want of a call."""
    cards, _earlier = latest_turns(cards_of(ticket, now=timezone.now()))
    unbound = any(not card.binding and card.met_at is None for card in cards)
    agreement = Agreement.objects.filter(editions__coverages__ticket=ticket).first()
    return {"clocks": cards, "phone": offer.phone(agreement) if unbound else None}

"""The customers' pages: report, follow, reply."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from sla import calling, telling
from sla.queries import cards_of, edition_of, latest_turns, next_cards
from support import access, desk, who
from support.brands import face
from support.desk import customer_side
from support.desk.conversation import Words
from support.desk.marking import shown_to_customers
from support.forms.uploads import posted
from support.portal import listing
from support.reporting.forms import ReplyForm
from support.timeline import line
from support.who import Reporter
from tickets.lifecycle import current
from tickets.models import Channel, LinkKind, Status, Ticket, User

PER_PAGE = 25


@login_required
def my_tickets(request: HttpRequest) -> HttpResponse:
    """One's own reports, and those of colleagues to whom the organisation named for it."""
    user = access.signed_in(request)
    choosing = listing.Choosing.of(request.GET)
    counted = listing.counts(user, choosing)
    chosen = listing.chosen(user, choosing).with_people()
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    pressing = next_cards(page.object_list, now=timezone.now())
    context = {
        "rows": [
            {"ticket": ticket, "clock": pressing.get(ticket.pk)} for ticket in page.object_list
        ],
        "page_obj": page,
        "choosing": choosing,
        "tabs": [
            (label, counted[state], choosing.address(state=state), choosing.state == state)
            for state, label in (("open", _("Open")), ("done", pgettext("reports", "Done")))
        ],
        "of_all": listing.sees_colleagues(user),
        "whose": [
            (label, choosing.address(whose=whose), choosing.whose == whose)
            for whose, label in (("", _("Everybody's")), ("mine", _("Mine")))
        ],
        "any": any(counted.values()),
        "fixed_contact": access.fixed_contact_of(user),
    }
    return render(request, "portal/tickets.html", context)


@login_required
@require_POST
def solved(request: HttpRequest, reference: str) -> HttpResponse:
    """The customer says that it is solved."""
    user = access.signed_in(request)
    ticket = _own(user, reference)
    try:
        customer_side.says_solved(ticket, _as(user), channel=Channel.WEB)
    except desk.DeskError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Good to hear. The report is done with."))
    return redirect("my-ticket", reference=reference)


@login_required
def my_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """One report: the conversation, the promises, a reply."""
    user = access.signed_in(request)
    ticket = _own(user, reference)
    form = ReplyForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        said = Words(text=form.cleaned_data["text"], files=form.cleaned_data["attachments"])
        try:
            went = customer_side.writes(ticket, _as(user), said, channel=Channel.WEB).ticket
        except desk.DeskError as error:
            form.add_error(None, str(error))
        else:
            return _written(request, user, ticket, went)
    context = promises_on(ticket) | {
        "ticket": ticket,
        "edition": access.editions_of(user).filter(coverages__ticket=ticket).first(),
        "items": line.public(ticket, house=face.of_request(request).name),
        "fixed_contact": access.fixed_contact_of(user),
        "reply_form": form,
        "reply_url": request.path,
        "fields": shown_to_customers(ticket),
        "merged_into": current(ticket) if ticket.status == Status.MERGED else None,
        "may_say_solved": ticket.is_active,
        "is_solved": ticket.status == Status.RESOLVED,
        "long_past": customer_side.is_past(current(ticket), timezone.now()),
    }
    return render(request, "portal/ticket.html", context, status=422 if form.errors else 200)


def _written(request: HttpRequest, user: User, ticket: Ticket, went: Ticket) -> HttpResponse:
    """Show what was written where it went: what was done with long ago is followed by another."""
    if went.links.filter(other=ticket, kind=LinkKind.FOLLOWS).exists():
        said = _("%(old)s was done with some time ago, so this is a new report: %(new)s.")
        messages.success(request, said % {"old": ticket.reference, "new": went.reference})
    else:
        messages.success(request, _("Your message has been added."))
    shown = went if access.tickets_of(user).filter(pk=went.pk).exists() else ticket
    return redirect("my-ticket", reference=shown.reference)


def _as(user: User) -> Reporter:
    return who.proved(user.email, user.name)


def _own(user: User, reference: str) -> Ticket:
    return get_object_or_404(access.tickets_of(user).by_reference(reference).with_people())


def promises_on(ticket: Ticket) -> dict[str, object]:
    """The promises on a ticket, and whether its reporter should phone about them."""
    now = timezone.now()
    cards, _earlier = latest_turns(cards_of(ticket, now=now))
    edition = edition_of(ticket)
    reader = telling.reader_of(ticket.contact, ticket.organisation, edition)
    zone = timezone.get_current_timezone()
    return {
        "clocks": cards,
        "advice": calling.advice(cards, edition, ticket=ticket, reader=reader, now=now),
        "next_step": telling.next_step(ticket, cards, reader=reader, zone=zone, now=now),
    }

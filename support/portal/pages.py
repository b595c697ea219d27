"""The customers' pages: report, follow, reply."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from sla import telling
from sla.queries import cards_of, edition_of, latest_turns, next_cards
from support import access, desk, offer, who
from support.desk import customer_side
from support.desk.conversation import Words
from support.desk.marking import shown_to_customers
from support.forms import once
from support.forms.even import evenly
from support.forms.uploads import posted
from support.help_centre import about
from support.portal import listing
from support.reporting import guard, opening
from support.reporting.forms import ReplyForm, ReportForm
from support.timeline import line
from support.who import Reporter
from tickets.lifecycle import current
from tickets.models import Channel, LinkKind, Status, Ticket, User

_thanks = Signer(salt="thanks")
PER_PAGE = 25


@once.each_time
def report(request: HttpRequest) -> HttpResponse:
    """The form that anybody can report with."""
    known = _known(request)
    offered = offer.context(known, channel=Channel.WEB, now=timezone.now())
    form = ReportForm(
        **posted(request),
        kinds=[card["value"] for card in offered["kind_cards"]],
        initial={"name": known.their_name, "email": known.their_email},
    )
    refused, read = 422, about.article_in(request)
    if request.method == "POST" and form.is_valid():
        if known.proved or not guard.too_many(request, form.cleaned_data["email"]):
            with nullcontext() if known.proved else evenly():
                said = form.cleaned_data | {
                    "text": about.with_article(form.cleaned_data["text"], read)
                }
                ticket = opening.opened_once(said, channel=Channel.WEB, as_whom=known)
            about.sent(request)
            return redirect("thanks", token=_thanks.sign(str(ticket.pk)))
        form.add_error(None, guard.refusal())
        refused = 429
    context = offered | {
        "form": form,
        "organisation": known.their_organisation,
        "read": read,
    }
    return render(request, "portal/report.html", context, status=refused if form.errors else 200)


def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """That the report is in, and what may be expected: in general, and to whoever is proved to
    have sent it what was agreed with them. Others must not learn here whose address it is.
    """
    try:
        ticket = get_object_or_404(Ticket, pk=_thanks.unsign(token))
    except BadSignature:
        raise Http404 from None
    user = request.user
    own = isinstance(user, User) and access.tickets_of(user).filter(pk=ticket.pk).exists()
    if own:
        told = _promises(ticket) | {"confirmed": ticket.outgoing.exists()}
    else:
        told = {"general": telling.in_general()}
    return render(request, "portal/thanks.html", told | {"ticket": ticket, "own": own})


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
    context = _promises(ticket) | {
        "ticket": ticket,
        "edition": access.editions_of(user).filter(coverages__ticket=ticket).first(),
        "items": line.public(ticket),
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
    return replace(who.by_address(user.email, user.name), proved=True)


def _own(user: User, reference: str) -> Ticket:
    return get_object_or_404(access.tickets_of(user).by_reference(reference).with_people())


def _known(request: HttpRequest) -> Reporter:
    """What we know of whoever opens the form."""
    if isinstance(request.user, User):
        return _as(request.user)
    return Reporter()


def _promises(ticket: Ticket) -> dict[str, Any]:
    """The promises on a ticket, and whether its reporter should phone about them."""
    now = timezone.now()
    cards, _earlier = latest_turns(cards_of(ticket, now=now))
    edition = edition_of(ticket)
    reader = telling.reader_of(ticket.contact, ticket.organisation, edition)
    zone = timezone.get_current_timezone()
    return {
        "clocks": cards,
        "advice": telling.advice(cards, edition, ticket=ticket, reader=reader, now=now),
        "next_step": telling.next_step(ticket, cards, reader=reader, zone=zone, now=now),
    }

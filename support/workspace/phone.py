"""The telephone: who calls, may they, about what, answered or to be called back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.calendars import hours_of, opening_words
from sla.queries import next_cards
from support import access, desk
from support.conversation import Reporter, Words
from support.intake import people
from support.portal.offer import agreement_for, edition_now
from support.uploads import posted
from support.workspace.forms import NEW_REPORT, CallForm
from tickets.models import Channel, Contact, Ticket


@access.agents_only
def phone(request: HttpRequest) -> HttpResponse:
    """Find the caller (also by ?number= from a telephone system), then record the call."""
    search = request.GET.get("q") or request.GET.get("number", "")
    contact = _chosen(request)
    if contact is None and "unknown" not in request.GET:
        found = [_result(person) for person in people.callers(search)]
        context = _base(None) | {
            "search": search,
            "results": found,
            "unknown_url": _unknown(search),
        }
        return render(request, "workspace/phone.html", context)
    open_tickets = _open_tickets(contact)
    start = {"caller": contact.name if contact else search, "kind": "incident"}
    if contact:
        start["email"] = contact.email
    form = CallForm(**posted(request), initial=start, tickets=open_tickets)
    if request.method == "POST" and form.is_valid():
        try:
            ticket = _record(request, contact, form.cleaned_data)
        except desk.DeskError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The call has been recorded."))
            return redirect("ticket", reference=ticket.reference)
    # Found or unknown, the search is over: the page is about this call.
    context = _base(contact) | _caller(contact, open_tickets) | {"form": form}
    return render(request, "workspace/phone.html", context, status=422 if form.errors else 200)


def _record(request: HttpRequest, contact: Contact | None, data: dict[str, Any]) -> Ticket:
    user = access.signed_in(request)
    said = Words(text=data["text"])
    answered = data["answered"] == "yes"
    if data["about"] != NEW_REPORT:
        ticket = access.tickets_of(user).get(pk=data["about"])
        desk.log_call(
            ticket, said, actor=user, contact=contact, caller=data["caller"], answered=answered
        )
        return ticket
    known = Reporter(name=data["caller"], email=data["email"], contact=contact)
    if contact is None and data["email"]:
        # A stranger to the telephone may be known by address; that does not make them a caller.
        recognised = people.by_address(data["email"])
        organisation = recognised.organisation
        if recognised.contact:
            organisation = recognised.contact.organisation
        known = Reporter(name=data["caller"], email=data["email"], organisation=organisation)
    return desk.open_ticket(
        known,
        said,
        subject=data["subject"],
        kind=data["kind"],
        channel=Channel.PHONE,
        priority=data["priority"],
        answered=answered,
        actor=user,
    )


def _chosen(request: HttpRequest) -> Contact | None:
    pk = request.GET.get("contact", "")
    if not pk.isdecimal():
        return None
    return Contact.objects.select_related("organisation__fixed_contact").filter(pk=pk).first()


def _open_tickets(contact: Contact | None) -> list[Ticket]:
    if contact is None:
        return []
    return list(Ticket.objects.active().filter(organisation=contact.organisation))


def _base(contact: Contact | None) -> dict[str, Any]:
    """Whether the telephone is manned now, by the calendar of the caller's agreement."""
    edition = edition_now(agreement_for(Reporter(contact=contact)))
    closed = ""
    if edition and not hours_of(edition.calendar).is_open(timezone.now()):
        closed = _("The helpdesk answers the phone %(hours)s.") % {
            "hours": opening_words(edition.calendar)
        }
    return {"outside_hours": closed}


def _caller(contact: Contact | None, tickets: list[Ticket]) -> dict[str, Any]:
    pressing = next_cards(tickets, now=timezone.now())
    others = contact.organisation.contacts.filter(may_phone=True) if contact else []
    return {
        "caller": contact and _person(contact),
        "organisation_tickets": [
            {"ticket": ticket, "clock": pressing.get(ticket.pk)} for ticket in tickets
        ],
        "authorised": [person.name for person in others],
    }


def _result(contact: Contact) -> dict[str, Any]:
    query = urlencode({"contact": contact.pk})
    return {"contact": _person(contact), "url": f"{reverse('phone')}?{query}"}


def _unknown(search: str) -> str:
    return f"{reverse('phone')}?{urlencode({'unknown': 1, 'q': search})}"


def _person(contact: Contact) -> dict[str, Any]:
    number = next(iter(contact.numbers.all()), None)
    return {
        "name": contact.name,
        "email": contact.email,
        "phone": number.number if number else "",
        "may_phone": contact.may_phone,
        "organisation": contact.organisation,
    }

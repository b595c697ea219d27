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

from sla import calling, projection, telling
from sla.calendars import opening_words
from sla.queries import next_cards
from support import access, desk, offer, who
from support.desk.conversation import Words
from support.forms.numbers import number_in
from support.forms.uploads import posted
from support.who import Reporter
from support.workspace.forms import NEW_REPORT, CallForm
from tickets.addresses import bare_address
from tickets.models import Channel, Contact, Ticket


@access.agents_only
def phone(request: HttpRequest) -> HttpResponse:
    """Find the caller (also by ?number= from a telephone system), then record the call."""
    search = request.GET.get("q") or request.GET.get("number", "")
    contact = _chosen(request)
    if contact is None and "unknown" not in request.GET:
        found = [_result(person) for person in who.callers(search)]
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
    base = _base(contact)
    context = base | _caller(contact, open_tickets, base["agreed"]) | {"form": form}
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
    known = Reporter(
        name=data["caller"],
        email=data["email"],
        contact=contact,
        proved=contact is not None and bare_address(data["email"]) in ("", contact.email),
    )
    if contact is None and data["email"]:
        # A stranger to the telephone may be known by address; that does not make them a caller.
        recognised = who.by_address(data["email"])
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
    if (pk := number_in(request.GET.get("contact"))) is None:
        return None
    return Contact.objects.select_related("organisation__fixed_contact").filter(pk=pk).first()


def _open_tickets(contact: Contact | None) -> list[Ticket]:
    if contact is None:
        return []
    return list(Ticket.objects.active().filter(organisation=contact.organisation))


def _base(contact: Contact | None) -> dict[str, Any]:
    """Whether the telephone is manned now, by the calendar of the caller's agreement.

    Of somebody we don't know, by those of all agreements that have a number.
    """
    now = timezone.now()
    agreed = projection.agreed_at(now, contact.organisation) if contact else None
    editions = [agreed["edition"]] if agreed else [] if contact else offer.with_a_number()
    calendars = [edition.calendar for edition in editions]
    opens = [calling.opens_words(calendar, now=now) for calendar in calendars]
    closed = ""
    if opens and all(opens):
        closed = _("The helpdesk answers the phone %(hours)s; next, %(when)s.") % {
            "hours": opening_words(calendars[0]),
            "when": opens[0],
        }
    return {"outside_hours": closed, "agreed": agreed}


def _caller(
    contact: Contact | None, tickets: list[Ticket], agreed: projection.Agreed | None
) -> dict[str, Any]:
    pressing = next_cards(tickets, now=timezone.now())
    edition, waived = (agreed["edition"], agreed["waived"]) if agreed else (None, False)
    reader = telling.reader_of(contact, contact.organisation if contact else None, edition)
    return {
        "caller": contact and _person(contact) | {"may_phone": reader.may_phone},
        "organisation_tickets": [
            {"ticket": ticket, "clock": pressing.get(ticket.pk)} for ticket in tickets
        ],
        "verdict": calling.verdict(edition, reader=reader, waived=waived)
        if contact
        else calling.stranger_calls(),
        "authorised": reader.callers,
    }


def _result(contact: Contact) -> dict[str, Any]:
    query = urlencode({"contact": contact.pk})
    return {"contact": _person(contact), "url": f"{reverse('phone')}?{query}"}


def _unknown(search: str) -> str:
    return f"{reverse('phone')}?{urlencode({'unknown': 1, 'q': search})}"


def _person(contact: Contact) -> dict[str, object]:
    number = next(iter(contact.numbers.all()), None)
    return {
        "name": contact.name,
        "email": contact.email,
        "phone": number.number if number else "",
        "may_phone": contact.may_phone,
        "organisation": contact.organisation,
    }

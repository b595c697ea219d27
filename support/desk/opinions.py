"""How it was: one question after a solution, answered from the letter without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import projection
from support.desk.answers import DeskError
from support.desk.locking import locked
from support.desk.models import OpinionRule
from support.mail.brand import brand_of
from tickets import facts, history
from tickets.models import EventKind, Ticket
from tickets.translated import Translated

MARKS: Mapping[str, Translated] = {
    "good": gettext_lazy("Good"),
    "fair": gettext_lazy("So-so"),
    "bad": gettext_lazy("Not good"),
}
MOST = 5
"""So often somebody may think otherwise: a link is no way to fill a history."""
_signer = signing.Signer(salt="opinion")


@dataclass(frozen=True)
class Choice:
    """A mark that can be given, and the address that gives it."""

    mark: str
    label: str
    url: str


def choices(ticket: Ticket) -> list[Choice]:
    """What a letter offers, where it tells for the first time that something is solved. Nobody is
    asked twice, nor reminded.
    """
    asked = ticket.events.filter(kind__in=(EventKind.RESOLVED, EventKind.RATED))
    if not asks(ticket) or asked.exists():
        return []
    address = brand_of(ticket).url + reverse("opinion", args=[_signer.sign(str(ticket.pk))])
    return [Choice(mark, str(label), f"{address}?mark={mark}") for mark, label in MARKS.items()]


def asks(ticket: Ticket) -> bool:
    """Does the house ask, and may the customer's people be asked?"""
    theirs = ticket.organisation is None or ticket.organisation.asks_opinion
    return theirs and OpinionRule.now()


def ticket_of(token: str) -> Ticket | None:
    """The ticket that a link asks about; None for one that we didn't make."""
    try:
        number = int(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Ticket.objects.filter(pk=number).first()


@transaction.atomic
def give(ticket: Ticket, *, mark: str, reason: str, at: datetime | None = None) -> Ticket:
    """The customer says how it was; whoever thinks otherwise later says it again, and the last
    counts. DeskError for what was said too often.
    """
    ticket, at = locked(ticket, at)
    if not asks(ticket):
        raise DeskError(_("This is not asked any more. Thank you all the same."))
    if mark not in MARKS:
        raise DeskError(_("Choose one of the answers."))
    data: facts.Rated = {"mark": mark, "reason": reason.strip()}
    said = ticket.events.filter(kind=EventKind.RATED).order_by("-version")
    last = said.first()
    if last is not None and last.data == data:
        return ticket
    if said.count() >= MOST:
        raise DeskError(_("Thank you, that is enough: we know what you think."))
    history.record(ticket, EventKind.RATED, at=at, data=data)
    projection.refresh(ticket, now=at)
    return ticket

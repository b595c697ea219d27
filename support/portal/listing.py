"""Which reports a customer's list shows: open or done, whose, and what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.urls import reverse

from support import access
from tickets.models import ACTIVE, Contact, FieldValue, Message, TicketQuerySet, User, number_of

LONGEST = 200


@dataclass(frozen=True)
class Choosing:
    """What is asked for. state: "open" or "done"; whose: "mine" or everybody's ("")."""

    state: str = "open"
    whose: str = ""
    q: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> Choosing:
        """As an address says it; what it can't be is as if it were not asked."""
        return cls(
            state="done" if asked.get("state") == "done" else "open",
            whose="mine" if asked.get("whose") == "mine" else "",
            q=asked.get("q", "")[:LONGEST].replace("\x00", "").strip(),
        )

    def address(self, **other: str) -> str:
        """Where the list is with something else chosen."""
        asked = {name: value for name, value in asdict(replace(self, **other)).items() if value}
        return f"{reverse('my-tickets')}?{urlencode(asked)}"


def sees_colleagues(user: User) -> bool:
    """Did their organisation name them to read all?"""
    return Contact.objects.filter(user=user, sees_all=True).exists()


def chosen(user: User, choosing: Choosing) -> TicketQuerySet:
    """What is asked for, the latest first."""
    found = _found(user, choosing)
    active = Q(status__in=ACTIVE)
    return found.filter(active if choosing.state == "open" else ~active).order_by(
        "-reported_at", "-pk"
    )


def counts(user: User, choosing: Choosing) -> Mapping[str, int]:
    """How many are open, and how many are done, of what is asked for."""
    found = _found(user, choosing)
    is_open = found.filter(status__in=ACTIVE).count()
    return {"open": is_open, "done": found.count() - is_open}


def _found(user: User, choosing: Choosing) -> TicketQuerySet:
    found = access.tickets_of(user)
    if choosing.whose == "mine":
        found = found.filter(Q(contact__user=user) | Q(reporter_email__iexact=user.email))
    if choosing.q:
        said = Message.objects.filter(
            ticket=OuterRef("pk"), public=True, text__icontains=choosing.q
        )
        filled = FieldValue.objects.filter(
            ticket=OuterRef("pk"), field__customers_see=True, value__icontains=choosing.q
        )
        asked = Q(subject__icontains=choosing.q) | Q(Exists(said)) | Q(Exists(filled))
        if (number := number_of(choosing.q)) is not None:
            asked |= Q(pk=number)
        found = found.filter(asked)
    return found

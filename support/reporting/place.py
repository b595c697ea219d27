"""Where a form stands, and for whom it is there: the one place that tells it of a request."""

from __future__ import annotations

from django.http import HttpRequest

from sla.models import Agreement
from support.brands import hosts
from support.offer import ANYWHERE, Place
from tickets.models import Organisation


def place_of(request: HttpRequest, *, organisation: Organisation | None = None) -> Place:
    """The organisation or the agreement that a request is for, by where it comes in.

    organisation: whose widget it is. Else a brand's own address stands for the agreement of its
    customers, where they all have the same.
    """
    if organisation:
        return Place(organisation=organisation)
    brand = hosts.brand_of(request)
    if brand is None:
        return ANYWHERE
    theirs = Agreement.objects.filter(
        contracts__for_reports=True, contracts__organisation__brand=brand
    )
    agreed = list(theirs.distinct()[:2])
    return Place(agreement=agreed[0]) if len(agreed) == 1 else ANYWHERE

"""Where a form stands, and for whom it is there: the one place that tells it of a request."""

from __future__ import annotations

from django.http import HttpRequest

from support.offer import ANYWHERE, Place
from tickets.models import Organisation


def place_of(
    request: HttpRequest,  # noqa: ARG001 - an address of ours may come to tell it
    *,
    organisation: Organisation | None = None,
) -> Place:
    """The organisation or the agreement that a request is for, by where it comes in.

    organisation: whose widget it is. Without one the house has one address for everybody: an
    address that stands for an agreement would be told from `request` here.
    """
    return Place(organisation=organisation) if organisation else ANYWHERE

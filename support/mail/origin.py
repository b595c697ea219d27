"""Which address of the house a ticket's letters leave from: the one that its report came to."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.db import connection

from support.brands.face import Face
from support.mail import addresses
from support.mail.models import Mailbox
from support.mail.reply_address import without_tag
from tickets.addresses import bare_address
from tickets.models import Ticket
from tickets.questions import Kept

# Both are asked of every mail.
_READ = "SELECT lower(address) FROM support_mailbox WHERE lower(address) = ANY(%s)"
_SENDS = Kept(
    lambda address: (
        Mailbox.objects.filter(address__iexact=address)
        .order_by("pk")
        .values_list("address", "sends_as", "sends_name")[:1]
    ),
    address=str,
)


def sender_of(ticket: Ticket, brand: Face) -> str:
    """The From of a letter about a ticket: where it came in, else as its brand says; '' for the
    address of the house.
    """
    came_to = bare_address(ticket.came_to)
    usual = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    house = parseaddr(brand.sender or settings.DEFAULT_FROM_EMAIL)[0]
    if not came_to or came_to == bare_address(usual):
        return brand.sender
    for address, sends_as, name in _SENDS(address=came_to).asked():
        return formataddr((name or house, sends_as or address))
    for name, address in map(parseaddr, settings.HOUSE_ADDRESSES):
        if bare_address(address) == came_to:
            return formataddr((name or house, address))
    return brand.sender


def came_to(delivered: Iterable[str]) -> str:
    """Of the addresses that a mail was for, the first that is of the house; '' if none is."""
    plain = [each for email in delivered for each in (bare_address(email), without_tag(email))]
    if not plain:
        return ""
    houses = addresses.fixed()
    if plain[0] not in houses:
        with connection.cursor() as cursor:
            cursor.execute(_READ, [plain])
            houses |= {address for (address,) in cursor.fetchall()}
    return next((email for email in plain if email in houses), "")

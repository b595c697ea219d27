"""The signed address that answers to a ticket's mail go to: support+wd10423.<signature>@domain.

Mail programs drop References, but they answer to the Reply-To. The signature makes that nobody
can write to a ticket whose mail they never had. A mail that goes round takes it along, so it is
no proof of who writes.

Mail to colleagues has an address of its own kind, support+wa10423.7.<signature>@domain: signed for
one colleague, whose answer to it is theirs, and is not for the customer.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from tickets.addresses import bare_address
from tickets.models import Ticket, User

LENGTH = 16  # letters of five bits each; lower case, as some servers make everything
_SIGNED = re.compile(rf"\+wd(\d{{1,18}})\.([a-z2-7]{{{LENGTH}}})@", re.IGNORECASE)
_COLLEAGUES = re.compile(rf"\+wa(\d{{1,18}})\.(\d{{1,18}})\.([a-z2-7]{{{LENGTH}}})@", re.IGNORECASE)


@dataclass(frozen=True)
class Colleagues:
    """What an address for colleagues was signed for. No ticket: the mail was about several.

    reader: the number of the colleague; 0 where a whole team got the mail.
    """

    ticket: Ticket | None
    reader: int


def reply_to(ticket: Ticket, *, name: str = "") -> str:
    """The Reply-To of mail about a ticket; '' while no address is known that takes a plus. name:
    whom it is from, if not the house.
    """
    return _address(f"wd{ticket.pk}", _signature(str(ticket.pk), settings.SECRET_KEY), name)


def colleagues_reply_to(ticket: Ticket | None, reader: User | None) -> str:
    """The Reply-To of mail to a colleague, or to a team; '' as above."""
    number, person = ticket.pk if ticket else 0, reader.pk if reader else 0
    signature = _signature(f"{number}.{person}", settings.SECRET_KEY)
    return _address(f"wa{number}.{person}", signature)


def _address(tag: str, signature: str, name: str = "") -> str:
    local, at, domain = settings.REPLY_ADDRESS.rpartition("@")
    if not at or not local:
        return ""
    house, _plain = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or house, f"{local}+{tag}.{signature}@{domain}"))


def ticket_of(addresses: Iterable[str]) -> Ticket | None:
    """The ticket that one of the addresses was signed for; a wrong signature names none."""
    for address in addresses:
        for number, given in _SIGNED.findall(address):
            if _is_right(str(int(number)), given):
                return Ticket.objects.filter(pk=int(number)).first()
    return None


def colleagues_of(addresses: Iterable[str]) -> Colleagues | None:
    """What one of the addresses was signed for, if it is one for colleagues."""
    for address in addresses:
        for number, person, given in _COLLEAGUES.findall(address):
            if _is_right(f"{int(number)}.{int(person)}", given):
                ticket = Ticket.objects.filter(pk=int(number)).first()
                return Colleagues(ticket, int(person))
    return None


def _is_right(signed: str, given: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    right = (_signature(signed, key) for key in keys)
    return any(constant_time_compare(given.lower(), signature) for signature in right)


def without_tag(address: str) -> str:
    """The address before its plus: that of the mailbox."""
    local, _at, domain = bare_address(address).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _signature(number: str, key: str | bytes) -> str:
    digest = salted_hmac("werkdag.reply-address", number, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest).decode("ascii")[:LENGTH].lower()

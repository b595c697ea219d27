"""The signed address that answers to a ticket's mail go to: support+wd10423.<signature>@domain.

Mail programs drop References, but they answer to the Reply-To. The signature makes that nobody
can write to a ticket whose mail they never had.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from tickets.models import Ticket

LENGTH = 16  # letters of five bits each; lower case, as some servers make everything
_SIGNED = re.compile(rf"\+wd(\d{{1,18}})\.([a-z2-7]{{{LENGTH}}})@", re.IGNORECASE)


def reply_to(ticket: Ticket) -> str:
    """The Reply-To of mail about a ticket; '' while no address is known that takes a plus."""
    local, at, domain = settings.REPLY_ADDRESS.rpartition("@")
    if not at or not local:
        return ""
    name, _address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    signed = f"{local}+wd{ticket.pk}.{_signature(str(ticket.pk), settings.SECRET_KEY)}@{domain}"
    return formataddr((name, signed))


def ticket_of(addresses: Iterable[str]) -> Ticket | None:
    """The ticket that one of the addresses was signed for; a wrong signature names none."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    for address in addresses:
        for number, given in _SIGNED.findall(address):
            right = (_signature(str(int(number)), key) for key in keys)
            if any(constant_time_compare(given.lower(), signature) for signature in right):
                return Ticket.objects.filter(pk=int(number)).first()
    return None


def without_tag(address: str) -> str:
    """The address before its plus: that of the mailbox."""
    local, _at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _signature(number: str, key: str | bytes) -> str:
    digest = salted_hmac("werkdag.reply-address", number, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest).decode("ascii")[:LENGTH].lower()

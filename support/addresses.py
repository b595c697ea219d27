"""Addresses that no letter goes to by itself: our own, and those that only a machine reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.db.models.functions import Lower

from sla.models import Agreement
from support.models import Mailbox
from support.notices.reply_address import without_tag
from tickets.models import Team

_ANSWERS = r"(?:reply|respond|response|answer|beantwoorden|antwoord(?:en)?|reageren|antworten)"
_MACHINE = re.compile(
    rf"(?:^|[-_.+])(?:(?:no|do[-_.]?not|don'?t|never|niet|geen|nicht)[-_.]?{_ANSWERS}"
    r"|mailer[-_.]?daemon|mail[-_.]?daemon|daemon|post[-_.]?master|bounces?|nobody|undisclosed"
    r"|listserv|majordomo|mailman|auto[-_.]?(?:reply|responder|antwoord))(?:$|[-_.+=\d])"
    r"|^owner-|-(?:request|owner)$",
    re.IGNORECASE,
)


def is_machine(email: str) -> bool:
    """Does nobody read what is written to this address? As far as its name tells (RFC 3834, 2)."""
    return bool(_MACHINE.search(email.rpartition("@")[0]))


def ours(emails: Iterable[str]) -> set[str]:
    """Those that are of the house: mailboxes, where we send from, agreements, teams.

    With or without a tag after a plus, in lower case.
    """
    asked = {email.lower() for email in emails if email}
    if not asked:
        return set()
    houses = fixed() | mailboxes()
    found = {email for email in asked if email in houses or without_tag(email) in houses}
    left = {plain for email in asked - found for plain in (email, without_tag(email))}
    if not left:
        return found
    first, second = (
        queryset.order_by()
        .annotate(plain=Lower("email"))
        .filter(plain__in=left)
        .values_list("plain", flat=True)
        for queryset in (Agreement.objects.all(), Team.objects.all())
    )
    known = set(first.union(second))
    return found | {email for email in asked if email in known or without_tag(email) in known}


def fixed() -> set[str]:
    """Those that the settings name."""
    named = [settings.DEFAULT_FROM_EMAIL, settings.REPLY_ADDRESS, *settings.HOUSE_ADDRESSES]
    return {parseaddr(address)[1].lower() for address in named} - {""}


def mailboxes() -> set[str]:
    """Those of the mailboxes that we read, and those that they send from."""
    rows = Mailbox.objects.order_by().values_list("address", "sends_as")
    return {address.lower() for row in rows for address in row if address}

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
    plain = asked | {without_tag(email) for email in asked}
    first, *more = (
        queryset.order_by()
        .annotate(plain=Lower(name))
        .filter(plain__in=plain)
        .values_list("plain", flat=True)
        for queryset, name in (
            (Mailbox.objects.all(), "address"),
            (Mailbox.objects.all(), "sends_as"),
            (Agreement.objects.all(), "email"),
            (Team.objects.all(), "email"),
        )
    )
    known = fixed() | set(first.union(*more))
    return {email for email in asked if email in known or without_tag(email) in known}


def fixed() -> set[str]:
    """Those that the settings name."""
    named = [settings.DEFAULT_FROM_EMAIL, settings.REPLY_ADDRESS, *settings.HOUSE_ADDRESSES]
    return {parseaddr(address)[1].lower() for address in named} - {""}

"""Addresses that no letter goes to by itself: our own, and those that only a machine reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.db import connection

from support.mail.reply_address import without_tag
from tickets.addresses import bare_address

_ANSWERS = (
    r"(?:reply|respond|response|answer|beantwoorden|antwoord(?:en)?|reageren|antworten"
    r"|repond(?:re|ez)|reponse|respond[ae]r?|responda|contestar|rispondere|risposta)"
)
_MACHINE = re.compile(
    rf"(?:^|[-_.+])(?:(?:no|do[-_.]?not|don'?t|never|niet|geen|nicht|ne[-_.]?pas|non|nao)"
    rf"[-_.]?{_ANSWERS}"
    r"|mailer[-_.]?daemon|mail[-_.]?daemon|daemon|post[-_.]?master|bounces?|nobody|undisclosed"
    r"|listserv|majordomo|mailman|auto[-_.]?(?:reply|responder|antwoord))(?:$|[-_.+=\d])"
    r"|^owner-|-(?:request|owner)$",
    re.IGNORECASE,
)


def is_machine(email: str) -> bool:
    """Does nobody read what is written to this address? As far as its name tells (RFC 3834, 2)."""
    return bool(_MACHINE.search(email.rpartition("@")[0]))


# Asked of every report: one statement, where putting it together takes the ORM longer than asking.
_HOUSE = """
    SELECT lower(address) FROM support_mailbox WHERE lower(address) = ANY(%(plain)s)
    UNION SELECT lower(sends_as) FROM support_mailbox WHERE lower(sends_as) = ANY(%(plain)s)
    UNION SELECT lower(email) FROM sla_agreement WHERE lower(email) = ANY(%(plain)s)
    UNION SELECT lower(email) FROM tickets_team WHERE lower(email) = ANY(%(plain)s)
    UNION SELECT lower(sender_address) FROM tickets_brandface
        WHERE lower(sender_address) = ANY(%(plain)s)
"""


def ours(emails: Iterable[str]) -> set[str]:
    """Those that are of the house: mailboxes, where we send from, agreements, teams, brands.

    With or without a tag after a plus, in lower case.
    """
    asked = {bare_address(email) for email in emails if email}
    if not asked:
        return set()
    plain = asked | {without_tag(email) for email in asked}
    known = fixed()
    if not plain <= known:
        with connection.cursor() as cursor:
            cursor.execute(_HOUSE, {"plain": sorted(plain)})
            known |= {email for (email,) in cursor.fetchall()}
    return {email for email in asked if email in known or without_tag(email) in known}


def fixed() -> set[str]:
    """Those that the settings name."""
    named = [settings.DEFAULT_FROM_EMAIL, settings.REPLY_ADDRESS, *settings.HOUSE_ADDRESSES]
    return {bare_address(parseaddr(address)[1]) for address in named} - {""}

"""Is a mail one that we have already, changed on its way here?

A gateway writes [EXTERN] before the subject, a scanner adds its footer, a server encodes anew or
rewrites who it is to. Who, when and the Message-ID are the same then; and nearly all of the words,
for a program that gives all its mails one Message-ID must not lose the second.
"""

from __future__ import annotations

import re
from collections import Counter

from support.intake.mime import ParsedMail, Unreadable, parse
from support.intake.raw import read
from support.models import IncomingMail

SHARED = 0.8
"""Of the words of the shorter one, how many the other must have."""

_WORD = re.compile(r"\w+")
_LOOKED_AT = 20_000


def first_of(mail: IncomingMail, parsed: ParsedMail) -> IncomingMail | None:
    """The mail that this one is once more, if that became something; waits while it is read."""
    if mail.copy_of_id is None:
        return None
    known = IncomingMail.objects.defer("raw").select_for_update()
    first = known.get(pk=mail.copy_of_id)
    if first.ticket_id is None:
        return None
    try:
        theirs = parse(read(first))
    except Unreadable:
        return None
    return first if _same_words(parsed, theirs) else None


def _same_words(one: ParsedMail, other: ParsedMail) -> bool:
    """Do they say the same, and bring the same files?"""
    if {len(file.data) for file in one.attachments} != {
        len(file.data) for file in other.attachments
    }:
        return False
    words, others = _words(one), _words(other)
    least = min(words.total(), others.total())
    return (words & others).total() >= SHARED * least


def _words(mail: ParsedMail) -> Counter[str]:
    said = f"{mail.text[:_LOOKED_AT]} {mail.quoted[:_LOOKED_AT]}"
    return Counter(word.casefold() for word in _WORD.findall(said))

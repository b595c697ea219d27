"""Is a mail one that we have already, changed on its way here?

A gateway writes [EXTERN] before the subject, a scanner adds its footer, a server encodes anew or
rewrites who it is to. Who, when and the Message-ID are the same then; and all the words of the one
are in the other, for a program that gives all its mails one Message-ID must not lose the second.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator

from django.db.models import Q, QuerySet

from support.intake.mime import ParsedMail, Unreadable
from support.intake.raw import read
from support.mail.models import IncomingMail
from tickets.questions import Kept

State = IncomingMail.State

FEW = 10
"""Below so many words it is no proof that they are in the other one, wherever that is."""

MOST = 5
"""Mails with one Message-ID, sender and moment that a new one is held against."""

_LOOKED_AT = 20_000
_LINK = re.compile(r"\S*(?:://|www\.)\S*")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def _like(root: int, mail: int) -> QuerySet[IncomingMail]:
    """What became of mails with the same Message-ID, sender and moment as one."""
    # What was set aside as a machine's stands there each time that it came.
    became = IncomingMail.objects.filter(Q(state=State.WAITING) | Q(ticket__isnull=False)).exclude(
        state__in=(State.QUARANTINE, State.COPY)
    )
    others = became.filter(Q(pk=root) | Q(copy_of=root)).exclude(pk=mail)
    return others.defer("raw").order_by("pk")[:MOST]


_LIKE = Kept(_like, root=int, mail=int)


def first_of(
    mail: IncomingMail, parsed: ParsedMail, *, parse: Callable[[bytes], ParsedMail]
) -> IncomingMail | None:
    """The mail that this one is once more, if that was read; others like it wait meanwhile.

    parse: as this house does, which may leave files out.
    """
    root = mail.copy_of_id or mail.pk
    if mail.copy_of_id:
        IncomingMail.objects.defer("raw").select_for_update().get(pk=root)
    for other in _LIKE(root=root, mail=mail.pk).asked():
        try:
            theirs = parse(read(other))
        except Unreadable:
            continue
        if _is_same(parsed, theirs):
            return other
    return None


def _is_same(one: ParsedMail, other: ParsedMail) -> bool:
    """Do they say the same, but for what is added on the way, and bring the same files?"""
    if _files(one) != _files(other):
        return False
    shorter, longer = sorted((_own_text(one), _own_text(other)), key=len)
    words, others = _word_counts(shorter[:_LOOKED_AT]), _word_counts(longer[: 2 * _LOOKED_AT])
    if words.total() < FEW:
        return _begins_or_ends(list(_lines(shorter)), list(_lines(longer)))
    return words <= others


def _files(mail: ParsedMail) -> Counter[bytes]:
    """Those that somebody sent along; a footer may bring a logo."""
    return Counter(
        hashlib.sha256(file.data.replace(b"\r\n", b"\n")).digest()
        for file in mail.attachments
        if not file.inline
    )


def _own_text(mail: ParsedMail) -> str:
    return f"{mail.text[: 2 * _LOOKED_AT]}\n{mail.quoted[: 2 * _LOOKED_AT]}"


def _plain(text: str) -> Iterator[str]:
    """The words without what gateways change in them: links, and letters beyond ASCII."""
    for word in _LINK.sub(" ", text).lower().split():
        if kept := _NOT_PLAIN.sub("", word):
            yield kept


def _word_counts(text: str) -> Counter[str]:
    return Counter(_plain(text))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if kept := " ".join(_plain(line)):
            yield kept


def _begins_or_ends(lines: list[str], others: list[str]) -> bool:
    """What is added stands above or below, on lines of its own."""
    count = len(lines)
    return lines == others[:count] or lines == others[len(others) - count :]

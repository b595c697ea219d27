"""Raw mails in the database, written and read in pieces: a parameter costs four times its size."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from django.db import transaction
from django.db.models import F, Func, Value
from django.db.models.functions import Length, Substr

from support.models import IncomingMail

PIECE = 8 * 1024 * 1024
_HASHED = 1024 * 1024
# What identifies a mail whatever way it took: not the traces that each server on it adds.
_IDENTITY = (b"from", b"to", b"cc", b"subject", b"date", b"message-id")
_BLANK_LINE = re.compile(rb"\n\r?\n")


def keep(raw: bytes, *, at: datetime) -> tuple[IncomingMail, bool]:
    """The row of a mail that reached us at a moment, whole when this returns, and whether it is
    new. The same mail once more is the same row; another one with its Message-ID is not.
    """
    if len(raw) <= PIECE:
        return _stored(raw, digest(raw), at)
    with transaction.atomic():
        mail, is_new = _stored(raw[:PIECE], digest(raw), at)
        for start in range(PIECE, len(raw) if is_new else 0, PIECE):
            piece = Value(raw[start : start + PIECE])
            longer = Func(F("raw"), piece, template="%(expressions)s", arg_joiner=" || ")
            IncomingMail.objects.filter(pk=mail.pk).update(raw=longer)
    return mail, is_new


# Every mail passes here, also twice at once: one statement, where the ORM needs four.
_STORE = """
    INSERT INTO support_incomingmail
        (raw, digest, received_at, state, reason, sender, subject, attempts, unconfirmed)
    VALUES (%s, %s, %s, %s, '', '', '', 0, '')
    ON CONFLICT (digest) DO NOTHING
    RETURNING id, digest, received_at, state, attempts
"""


def _stored(start: bytes, found: str, at: datetime) -> tuple[IncomingMail, bool]:
    first = (start, found, at, IncomingMail.State.STORED.value)
    for mail in IncomingMail.objects.raw(_STORE, first):
        return mail, True
    return IncomingMail.objects.defer("raw").get(digest=found), False


def read(mail: IncomingMail) -> bytes:
    """The source of a mail."""
    row = IncomingMail.objects.filter(pk=mail.pk)
    size = row.values_list(Length("raw"), flat=True).get()
    whole = bytearray()
    for start in range(0, size, PIECE):
        piece = row.values_list(Substr("raw", start + 1, PIECE), flat=True).get()
        whole += bytes(piece)
    return bytes(whole)


def digest(raw: bytes) -> str:
    """A hash of what makes a mail itself: who, when, what; not the servers it passed."""
    blank = _BLANK_LINE.search(raw)
    head = raw[: min(blank.start() if blank else len(raw), 200_000)].replace(b"\r\n", b"\n")
    unfolded = re.sub(rb"\n[ \t]+", b" ", head[:100_000])
    fields = [
        line
        for line in unfolded.split(b"\n")
        if line.partition(b":")[0].strip().lower() in _IDENTITY
    ]
    found = hashlib.sha256(b"\n".join(fields))
    found.update(b"\n\n")
    start = blank.end() if blank else 0
    while start < len(raw):
        stop = start + _HASHED
        if raw[stop - 1 : stop + 1] == b"\r\n":
            stop += 1
        found.update(raw[start:stop].replace(b"\r\n", b"\n"))
        start = stop
    return found.hexdigest()

"""Raw mails in the database, written and read in pieces: a parameter costs four times its size.

A mail that was changed on its way (a tag in its subject, a footer, another encoding) is another
row, which knows the first: `copies` says whether it is the same mail.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from django.db import transaction
from django.db.models import F, Func, Value
from django.db.models.functions import Length, Substr

from support.intake.headers import addresses, message_ids, sane_date, to_text
from support.mail.models import IncomingMail

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
        return _stored(raw, digest(raw), twin(raw), at)
    with transaction.atomic():
        mail, is_new = _stored(raw[:PIECE], digest(raw), twin(raw), at)
        for start in range(PIECE, len(raw) if is_new else 0, PIECE):
            piece = Value(raw[start : start + PIECE])
            longer = Func(F("raw"), piece, template="%(expressions)s", arg_joiner=" || ")
            IncomingMail.objects.filter(pk=mail.pk).update(raw=longer)
    return mail, is_new


# Every mail passes here, also twice at once: one statement, where the ORM needs four.
_STORE = """
    INSERT INTO support_incomingmail
        (raw, digest, twin, copy_of_id, received_at, state, reason, sender, subject, attempts,
         unconfirmed)
    VALUES (%s, %s, %s, %s, %s, %s, '', '', '', 0, '')
    ON CONFLICT DO NOTHING
    RETURNING id, digest, copy_of_id, received_at, state, attempts
"""


def _stored(
    start: bytes, found: str, of_twins: str | None, at: datetime
) -> tuple[IncomingMail, bool]:
    state = IncomingMail.State.STORED.value
    for mail in IncomingMail.objects.raw(_STORE, (start, found, of_twins, None, at, state)):
        return mail, True
    known = IncomingMail.objects.defer("raw")
    if (same := known.filter(digest=found).first()) is not None:
        return same, False
    first = known.get(twin=of_twins)
    for mail in IncomingMail.objects.raw(_STORE, (start, found, None, first.pk, at, state)):
        return mail, True
    return known.get(digest=found), False


def read(mail: IncomingMail) -> bytes:
    """The source of a mail."""
    row = IncomingMail.objects.filter(pk=mail.pk)
    size = row.values_list(Length("raw"), flat=True).get()
    whole = bytearray()
    for start in range(0, size, PIECE):
        piece = row.values_list(Substr("raw", start + 1, PIECE), flat=True).get()
        whole += bytes(piece)
    return bytes(whole)


def twin(raw: bytes) -> str | None:
    """A hash of what no server on the way changes: Message-ID, sender, moment. None without."""
    named = {
        name.strip().lower(): value.strip()
        for name, _colon, value in (line.partition(b":") for line in _identifying(raw))
    }
    sent = sane_date(to_text(named.get(b"date", b""), "")[0])
    ids = message_ids(to_text(named.get(b"message-id", b""), "")[0])
    senders = addresses([to_text(named.get(b"from", b""), "")[0]])
    if sent is None or not ids or not senders:
        return None
    said = "\n".join([ids[0], senders[0][1], sent.isoformat()])
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def _identifying(raw: bytes) -> list[bytes]:
    blank = _BLANK_LINE.search(raw)
    head = raw[: min(blank.start() if blank else len(raw), 200_000)].replace(b"\r\n", b"\n")
    unfolded = re.sub(rb"\n[ \t]+", b" ", head[:100_000])
    return [
        line
        for line in unfolded.split(b"\n")
        if line.partition(b":")[0].strip().lower() in _IDENTITY
    ]


def digest(raw: bytes) -> str:
    """A hash of what makes a mail itself: who, when, what; not the servers it passed."""
    blank = _BLANK_LINE.search(raw)
    fields = _identifying(raw)
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

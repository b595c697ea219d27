"""A mail that stays at the server, because it is too large or not handed over: shown all the same.

It stands among the unreadable mail with the reason. Tried again from there, it becomes a ticket of
its sender with the reason as its text, so that somebody can answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from support.intake import email, headers
from support.mail.models import IncomingMail

_OF_THE_BODY = re.compile(rb"(?:content-[\w-]*|mime-version)\s*:", re.IGNORECASE)


def too_large(head: bytes, *, size: int, name: str, now: datetime) -> bool:
    """A mail of `size` bytes in the mailbox `name`. Says whether it was not known before."""
    reason = _("Too large: %(size)s, at most %(most)s. It was left in the mailbox %(mailbox)s.")
    most = filesizeformat(settings.MAIL_MAX_BYTES)
    return _show(
        head, reason % {"size": filesizeformat(size), "most": most, "mailbox": name}, now=now
    )


def not_given(head: bytes, *, name: str, now: datetime) -> bool:
    """A mail that the server would not hand over. Says whether it was not known before."""
    reason = _("The mail server would not hand it over. It was left in the mailbox %(mailbox)s.")
    return _show(head, reason % {"mailbox": name}, now=now)


def _show(head: bytes, reason: str, *, now: datetime) -> bool:
    kept = b"".join(line + b"\n" for line in _header_lines(head))
    note = EmailMessage()
    note.set_content(reason)
    fields, _end = headers.read(kept + b"\n", 0, len(kept) + 1)
    senders = headers.addresses(fields.all("From"))
    _mail, is_new = IncomingMail.objects.get_or_create(
        digest=hashlib.sha256(b"not fetched\n" + kept).hexdigest(),
        defaults={
            "raw": kept + note.as_bytes(),
            "received_at": now,
            "state": IncomingMail.State.QUARANTINE,
            "reason": reason[:300],
            "attempts": email.ATTEMPTS,  # trying again by itself would change nothing
            "sender": senders[0][1][:254] if senders else "",
            "subject": fields.line("Subject", limit=200),
        },
    )
    return is_new


def _header_lines(head: bytes) -> Iterator[bytes]:
    """The header's lines, without those about the body that isn't here."""
    dropped = False
    for line in head.replace(b"\r\n", b"\n").split(b"\n"):
        if not line.strip():
            return
        if line[:1] not in (b" ", b"\t"):
            dropped = bool(_OF_THE_BODY.match(line)) or b":" not in line
        if not dropped:
            yield line

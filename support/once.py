"""What somebody sends once is done once, though the answer was lost and they send it again.

A page carries a random word; with what was typed it makes a key, which is written in the
transaction of what is done. The same page sent again with the same words is the same thing; with
other words, after the way back, it is another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from support.models import SentForm
from tickets.files import File
from tickets.models import Ticket

KEPT = timedelta(days=30)


def key_of(word: str, typed: Iterable[object], files: Iterable[File] = ()) -> str:
    """The key of a page's random word and what was sent with it; '' without a word."""
    if not word:
        return ""
    found = hashlib.sha256(repr([word, *map(str, typed)]).encode("utf-8", "replace"))
    for file in files:
        found.update(f"|{file.name}|{len(file.data)}|".encode("utf-8", "replace"))
        found.update(hashlib.sha256(file.data).digest())
    return found.hexdigest()


@transaction.atomic
def once(key: str, do: Callable[[], Ticket], *, now: datetime) -> Ticket:
    """Do something to a ticket, or give the ticket to which it was done already.

    Of two at the same moment the second waits for the first. Without a key it is simply done.
    """
    if not key:
        return do()
    # Waits where another transaction has written the key and is not over.
    sent, is_new = SentForm.objects.get_or_create(key=key, defaults={"at": now})
    if not is_new and sent.ticket is not None:
        return sent.ticket
    sent.ticket = do()
    sent.save(update_fields=["ticket"])
    return sent.ticket


def forget(*, now: datetime) -> int:
    """Delete the keys of long ago. Gives how many."""
    return SentForm.objects.filter(at__lt=now - KEPT).delete()[0]

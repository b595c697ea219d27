"""Reading mailboxes: each mail is stored here before anything is done with it at the server.

Killed at any point, a mail is fetched again and is the same row: it is taken once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localdate

from support.intake import email
from support.mail.models import Mailbox
from support.mailboxes import imap, unfetched
from support.mailboxes.gated import GatedClient
from support.mailboxes.imap import Lying, NotGiven, Trouble
from tickets.addresses import bare_address

log = logging.getLogger(__name__)

CLAIM = timedelta(minutes=2)
"""Renewed with each mail; an older claim belongs to a worker that died."""
PATIENCE = timedelta(seconds=20)
"""One run reads no longer than this, so that other work gets its turn; the next goes on."""
_AT_ONCE = 100

Watch = Callable[[], datetime]


@dataclass(slots=True)
class Reading:
    """What came of reading a mailbox."""

    taken: int = 0
    trouble: Trouble | None = None


class Busy(Exception):
    """Somebody else is reading this mailbox, or took over from us."""


def read(pk: int, *, clock: Watch = timezone.now, patience: timedelta = PATIENCE) -> Reading:
    """Take in what is new in a mailbox. Raises Busy; what is wrong with it stands in its row."""
    began = clock()
    mailbox = _claim(pk, now=began)
    outcome = Reading()
    try:
        with imap.opened(mailbox, now=clock()) as box:
            whole = _take_new(box, mailbox, outcome, clock=clock, until=clock() + patience)
    except Trouble as trouble:
        log.warning("mailbox %s could not be read: %s", pk, trouble)
        outcome.trouble = trouble
        _release(mailbox, trouble)
    except Exception:
        _release(mailbox, None)  # the database or the code: no fault of the mailbox
        raise
    else:
        reached = {"emptied_at": began} if whole else {}
        _keep(mailbox, now=clock(), last_read_at=clock(), **reached)
        _release(mailbox, outcome.trouble)
    return outcome


def try_out(pk: int, *, clock: Watch = timezone.now) -> int:
    """Get in and count what waits there to be taken; nothing is taken. Raises Trouble or Busy."""
    mailbox = _claim(pk, now=clock(), active=(True, False))
    try:
        with imap.opened(mailbox, now=clock()) as box:
            known = box.uid_validity == mailbox.uid_validity
            after = mailbox.last_uid if known else 0
            found = imap.new_uids(box, after=after, since=mailbox.read_from)
    finally:
        Mailbox.objects.filter(pk=pk, claimed_at=mailbox.claimed_at).update(claimed_at=None)
    return len(found)


@transaction.atomic
def _claim(pk: int, *, now: datetime, active: tuple[bool, ...] = (True,)) -> Mailbox:
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    found = Mailbox.objects.select_for_update(skip_locked=True).filter(free, active__in=active)
    mailbox = found.filter(pk=pk).first()
    if mailbox is None:
        raise Busy
    mailbox.claimed_at = mailbox.last_tried_at = now
    mailbox.save(update_fields=["claimed_at", "last_tried_at"])
    return mailbox


def _keep(mailbox: Mailbox, *, now: datetime, **reached: object) -> None:
    """Note how far we are and renew the claim. Raises Busy if another one took over."""
    ours = Mailbox.objects.filter(pk=mailbox.pk, claimed_at=mailbox.claimed_at)
    if not ours.update(claimed_at=now, **reached):
        raise Busy
    mailbox.claimed_at = now
    for name, value in reached.items():
        setattr(mailbox, name, value)


def _release(mailbox: Mailbox, trouble: Trouble | None) -> None:
    Mailbox.objects.filter(pk=mailbox.pk, claimed_at=mailbox.claimed_at).update(
        claimed_at=None,
        last_error=trouble.fault if trouble else Mailbox.Fault.NONE,
        last_said=trouble.said if trouble else "",
    )


def _take_new(
    box: GatedClient, mailbox: Mailbox, outcome: Reading, *, clock: Watch, until: datetime
) -> bool:
    """Take what is new, for as long as there is patience. Says whether nothing was left behind."""
    validity = box.uid_validity
    if validity != mailbox.uid_validity:
        # The server numbered its mail anew: all of it is read again, and known mail stays known.
        _keep(mailbox, now=clock(), uid_validity=validity, last_uid=0)
    uids = imap.new_uids(box, after=mailbox.last_uid, since=mailbox.read_from)
    for first in range(0, len(uids), _AT_ONCE):
        found = imap.lying(box, uids[first : first + _AT_ONCE])
        for uid, lying in sorted(found.items()):
            if clock() >= until:
                return False
            is_new = _take(box, mailbox, uid, lying, outcome, now=clock())
            outcome.taken += is_new
            now = clock()
            counted = mailbox.taken_today(now=now) + is_new
            reached = {"last_uid": uid, "taken_on": localdate(now), "taken": counted}
            _keep(mailbox, now=now, last_read_at=now, **reached)
    return True


def _take(
    box: GatedClient,
    mailbox: Mailbox,
    uid: int,
    lying: Lying,
    outcome: Reading,
    *,
    now: datetime,
) -> bool:
    """Take one message: fetch, store, and only then tell the server. Says whether it was new."""
    at = _reached_us(mailbox, lying, now=now)
    if lying.size > settings.MAIL_MAX_BYTES:
        return unfetched.too_large(imap.head(box, uid), size=lying.size, name=mailbox.name, now=at)
    try:
        raw = imap.source(box, uid)
    except NotGiven as trouble:
        outcome.trouble = trouble
        return unfetched.not_given(imap.head(box, uid), name=mailbox.name, now=at)
    if raw is None:  # somebody moved it meanwhile
        return False
    _mail, is_new = email.take_in(raw, at=at, came_to=bare_address(mailbox.address))
    try:
        imap.acknowledge(box, uid, how=mailbox.afterwards, folder=mailbox.move_to)
    except NotGiven as trouble:
        outcome.trouble = trouble  # it is here, and those behind it go on
    return is_new


def _reached_us(mailbox: Mailbox, lying: Lying, *, now: datetime) -> datetime:
    """When a mail reached us: the customer's time runs from there, not from when we looked.

    What the server says holds as far as it can be: not before the mailbox was last seen empty, as
    with a mail that somebody dragged here from elsewhere, and not after now. Of a mailbox that was
    never read we know nothing.
    """
    if mailbox.emptied_at is None or lying.since is None or lying.since > now:
        return now
    return max(lying.since, mailbox.emptied_at)

"""Drafts: kept while somebody types, held back ten seconds, then sent once through the desk."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla.models import Clock
from support import desk
from support.articles.models import Picture
from support.automation import macros
from support.automation.models import Macro
from support.desk import DeskError
from support.desk.conversation import Words
from support.desk.models import Then
from support.drafts.models import Draft, DraftFile
from support.faults.kinds import fault_of
from tickets.files import File, forget_unused
from tickets.models import EventKind, Status, Ticket, TicketEvent, User

log = logging.getLogger(__name__)

UNDO = timedelta(seconds=10)
"""How long an answer can be taken back."""

LATE = timedelta(seconds=20)
"""How much later than that a busy worker may be; no deadline may fall in between."""

FORGET = timedelta(days=7)
"""How long the files of a discarded draft stay: a backup put back may still know them."""

_BATCH = 50
_VERBS = {Then.HOLD: desk.hold, Then.RESOLVE: desk.resolve}


class Newer(Exception):
    """Another window of the same person has a newer text, in `draft`; None if it is gone."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__()
        self.draft = draft


def of(author: User, ticket: Ticket) -> dict[str, Draft]:
    """What somebody is writing on a ticket, by kind."""
    found = Draft.objects.filter(author=author, ticket=ticket).prefetch_related("files")
    return {draft.kind: draft for draft in found}


@transaction.atomic
def save(
    ticket: Ticket,
    kind: str,
    *,
    author: User,
    text: str,
    version: int | None,
    now: datetime,
    then: str = "",
) -> Draft | None:
    """Keep what was typed; None when there is nothing to keep.

    version: of the draft that the text was written over, 0 for a new one; None overwrites whatever
    there is. Newer if another window has saved, sent or thrown away a text since.
    """
    text = text.replace("\x00", "")
    draft = _held(ticket, kind, author)
    if draft is None:
        if not text.strip():
            return None
        if version:
            raise Newer(None)
        start = {"text": text, "then": then, "saved_at": now}
        draft, made = Draft.objects.get_or_create(
            author=author, ticket=ticket, kind=kind, defaults=start
        )
        if made:
            return draft
    if draft.state == Draft.State.SENDING:
        raise Newer(draft)
    if version not in (None, draft.version) and draft.text not in ("", text):
        raise Newer(draft)
    if not text.strip() and not draft.files.exists():
        draft.delete()
        return None
    if (draft.text, draft.then) != (text, then):
        draft.text, draft.then, draft.refused = text, then, ""
        draft.version += 1
    draft.saved_at = now
    draft.save(update_fields=["text", "then", "refused", "version", "saved_at"])
    return draft


@transaction.atomic
def add_files(
    ticket: Ticket, kind: str, files: Iterable[File], *, author: User, now: datetime
) -> Draft | None:
    """Keep files with a draft, which they begin if need be. DeskError over the limits."""
    draft = _held(ticket, kind, author)
    for file in files:
        if draft is None:
            draft, _made = Draft.objects.get_or_create(
                author=author, ticket=ticket, kind=kind, defaults={"saved_at": now}
            )
        if draft.state == Draft.State.SENDING:
            raise Newer(draft)
        size = sum(draft.files.values_list("size", flat=True)) + len(file.data)
        if size > settings.ATTACHMENTS_MAX_BYTES:
            limit = filesizeformat(settings.ATTACHMENTS_MAX_BYTES)
            raise DeskError(
                _("These files are %(size)s together; at most %(limit)s can be sent.")
                % {"size": filesizeformat(size), "limit": limit}
            )
        DraftFile.keep(draft, file)
    return draft


@transaction.atomic
def remove_file(ticket: Ticket, kind: str, pk: int, *, author: User) -> None:
    """Leave a file out of a draft that is being written."""
    draft = _held(ticket, kind, author)
    if draft is not None and draft.state == Draft.State.WRITING:
        draft.files.filter(pk=pk).delete()


@transaction.atomic
def discard(ticket: Ticket, kind: str, *, author: User) -> None:
    """Throw away what was being written."""
    draft = _held(ticket, kind, author)
    if draft is not None and draft.state == Draft.State.WRITING:
        draft.delete()


def forget_files(*, now: datetime) -> int:
    """Delete the files that no message, draft or article has had for a week. Gives how many."""
    return forget_unused(_elsewhere, before=now - FORGET)


def _elsewhere(paths: Sequence[str]) -> Iterable[str]:
    yield from DraftFile.objects.filter(file__in=paths).values_list("file", flat=True)
    yield from Picture.objects.filter(file__in=paths).values_list("file", flat=True)


def heard_since(ticket: Ticket, seen: int, *, reader: User) -> list[TicketEvent]:
    """What the customer and others told each other since the version that somebody saw."""
    said = (EventKind.REPLIED, EventKind.CUSTOMER_REPLIED)
    events = TicketEvent.objects.filter(ticket=ticket, version__gt=seen, kind__in=said)
    return list(events.exclude(actor=reader).select_related("actor").order_by("version"))


@transaction.atomic
def send(draft: Draft, *, now: datetime) -> datetime | None:
    """Send it: a note at once, an answer when it can no longer be taken back, which is returned.

    None if it went at once: also an answer does when a deadline is so near that waiting could
    miss it. DeskError if it can't be sent; the draft then stays.
    """
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    if held.state == Draft.State.SENDING:
        return held.send_at
    send_at = now + UNDO
    if held.kind == Draft.Kind.NOTE or presses(held.ticket, before=send_at + LATE):
        _deliver(held, now=now)
        return None
    # What stands in its way is said now, not in ten seconds.
    with transaction.atomic():
        _deliver(held, now=now)
        transaction.set_rollback(True)
    held = Draft.objects.get(pk=draft.pk)
    held.state, held.send_at, held.refused = Draft.State.SENDING, send_at, ""
    held.save(update_fields=["state", "send_at", "refused"])
    return send_at


@transaction.atomic
def send_macro(macro: Macro, ticket: Ticket, *, author: User, now: datetime) -> datetime | None:
    """Have a macro done that speaks to the customer: when it can no longer be taken back, which is
    returned; None if it was done at once. DeskError if it can't be done.
    """
    if (draft := _held(ticket, Draft.Kind.REPLY, author)) is not None:
        if draft.state == Draft.State.SENDING:
            raise DeskError(_("Your answer is about to be sent; take it back to change it."))
        if draft.text.strip() or draft.files.exists():
            raise DeskError(_("You are writing an answer here: send it first, or throw it away."))
        draft.delete()
    said = macros.says(macro, ticket, actor=author, at=now)
    held = Draft.objects.create(
        author=author,
        ticket=ticket,
        kind=Draft.Kind.REPLY,
        text=said.text,
        then=said.verb if said.verb in Then else "",
        macro=macro,
        saved_at=now,
    )
    return send(held, now=now)


def presses(ticket: Ticket, *, before: datetime) -> bool:
    """Does a promise that still runs fall due before a moment?"""
    running = Clock.objects.pressing_on([ticket.pk]).filter(state=Clock.State.RUNNING)
    return running.filter(due_at__lte=before).exists()


@transaction.atomic
def undo(ticket: Ticket, *, author: User) -> Draft | None:
    """Take an answer back into the composer, as it was typed; None if it has been sent."""
    draft = _held(ticket, Draft.Kind.REPLY, author)
    if draft is not None and draft.state == Draft.State.SENDING:
        draft.state, draft.send_at, draft.macro = Draft.State.WRITING, None, None
        draft.save(update_fields=["state", "send_at", "macro"])
    return draft


def send_now(ticket: Ticket, *, author: User, now: datetime) -> None:
    """Do not wait any longer with an answer that is being sent."""
    pending = Draft.objects.sending().filter(author=author, ticket=ticket)
    pending.filter(send_at__gt=now).update(send_at=now)
    send_due(now=now, ticket=ticket)


def send_due(*, now: datetime, ticket: Ticket | None = None) -> int:
    """Send the answers that can no longer be taken back, each once; says how many.

    The answer, what follows from it and the end of its draft are one transaction: whatever dies,
    it was sent whole or it still waits. What can't be sent goes back to its author with the reason.
    """
    due = Draft.objects.due(now)
    if ticket is not None:
        due = due.filter(ticket=ticket)
    sent = 0
    for pk in due.values_list("pk", flat=True)[:_BATCH]:
        try:
            sent += _send_one(pk, now=now)
        except Exception as error:
            if fault_of(error) is None:
                raise
            log.warning("draft %s could not be sent now, and waits", pk, exc_info=True)
    return sent


@transaction.atomic
def _send_one(pk: int, *, now: datetime) -> bool:
    due = Draft.objects.due(now).select_related("author")
    draft = due.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if draft is None:  # taken back, or another worker has it
        return False
    with override(draft.author.language):
        try:
            with transaction.atomic():
                _deliver(draft, now=now)
        except DeskError as error:
            _give_back(pk, str(error))
            return False
        except Exception as error:
            if fault_of(error) is not None:
                raise
            log.exception("draft %s could not be sent", pk)
            _give_back(pk, _("Something went wrong while it was sent. Please try again."))
            return False
    return True


def _deliver(draft: Draft, *, now: datetime) -> None:
    """Call the desk's verb, and end the draft. DeskError if the verb can't be done."""
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=draft.ticket_id)
    if ticket.status == Status.MERGED:
        raise DeskError(_("This ticket was merged into another one."))
    words = Words(text=draft.text.strip(), files=[file.as_file() for file in draft.files.all()])
    # The moment it is really sent; whoever waited for the ticket's lock acts after the other.
    at = max(now, ticket.updated_at)
    if draft.macro is not None:
        macros.run(draft.macro, ticket, actor=draft.author, at=at)
    elif draft.kind == Draft.Kind.NOTE:
        desk.note(ticket, words, actor=draft.author, at=at)
    else:
        verb = _VERBS.get(Then(draft.then), desk.reply)
        verb(ticket, words, actor=draft.author, at=at)
    Draft.objects.filter(pk=draft.pk).delete()


def _give_back(pk: int, reason: str) -> None:
    Draft.objects.filter(pk=pk).update(
        state=Draft.State.WRITING, send_at=None, macro=None, refused=reason[:300]
    )


def _held(ticket: Ticket, kind: str, author: User) -> Draft | None:
    mine = Draft.objects.select_for_update().filter(author=author, ticket=ticket, kind=kind)
    return mine.first()

"""The composer on a ticket's page: its two forms, with the drafts and warnings that belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django import forms
from django.urls import reverse

from support import drafts
from support.models import CannedReply, Draft, DraftFile
from support.workspace.composing_forms import AnswerForm, NoteForm
from tickets import lifecycle
from tickets.models import EventKind, Ticket, User

FORMS: Mapping[str, type[forms.Form]] = {
    Draft.Kind.REPLY: AnswerForm,
    Draft.Kind.NOTE: NoteForm,
}


@dataclass
class Writing:
    """One of the two forms, and what the page says about it.

    heard: what came in between, which asks for a second look before sending.
    clash: another window has a newer text, in `draft`; without draft it was sent or thrown away.
    """

    kind: str
    form: forms.Form
    draft: Draft | None = None
    heard: Sequence[str] = ()
    clash: bool = False

    @property
    def version(self) -> int:
        """Of the draft that this text is written over; the next save or send then goes through."""
        return self.draft.version if self.draft else 0

    @property
    def files(self) -> Sequence[DraftFile]:
        """The files that the draft keeps."""
        return list(self.draft.files.all()) if self.draft else []


def composer(
    ticket: Ticket, user: User, *, now: datetime, tried: Writing | None = None
) -> dict[str, Any]:
    """What the page shows; the form that was tried keeps what was typed."""
    kept = drafts.of(user, ticket)
    sending = kept.get(Draft.Kind.REPLY)
    if sending is None or sending.state != Draft.State.SENDING:
        sending = None
    writing = {kind: _writing(kind, kept.get(kind)) for kind in FORMS}
    if tried is not None:
        tried.draft = kept.get(tried.kind)
        writing[tried.kind] = tried
    reply, note = writing[Draft.Kind.REPLY], writing[Draft.Kind.NOTE]
    at_note = bool(note.draft and not reply.draft) or note is tried
    return {
        "reply": reply,
        "note": note,
        "thens": _thens(ticket, reply.form),
        "sending": sending,
        "seconds": _seconds(sending, now),
        "shown": Draft.Kind.NOTE if at_note else Draft.Kind.REPLY,
        "seen": ticket.version,
        "canned": list(CannedReply.objects.usable_by(user)),
        "urls": _urls(ticket),
    }


def _thens(ticket: Ticket, form: forms.Form) -> list[Any]:
    """What can become of the ticket with an answer, as it stands; nothing to choose if only one."""
    needs = {Draft.Then.HOLD: EventKind.WAITING, Draft.Then.RESOLVE: EventKind.RESOLVED}
    possible = [
        option
        for option in form["then"]
        if (kind := needs.get(option.data["value"])) is None or lifecycle.allows(ticket, kind)
    ]
    return possible if len(possible) > 1 else []


def _seconds(sending: Draft | None, now: datetime) -> int:
    """How long an answer can still be taken back."""
    if sending is None or sending.send_at is None:
        return 0
    return max(0, ceil((sending.send_at - now).total_seconds()))


def _writing(kind: str, draft: Draft | None) -> Writing:
    if draft is not None and draft.state == Draft.State.SENDING:
        draft = None
    start = {"text": draft.text, "then": draft.then} if draft else {}
    return Writing(kind, FORMS[kind](initial=start, auto_id=f"{kind}_%s"), draft)


def _urls(ticket: Ticket) -> dict[str, str]:
    said = {"reply": "answer", "note": "note"}
    here = {name: reverse(said[name], args=[ticket.reference]) for name in said}
    names = ("presence", "undo-answer", "send-answer", "ticket-canned")
    here |= {name.replace("-", "_"): reverse(name, args=[ticket.reference]) for name in names}
    for kind in FORMS:
        here[f"{kind}_draft"] = reverse("draft", args=[ticket.reference, kind])
    return here | {"colleagues": reverse("colleagues"), "canned": reverse("canned")}

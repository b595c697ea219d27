"""The composer on a ticket's page: its two forms, with the drafts and warnings that belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from support.desk.models import Then
from support.drafts.models import Draft, DraftFile
from support.templatetags.kept import blank, filled, kept
from support.workspace.beside import Beside
from support.workspace.composing_forms import AnswerForm, NoteForm
from tickets import lifecycle
from tickets.models import EventKind, Ticket

FORMS: Mapping[str, type[forms.Form]] = {
    Draft.Kind.REPLY: AnswerForm,
    Draft.Kind.NOTE: NoteForm,
}


@dataclass
class Writing:
    """One of the two forms, and what the page says about it.

    files: that the draft keeps. heard: what came in between, which asks for a second look before
    sending. clash: another window has a newer text, in `draft`; without draft it was sent or thrown
    away. drawn: its fields, where nobody has touched them.
    """

    kind: str
    form: forms.Form
    draft: Draft | None = None
    files: Sequence[DraftFile] = ()
    heard: Sequence[str] = ()
    clash: bool = False
    drawn: str = ""

    @property
    def version(self) -> int:
        """Of the draft that this text is written over; the next save or send then goes through."""
        return self.draft.version if self.draft else 0


class Fields(NamedTuple):
    """All that the fields of a form show in which nobody has written yet."""

    kind: str
    canned: tuple[tuple[int, str], ...] = ()


@kept(256)
def _fields(shown: Fields) -> str:
    writing = _writing(shown.kind, None, [])
    answers = shown.kind == Draft.Kind.REPLY
    facts = {
        "writing": writing,
        "draft_url": _DRAFT,
        "seen": _SEEN if answers else "",
        "canned": [{"pk": pk, "title": title} for pk, title in shown.canned],
        "canned_url": reverse("canned") if answers else "",
    }
    return render_to_string("workspace/_composer_fields.html", facts)


def _untouched(kind: str, ticket: Ticket, found: Beside, url: str) -> SafeString:
    answers = kind == Draft.Kind.REPLY
    canned = tuple((each.pk, each.title) for each in found.canned) if answers else ()
    return filled(_fields(Fields(kind, canned)), {_DRAFT: url, _SEEN: ticket.version})


_DRAFT, _SEEN = blank("draft"), blank("seen")


def composer(
    ticket: Ticket, found: Beside, *, now: datetime, tried: Writing | None = None
) -> dict[str, object]:
    """What the page shows; the form that was tried keeps what was typed."""
    kept = {draft.kind: draft for draft in found.drafts}
    files = {
        draft.kind: [file for file in found.draft_files if file.draft_id == draft.pk]
        for draft in found.drafts
    }
    sending = kept.get(Draft.Kind.REPLY)
    if sending is None or sending.state != Draft.State.SENDING:
        sending = None
    writing = {kind: _writing(kind, kept.get(kind), files.get(kind, [])) for kind in FORMS}
    if tried is not None:
        tried.draft = kept.get(tried.kind)
        tried.files = files.get(tried.kind, [])
        writing[tried.kind] = tried
    reply, note = writing[Draft.Kind.REPLY], writing[Draft.Kind.NOTE]
    urls = _urls(ticket)
    for each in (reply, note):
        if each.draft is None and each is not tried:
            each.drawn = _untouched(each.kind, ticket, found, urls[f"{each.kind}_draft"])
    at_note = bool(note.draft and not reply.draft) or note is tried
    return {
        "reply": reply,
        "note": note,
        "thens": _thens(ticket, reply.form),
        "sending": sending,
        "seconds": _seconds(sending, now),
        "shown": Draft.Kind.NOTE if at_note else Draft.Kind.REPLY,
        "seen": ticket.version,
        "canned": found.canned,
        "urls": urls,
    }


def _thens(ticket: Ticket, form: forms.Form) -> list[Any]:
    """What can become of the ticket with an answer, as it stands; nothing to choose if only one."""
    needs = {Then.HOLD: EventKind.WAITING, Then.RESOLVE: EventKind.RESOLVED}
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


def _writing(kind: str, draft: Draft | None, files: Sequence[DraftFile]) -> Writing:
    if draft is not None and draft.state == Draft.State.SENDING:
        draft, files = None, []
    start = {"text": draft.text, "then": draft.then} if draft else {}
    return Writing(kind, FORMS[kind](initial=start, auto_id=f"{kind}_%s"), draft, files)


def _urls(ticket: Ticket) -> dict[str, str]:
    said = {"reply": "answer", "note": "note"}
    here = {name: reverse(said[name], args=[ticket.reference]) for name in said}
    names = ("presence", "undo-answer", "send-answer", "ticket-canned")
    here |= {name.replace("-", "_"): reverse(name, args=[ticket.reference]) for name in names}
    for kind in FORMS:
        here[f"{kind}_draft"] = reverse("draft", args=[ticket.reference, kind])
    return here | {"colleagues": reverse("colleagues"), "canned": reverse("canned")}

"""What happened around a ticket, in words: links, tags, fields, checklist, subject, mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from sla.terms import in_language
from sla.wording import PROMISES
from support.desk import opinions
from tickets import facts
from tickets.models import CustomField, EventKind, FieldType, TicketEvent, link_words


def words_of(event: TicketEvent) -> str | None:
    """What happened, in a line; None for what is no such event."""
    tell = _TOLD.get(event.kind)
    return tell(str(event.get_kind_display()), event.data) if tell else None


def _linked(_said: str, data: facts.Linked) -> str:
    said = link_words(data["kind"], back=data["back"])
    return f"{said[:1].upper()}{said[1:]} {data['ticket']}"


def _unlinked(said: str, data: facts.Linked) -> str:
    return f"{said}: {link_words(data['kind'], back=data['back'])} {data['ticket']}"


def _merged(_said: str, data: facts.Merged) -> str:
    return _("Merged into %(ticket)s") % {"ticket": data.get("into", "")}


def _tagged(said: str, data: facts.Tagged) -> str:
    return f"{said}: {data['tag']}"


def _filled(_said: str, data: facts.FieldSet) -> str:
    field = CustomField(type=data.get("type", FieldType.TEXT))
    before, after = (field.shown(data[name]) or "–" for name in ("from", "value"))
    return f"{data['field']}: {before} → {after}"


def _checklist(_said: str, data: facts.Checklist) -> str:
    sentences = {
        "added": _("To do: %(text)s"),
        "done": _("Done: %(text)s"),
        "undone": _("Not done after all: %(text)s"),
        "removed": _("No longer to do: %(text)s"),
    }
    return sentences[data["did"]] % {"text": data["text"]}


def _renamed(said: str, data: facts.Renamed) -> str:
    return f"{said}: {data['from']} → {data['subject']}"


def _explained(_said: str, data: facts.CauseGiven) -> str:
    about = f"{PROMISES.get(data['promise'], data['promise'])} ({data['clause']})"
    if data["of"]:
        about += f", {data['of']}"
    cause = in_language(data["to"])
    if data["from"]:
        cause = f"{in_language(data['from'])} → {cause}"
    note = f" ({data['note']})" if data["note"] else ""
    return _("Why missed, %(promise)s: %(cause)s") % {"promise": about, "cause": cause + note}


def _returned(_said: str, data: facts.Returned) -> str:
    return _("Our mail to %(to)s came back: %(reason)s") % {
        "to": data["to"],
        "reason": data["reason"] or _("the mail server gave no reason"),
    }


def _rated(said: str, data: facts.Rated) -> str:
    mark = str(opinions.MARKS.get(data["mark"], data["mark"]))
    return f"{said}: {mark}" + (f" – {data['reason']}" if data["reason"] else "")


_TOLD: Mapping[str, Callable[[str, Any], str]] = {
    EventKind.LINKED: _linked,
    EventKind.UNLINKED: _unlinked,
    EventKind.MERGED: _merged,
    EventKind.TAGGED: _tagged,
    EventKind.UNTAGGED: _tagged,
    EventKind.FIELD_SET: _filled,
    EventKind.CHECKLIST: _checklist,
    EventKind.RENAMED: _renamed,
    EventKind.CAUSE_GIVEN: _explained,
    EventKind.RATED: _rated,
    EventKind.RETURNED: _returned,
}
ICONS = {
    EventKind.LINKED: "link",
    EventKind.UNLINKED: "unlink",
    EventKind.MERGED: "merge",
    EventKind.TAGGED: "tag",
    EventKind.UNTAGGED: "tag",
    EventKind.FIELD_SET: "text-cursor-input",
    EventKind.CHECKLIST: "list-checks",
    EventKind.RENAMED: "pencil",
    EventKind.CAUSE_GIVEN: "clock-alert",
    EventKind.RATED: "message-circle-heart",
    EventKind.RETURNED: "mail-x",
    EventKind.ABSENT: "palmtree",
    EventKind.LEFT_CLOSED: "circle-check",
}
REFERRED = {EventKind.LINKED: "ticket", EventKind.UNLINKED: "ticket", EventKind.MERGED: "into"}
"""Which of their data names another ticket."""

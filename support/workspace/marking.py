"""What stands around a ticket on its page: tags, fields, checklist, links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from support.desk.table import VERBS
from support.workspace.beside import Beside
from support.workspace.marking_forms import FieldsForm
from support.workspace.verbs import bound
from tickets.models import BY_HAND, Link, Ticket, User, link_words

MARKS = {"tag", "untag", "fill", "add_item", "tick_item", "remove_item", "link", "unlink"}
SHOWN = ("tag", "add_item", "link")  # the forms that stand open for something new


@dataclass(frozen=True)
class Linked:
    """Another ticket, and what this one is to it; `number` where the link can be taken away."""

    words: str
    other: Ticket
    number: int | None
    at: datetime
    who: User | None


def around(
    ticket: Ticket, found: Beside, *, tried: str, tried_form: forms.Form | None
) -> dict[str, Any]:
    """What the page shows around a ticket; the form that was tried keeps what was typed."""
    known = (found.fields, dict(found.values))
    fields = FieldsForm(ticket=ticket, known=known, auto_id="fill_%s")
    given: dict[str, Any] = {name: bound(VERBS[name], ticket) for name in SHOWN} | {"fill": fields}
    refused: list[str] = []
    if tried in given:
        given[tried] = tried_form
    elif tried in MARKS and tried_form is not None:
        refused = [str(error) for error in tried_form.non_field_errors()]
    shown = fields.shown()
    kept = dict(found.values)
    unasked = [(field.label, field.shown(kept.get(field.pk, ""))) for field in found.unasked]
    return {
        "forms": given,
        "tags": found.tags,
        "known_tags": found.known_tags,
        "fields": shown,
        "unasked": unasked,
        "missing": any(field["missing"] for field in shown),
        "refused": refused,
        "items": found.items,
        "done": sum(1 for item in found.items if item.done_at),
        "links": _links(ticket, found.links),
    }


def _links(ticket: Ticket, found: Sequence[Link]) -> list[Linked]:
    return [
        Linked(
            words=link_words(link.kind, back=link.other_id == ticket.pk),
            other=link.ticket if link.other_id == ticket.pk else link.other,
            number=link.pk if link.kind in BY_HAND else None,
            at=link.at,
            who=link.actor,
        )
        for link in found
    ]

"""What stands around a ticket on its page: tags, fields, checklist, links; and their verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from support import gathering, marking
from support.workspace.marking_forms import FieldsForm, ItemForm, LinkForm, NumberForm, TagForm
from support.workspace.verbs import Verb
from tickets.models import BY_HAND, Link, Tag, Ticket, User, link_words

DETAILS = "details"
SHOWN = ("tag", "add_item", "link")  # the forms that stand open for something new
MARKS = {
    verb.name: verb
    for verb in (
        Verb(
            "tag",
            _("Add tag"),
            lambda ticket, user, data: marking.tag(ticket, name=data["name"], actor=user),
            TagForm,
            elsewhere=True,
        ),
        Verb(
            "untag",
            _("Remove tag"),
            lambda ticket, user, data: marking.untag(ticket, name=data["name"], actor=user),
            TagForm,
            elsewhere=True,
        ),
        Verb(
            "fill",
            _("Keep"),
            lambda ticket, user, data: marking.fill(ticket, values=data["values"], actor=user),
            FieldsForm,
            elsewhere=True,
            of_ticket=True,
            place=DETAILS,
        ),
        Verb(
            "add_item",
            _("Add"),
            lambda ticket, user, data: marking.add_item(ticket, text=data["text"], actor=user),
            ItemForm,
            elsewhere=True,
            place="checklist",
        ),
        Verb(
            "tick_item",
            _("Done"),
            lambda ticket, user, data: marking.tick_item(
                ticket, number=data["number"], done=data["done"], actor=user
            ),
            NumberForm,
            elsewhere=True,
            place="checklist",
        ),
        Verb(
            "remove_item",
            _("Remove"),
            lambda ticket, user, data: marking.remove_item(
                ticket, number=data["number"], actor=user
            ),
            NumberForm,
            elsewhere=True,
            place="checklist",
        ),
        Verb(
            "link",
            _("Link"),
            lambda ticket, user, data: gathering.link(
                ticket, other=data["other"], kind=data["kind"], actor=user
            ),
            LinkForm,
            elsewhere=True,
            place="links",
        ),
        Verb(
            "unlink",
            _("Remove link"),
            lambda ticket, user, data: gathering.unlink(ticket, number=data["number"], actor=user),
            NumberForm,
            elsewhere=True,
            place="links",
        ),
    )
}


@dataclass(frozen=True)
class Linked:
    """Another ticket, and what this one is to it; `number` where the link can be taken away."""

    words: str
    other: Ticket
    number: int | None
    at: datetime
    who: User | None


def around(ticket: Ticket, *, tried: str, tried_form: forms.Form | None) -> dict[str, Any]:
    """What the page shows around a ticket; the form that was tried keeps what was typed."""
    fields = FieldsForm(ticket=ticket, auto_id="fill_%s")
    given: dict[str, Any] = {name: MARKS[name].bound(ticket) for name in SHOWN} | {"fill": fields}
    refused: list[str] = []
    if tried in given:
        given[tried] = tried_form
    elif tried in MARKS and tried_form is not None:
        refused = [str(error) for error in tried_form.non_field_errors()]
    shown = fields.shown()
    items = list(ticket.checklist.select_related("done_by"))
    return {
        "forms": given,
        "tags": [tag.name for tag in ticket.tags.all()],
        "known_tags": list(Tag.objects.values_list("name", flat=True)[:200]),
        "fields": shown,
        "missing": any(field["missing"] for field in shown),
        "refused": refused,
        "items": items,
        "done": sum(1 for item in items if item.done_at),
        "links": _links(ticket),
    }


def _links(ticket: Ticket) -> list[Linked]:
    found = Link.objects.filter(Q(ticket=ticket) | Q(other=ticket))
    found = found.select_related("ticket", "other", "actor")
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

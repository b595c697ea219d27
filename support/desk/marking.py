"""The verbs that mark a ticket: tags, fields of one's own, and its checklist.

Each is one transaction and an event, so that the history tells who did it and when. None of them
touches a promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sla import projection
from support.desk.answers import DeskError
from support.desk.locking import locked
from tickets import facts, history
from tickets.models import (
    ChecklistItem,
    CustomField,
    EventKind,
    FieldValue,
    Tag,
    Ticket,
    User,
)

MOST_ITEMS = 50


@transaction.atomic
def tag(ticket: Ticket, *, name: str, actor: User | None, at: datetime | None = None) -> Ticket:
    """Put a tag on a ticket; a new word becomes a tag. Twice is once."""
    ticket, at = locked(ticket, at, actor)
    name = _spelled(name)
    if not name:
        raise DeskError(_("Write a tag first."))
    if not ticket.tags.filter(name=name).exists():
        found, _new = Tag.objects.get_or_create(name=name)
        ticket.tags.add(found)
        _record(ticket, EventKind.TAGGED, at=at, actor=actor, data={"tag": name})
    return ticket


@transaction.atomic
def untag(ticket: Ticket, *, name: str, actor: User | None, at: datetime | None = None) -> Ticket:
    """Take a tag off a ticket; the word stays known."""
    ticket, at = locked(ticket, at, actor)
    name = _spelled(name)
    found = ticket.tags.filter(name=name).first()
    if found is not None:
        ticket.tags.remove(found)
        _record(ticket, EventKind.UNTAGGED, at=at, actor=actor, data={"tag": name})
    return ticket


@transaction.atomic
def fill(
    ticket: Ticket, *, values: Mapping[int, Any], actor: User | None, at: datetime | None = None
) -> Ticket:
    """Fill in fields, by their numbers; an empty value takes one out. What is the same stays.

    DeskError for a value that does not fit its field, and where none is asked of such a ticket.
    """
    ticket, at = locked(ticket, at, actor)
    asked = list(CustomField.objects.asked_of(ticket).filter(pk__in=list(values)))
    if values and not asked:
        raise DeskError(_("This field is not asked of such a ticket."))
    had = {kept.field_id: kept for kept in ticket.field_values.all()}
    changed = False
    for field in asked:
        before = had[field.pk].value if field.pk in had else ""
        written = _written(field, values[field.pk], before)
        if written == before:
            continue
        _keep(ticket, field, written)
        data: facts.FieldSet = {
            "field": field.name,
            "type": field.type,
            "from": before,
            "value": written,
        }
        history.record(ticket, EventKind.FIELD_SET, at=at, actor=actor, data=data)
        changed = True
    if changed:
        projection.refresh(ticket, now=at)
    return ticket


def fields_of(values: Mapping[int, object], *, kind: str) -> list[tuple[CustomField, str]]:
    """Fields of a report with what is filled in, without those that are empty or not asked of such
    a one. DeskError for a value that does not fit.
    """
    if not values:
        return []
    asked = CustomField.objects.asked_of_kind(kind).filter(pk__in=list(values))
    found = [(field, _written(field, values[field.pk])) for field in asked]
    return [(field, written) for field, written in found if written]


def begin(ticket: Ticket, filled: Sequence[tuple[CustomField, str]]) -> None:
    """Keep what a report came with; the event that begins the ticket tells it."""
    if filled:
        FieldValue.objects.bulk_create(
            [FieldValue(ticket=ticket, field=field, value=written) for field, written in filled]
        )


def require_filled(ticket: Ticket) -> None:
    """DeskError that names what must be filled in before a ticket is solved."""
    needed = CustomField.objects.asked_of(ticket).filter(required=True)
    missing = needed.exclude(values__in=ticket.field_values.all()).values_list("name", flat=True)
    if missing:
        raise DeskError(
            _("Fill in first, under “Details”: %(names)s.") % {"names": ", ".join(missing)}
        )


def shown_to_customers(ticket: Ticket) -> list[tuple[str, str]]:
    """What is filled in that the customer may see: names with values in words."""
    kept = ticket.field_values.filter(field__customers_see=True).select_related("field")
    kept = kept.order_by("field__position", "field__name")
    return [(each.field.label, each.field.shown(each.value)) for each in kept]


@transaction.atomic
def add_item(
    ticket: Ticket, *, text: str, actor: User | None, at: datetime | None = None
) -> Ticket:
    """Put something to do on the checklist."""
    ticket, at = locked(ticket, at, actor)
    text = " ".join(text.replace("\x00", "").split())[:200]
    if not text:
        raise DeskError(_("Write what is to be done."))
    if ticket.checklist.count() >= MOST_ITEMS:
        raise DeskError(_("A checklist has at most %(most)s items.") % {"most": MOST_ITEMS})
    ticket.checklist.create(text=text)
    data: facts.Checklist = {"did": "added", "text": text}
    _record(ticket, EventKind.CHECKLIST, at=at, actor=actor, data=data)
    return ticket


@transaction.atomic
def tick_item(
    ticket: Ticket, *, number: int, done: bool, actor: User, at: datetime | None = None
) -> Ticket:
    """Tick something off, or not done after all."""
    ticket, at = locked(ticket, at, actor)
    item = _item(ticket, number)
    if (item.done_at is not None) == done:
        return ticket
    item.done_at, item.done_by = (at, actor) if done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    data: facts.Checklist = {"did": "done" if done else "undone", "text": item.text}
    _record(ticket, EventKind.CHECKLIST, at=at, actor=actor, data=data)
    return ticket


@transaction.atomic
def remove_item(ticket: Ticket, *, number: int, actor: User, at: datetime | None = None) -> Ticket:
    """Take something off the checklist; the history keeps that it was there."""
    ticket, at = locked(ticket, at, actor)
    item = _item(ticket, number)
    item.delete()
    data: facts.Checklist = {"did": "removed", "text": item.text}
    _record(ticket, EventKind.CHECKLIST, at=at, actor=actor, data=data)
    return ticket


def _spelled(name: str) -> str:
    """A tag as it is kept, however it was written."""
    return " ".join(name.replace("\x00", "").lower().split())[:40].strip()


def _item(ticket: Ticket, number: int) -> ChecklistItem:
    item = ticket.checklist.filter(pk=number).first()
    if item is None:
        raise DeskError(_("A colleague took this off the checklist."))
    return item


def _written(field: CustomField, value: Any, kept: str = "") -> str:
    try:
        return field.written(value, kept=kept)
    except ValueError:
        raise DeskError(_("“%(field)s” can't be that.") % {"field": field.label}) from None


def _keep(ticket: Ticket, field: CustomField, written: str) -> None:
    if written:
        FieldValue.objects.update_or_create(ticket=ticket, field=field, defaults={"value": written})
    else:
        FieldValue.objects.filter(ticket=ticket, field=field).delete()


def _record(
    ticket: Ticket, kind: EventKind, *, at: datetime, actor: User | None, data: facts.Facts
) -> None:
    history.record(ticket, kind, at=at, actor=actor, data=data)
    projection.refresh(ticket, now=at)

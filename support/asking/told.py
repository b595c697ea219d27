"""What is filled in on tickets, for files that list many of them."""

from __future__ import annotations

from collections.abc import Iterable

from tickets.models import FieldValue


def by_field(tickets: Iterable[int]) -> dict[int, dict[int, str]]:
    """What is filled in in words: by the ticket's number, then by the field's; in one query."""
    found: dict[int, dict[int, str]] = {}
    for kept in _filled_in(tickets):
        found.setdefault(kept.ticket_id, {})[kept.field_id] = kept.field.shown(kept.value)
    return found


def in_a_line(tickets: Iterable[int]) -> dict[int, str]:
    """The same on a line a ticket: “Release: 12; Environment: test”."""
    found: dict[int, list[str]] = {}
    for kept in _filled_in(tickets):
        words = f"{kept.field.label}: {kept.field.shown(kept.value)}"
        found.setdefault(kept.ticket_id, []).append(words)
    return {ticket: "; ".join(words) for ticket, words in found.items()}


def _filled_in(tickets: Iterable[int]) -> Iterable[FieldValue]:
    values = FieldValue.objects.filter(ticket__in=set(tickets)).select_related("field")
    return values.order_by("field__position", "field__name")

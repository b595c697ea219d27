"""What the report form offers: kinds, priorities and phone rule of an agreement, in its words."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sla.calendars import opening_words
from sla.models import Agreement, Edition
from support.conversation import Reporter
from support.templatetags.ui import PRIORITY_ICONS
from tickets.models import Kind, Priority
from tickets.validators import bare_number

KIND_ICONS = {
    Kind.INCIDENT: "triangle-alert",
    Kind.QUESTION: "circle-question-mark",
    Kind.WISH: "lightbulb",
    Kind.SETTING: "settings-2",
    Kind.SUPPORT: "server",
}


def agreement_for(reporter: Reporter) -> Agreement | None:
    """The agreement of whoever reports, else the first one: its words serve for everybody."""
    organisation = reporter.their_organisation
    agreements = Agreement.objects.order_by("pk")
    if organisation is not None:
        own = agreements.filter(contracts__organisation=organisation).first()
        if own is not None:
            return own
    return agreements.first()


def edition_now(agreement: Agreement | None) -> Edition | None:
    """The edition in force today."""
    if agreement is None:
        return None
    return _in_force(agreement.editions.all()).select_related("calendar", "agreement").first()


def kinds(agreement: Agreement | None) -> list[str]:
    """The kinds of report that an agreement speaks of; all of them where none is agreed."""
    if agreement is None:
        return Kind.values
    # One list, without the rest of the terms.
    offered = _in_force(agreement.editions.all()).values_list("terms__ticket_kinds", flat=True)
    return offered.first() or Kind.values


def general_kind(edition: Edition | None) -> str:
    """What a report is taken for that doesn't say, under its edition if it has one: a question,
    where that is a kind of report.
    """
    spoken_of = edition.terms.get("ticket_kinds") if edition else None
    offered = spoken_of or kinds(Agreement.objects.order_by("pk").first())
    return Kind.QUESTION if Kind.QUESTION in offered else offered[0]


def _in_force(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    """Those that have come into force, the latest first."""
    begun = editions.filter(in_force_on__lte=timezone.localdate())
    return begun.exclude(announced_at=None).order_by("-in_force_on")


def phone(agreement: Agreement | None) -> dict[str, str] | None:
    """The number to call, when, and the clause that says so; None where nothing hangs on a call."""
    edition = edition_now(agreement)
    if agreement is None or edition is None or not agreement.phone:
        return None
    return {
        "number": agreement.phone,
        "tel": bare_number(agreement.phone),
        "hours": opening_words(edition.calendar),
        "clause": edition.terms.get("clauses", {}).get("phone", ""),
    }


def context(agreement: Agreement | None) -> dict[str, Any]:
    """The cards of the form, and the phone rule."""
    edition = edition_now(agreement)
    terms = edition.terms if edition else {}
    return {
        "kind_cards": [kind_card(kind) for kind in kinds(agreement)],
        "priority_cards": [_priority_card(priority, terms) for priority in Priority],
        "phone": phone(agreement),
    }


def kind_card(kind: str) -> dict[str, Any]:
    """A kind of report with its icon and what it is, in the customer's words."""
    words = {
        Kind.INCIDENT: _("Something that should work doesn't."),
        Kind.QUESTION: _("You want to know how something works."),
        Kind.WISH: _("You would like something new or different."),
        Kind.SETTING: _("Something that only we can set for you."),
        Kind.SUPPORT: _("Help with hosting or a technical application."),
    }
    known = Kind(kind)
    return {
        "value": kind,
        "label": known.label,
        "icon": KIND_ICONS[known],
        "text": words[known],
    }


def _priority_card(priority: Priority, terms: dict[str, Any]) -> dict[str, Any]:
    consequence = _in_language(terms.get("consequences", {}).get(priority, {}))
    return {
        "value": priority.value,
        "label": priority.label,
        "icon": PRIORITY_ICONS[priority],
        "text": _in_language(terms.get("priorities", {}).get(priority, {})),
        "points": [{"icon": "timer", "text": consequence}] if consequence else [],
        "phone": priority != Priority.LOW,
    }


def _in_language(words: dict[str, str]) -> str:
    return words.get((get_language() or "nl")[:2]) or words.get("nl", "")

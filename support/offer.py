"""What the report form offers: kinds and priorities, and what follows from them for who reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import calling, projection, telling, terms
from sla.models import Agreement, Edition
from sla.telling import Expected
from support.icons import KIND_ICONS, PRIORITY_ICONS
from support.who import Reporter
from tickets.models import Kind, Organisation, Priority


@dataclass(frozen=True)
class Place:
    """Whose a form is by where it stands: a widget of an organisation's, an address of ours that
    stands for an agreement. It says what can be reported there; it proves nobody.
    """

    organisation: Organisation | None = None
    agreement: Agreement | None = None


ANYWHERE = Place()


def kinds(edition: Edition | None) -> list[str]:
    """The kinds of report that an edition speaks of; without one, those of all agreements."""
    if edition is not None:
        return edition.terms.get("ticket_kinds") or Kind.values
    # One list each, without the rest of the terms.
    offered = _in_force().values_list("terms__ticket_kinds", flat=True)
    return list(dict.fromkeys(kind for each in offered for kind in each or ())) or Kind.values


def priorities(edition: Edition | None) -> list[str]:
    """The priorities that an edition speaks of; without one, all that there are."""
    if edition is None:
        return Priority.values
    named = set(edition.terms.get("priorities") or ())
    for target in edition.targets.all():
        named |= set(target.priorities)
    return [each for each in Priority.values if each in named]


def with_a_number() -> list[Edition]:
    """The editions in force of agreements that have a telephone number."""
    editions = _in_force().exclude(agreement__phone="")
    return list(editions.select_related("agreement", "calendar"))


def _in_force() -> QuerySet[Edition]:
    """The latest announced edition of each agreement that has come into force."""
    begun = Edition.objects.filter(in_force_on__lte=timezone.localdate())
    announced = begun.exclude(announced_at=None)
    return announced.order_by("agreement_id", "-in_force_on").distinct("agreement_id")


def general_kind(edition: Edition | None) -> str:
    """What a report is taken for that doesn't say, under its edition if it has one: a question,
    where that is a kind of report.
    """
    offered = kinds(edition)
    return Kind.QUESTION if Kind.QUESTION in offered else offered[0]


def context(
    reporter: Reporter, *, channel: str, now: datetime, place: Place = ANYWHERE
) -> dict[str, object]:
    """The cards of a form, and the phone rule; what is promised only to whoever is proved.

    Whoever isn't sees the same as everybody who comes to that place: the form tells nobody who is a
    customer of ours. asks_for: by which agreement and organisation fields are asked.
    """
    organisation = reporter.their_organisation if reporter.proved else None
    agreed = projection.agreed_at(now, organisation)
    if agreed is None:
        edition = None if organisation else _edition_at(place, now=now)
        whose = organisation or place.organisation
        return {
            "edition": edition,
            "kind_cards": [kind_card(kind) for kind in kinds(edition)],
            "priority_cards": [_priority_card(Priority(each)) for each in priorities(edition)],
            "advice": None,
            "asks_for": _asks_for(edition, whose),
        }
    prefetch_related_objects([agreed["edition"]], "targets")  # of which each card asks
    reader = telling.reader_of(reporter.contact, organisation, agreed["edition"])
    waived = agreed["waived"]
    told = partial(
        telling.expected, agreed["edition"], channel=channel, reader=reader, waived=waived
    )
    line = calling.phone_line(agreed["edition"], now=now, waived=waived)
    asked = priorities(agreed["edition"])
    return {
        "edition": agreed["edition"],
        "kind_cards": [
            kind_card(kind) if kind == Kind.INCIDENT and asked else _kind_told(kind, told)
            for kind in kinds(agreed["edition"])
        ],
        "priority_cards": [
            _priority_told(Priority(each), agreed["edition"], told) for each in asked
        ],
        "advice": calling.advice_beforehand(line, reader=reader) if line else None,
        "asks_for": _asks_for(agreed["edition"], organisation),
    }


def _edition_at(place: Place, *, now: datetime) -> Edition | None:
    """What holds where a form stands, if that says so."""
    if agreed := projection.agreed_at(now, place.organisation):
        return agreed["edition"]
    if place.agreement is None:
        return None
    return _in_force().filter(agreement=place.agreement).select_related("agreement").first()


def _asks_for(edition: Edition | None, organisation: Organisation | None) -> dict[str, int | None]:
    return {
        "agreement": edition.agreement_id if edition else None,
        "organisation": organisation.pk if organisation else None,
    }


def kind_card(kind: str) -> dict[str, object]:
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


def _kind_told(kind: str, expected: Callable[[str, str], Expected]) -> dict[str, object]:
    """A kind with what follows from it where no priority is chosen; an incident needs one where
    there are any, and what follows stands with those.
    """
    card = kind_card(kind)
    told = expected(kind, "")
    points = [{"icon": "timer", "text": point} for point in told.points]
    return card | {"points": points, "phone": kind if told.by_phone else ""}


def _priority_card(priority: Priority) -> dict[str, object]:
    words = {
        Priority.HIGH: _("Your work can't go on."),
        Priority.MEDIUM: _("It hinders you, but your work goes on."),
        Priority.LOW: _("It hardly hinders you, or not at all."),
    }
    return {
        "value": priority.value,
        "label": priority.label,
        "icon": PRIORITY_ICONS[priority],
        "text": words[priority],
    }


def _priority_told(
    priority: Priority, edition: Edition, expected: Callable[[str, str], Expected]
) -> dict[str, object]:
    """A priority as the agreement describes it for incidents, and what follows by kind."""
    card = _priority_card(priority)
    offered = kinds(edition)
    told = {kind: expected(kind, priority) for kind in offered}
    together: dict[str, list[str]] = {}
    for kind in offered:
        for point in told[kind].points:
            together.setdefault(point, []).append(kind)
    meant = terms.in_language(edition.terms.get("priorities", {}).get(priority, {}))
    if meant:
        others = [kind for kind in offered if kind != Kind.INCIDENT]
        card["texts"] = [
            {"text": meant, "kinds": Kind.INCIDENT.value},
            {"text": card["text"], "kinds": " ".join([*others, "none"])},
        ]
    return card | {
        "points": [
            {"icon": "timer", "text": point, "kinds": " ".join(its)}
            for point, its in together.items()
        ],
        "phone": " ".join(kind for kind in offered if told[kind].by_phone),
    }

"""Agreements between TOML, rows and the engine's values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from sla import calendars, engine
from sla.engine.agreement import Target as EngineTarget
from sla.engine.calendars import WEEKDAYS, read_hours
from sla.models import Agreement, Calendar, Edition, OpeningBlock, Target


@transaction.atomic
def load(data: Mapping[str, Any], *, in_force_on: date) -> Edition:
    """Make an agreement with its first edition out of TOML data.

    The calendar is shared by name with agreements loaded before. ValueError says what is wrong
    with the data, or that the agreement is here already; then nothing is written.
    """
    terms = engine.Agreement.read(data)
    read_hours(data["calendar"])
    if Agreement.objects.filter(key=terms.key).exists():
        raise ValueError(f"agreement {terms.key!r} is here already")
    agreement = Agreement.objects.create(
        key=terms.key,
        name=str(data.get("name", terms.key)),
        provider=str(data.get("provider", "")),
        phone=str(data.get("phone", "")),
        email=str(data.get("email", "")),
    )
    edition = Edition.objects.create(
        agreement=agreement,
        number=1,
        in_force_on=in_force_on,
        calendar=_calendar(data["calendar"]),
        terms={name: data[name] for name in TERMS if name in data},
    )
    for position, target in enumerate(terms.targets):
        _target(edition, position, target).save()
    return edition


TERMS = ("clauses", "notice", "availability", "priorities", "consequences", "ticket_kinds")


def _calendar(data: Mapping[str, Any]) -> Calendar:
    found = Calendar.objects.filter(name=data["name"]).first()
    if found is not None:
        return found
    calendar = Calendar.objects.create(
        name=data["name"],
        zone=data["zone"],
        country=data.get("country", ""),
        liberation_day=data.get("liberation_day", "lustrum"),
        good_friday=data.get("good_friday", True),
    )
    OpeningBlock.objects.bulk_create(
        OpeningBlock(calendar=calendar, weekday=WEEKDAYS.index(day), opens=opens, closes=closes)
        for day, blocks in data["week"].items()
        for opens, closes in blocks
    )
    calendars.materialise(calendar, calendars.FIRST_YEAR, date.today().year + 2)  # noqa: DTZ011
    return calendar


def _target(edition: Edition, position: int, target: EngineTarget) -> Target:
    return Target(
        edition=edition,
        position=position,
        key=target.key,
        promise=target.promise,
        clause=target.clause,
        words=dict(target.words),
        ticket_kinds=sorted(target.ticket_kinds),
        priorities=sorted(target.priorities),
        measure=target.measure,
        hours=Decimal(str(target.work.total_seconds())) / 3600,
        phone_required=target.phone_required,
        pauses_while_waiting=target.pauses_while_waiting,
        from_change=target.from_change,
        warnings=list(target.warnings),
    )


def terms_of(edition: Edition) -> engine.Agreement:
    """What an edition promises, as the engine reads it."""
    return engine.Agreement.read(
        {
            "key": edition.agreement.key,
            "clauses": edition.terms.get("clauses", {}),
            "targets": [
                {
                    "key": target.key,
                    "promise": target.promise,
                    "clause": target.clause,
                    "words": target.words,
                    "ticket_kinds": target.ticket_kinds,
                    "priorities": target.priorities,
                    "measure": target.measure,
                    "hours": float(target.hours),
                    "phone_required": target.phone_required,
                    "pauses_while_waiting": target.pauses_while_waiting,
                    "from_change": target.from_change,
                    "warnings": target.warnings,
                }
                for target in edition.targets.all()
            ],
        }
    )

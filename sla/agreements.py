"""Agreements from TOML to rows, and from rows to the engine's values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from psycopg import Error

from sla import calendars, engine
from sla.engine.agreement import Escalation, channels_written
from sla.engine.agreement import Target as EngineTarget
from sla.engine.availability_terms import AvailabilityTerms
from sla.engine.calendars import WEEKDAYS, read_hours
from sla.engine.events import Channel
from sla.models import Agreement, Calendar, Edition, EscalationStep, OpeningBlock, Target

M = TypeVar("M", bound=models.Model)

# What of an agreement's file is kept as it is written, in `Edition.terms`.
TERMS = (
    "clauses",
    "notice",
    "planning",
    "waiting",
    "triage",
    "availability",
    "priorities",
    "ticket_kinds",
    "readings",
)
SHAPES: Mapping[str, type[object]] = {
    **dict.fromkeys(("key", "name", "provider", "phone", "email"), str),
    **dict.fromkeys(("targets", "escalation", "ticket_kinds"), list),
    **dict.fromkeys(("calendar", *TERMS), dict),
    "ticket_kinds": list,
    "consequences": dict,  # of files from before sla.telling; what follows is read from the targets
}
SHAPE_WORDS: Mapping[type[object], str] = {str: "a text", list: "a list", dict: "a table"}


@transaction.atomic
def load(data: Mapping[str, Any], *, in_force_on: date) -> Edition:
    """Make an agreement with its first edition out of TOML data.

    The calendar is shared by name with agreements loaded before. ValueError says what is wrong
    with the data, or that the agreement is here already; then nothing is written.
    """
    terms = check(data)
    if Agreement.objects.filter(key=terms.key).exists():
        raise ValueError(f"agreement {terms.key!r} is here already")
    agreement = _saved(
        Agreement(
            key=terms.key,
            name=data.get("name", terms.key),
            provider=data.get("provider", "") or terms.key,
            phone=data.get("phone", ""),
            email=data.get("email", ""),
        )
    )
    edition = write_edition(agreement, data, number=1, in_force_on=in_force_on)
    # The first edition changes nothing for anybody, so nobody is told of it.
    edition.announced_at = edition.told_at = timezone.now()
    edition.save(update_fields=["announced_at", "told_at"])
    return edition


@transaction.atomic
def write_edition(
    agreement: Agreement, data: Mapping[str, Any], *, number: int, in_force_on: date
) -> Edition:
    """Make the rows of one edition, a draft, out of TOML data. ValueError says what is wrong."""
    terms = check(data)
    if terms.key != agreement.key:
        raise ValueError(f"this is agreement {terms.key!r}, not {agreement.key!r}")
    edition = Edition.objects.create(
        agreement=agreement,
        number=number,
        in_force_on=in_force_on,
        calendar=_calendar(data["calendar"]),
        terms={name: data[name] for name in TERMS if data.get(name)},
    )
    for position, target in enumerate(terms.targets):
        _saved(_target(edition, position, target))
    for step in terms.escalation:
        _saved(_step(edition, step))
    return edition


def check(data: Mapping[str, Any]) -> engine.Agreement:
    """Read TOML data as far as can be without rows. ValueError says what is wrong with it."""
    unknown = set(data) - set(SHAPES)
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(SHAPES)}")
    for name, value in data.items():
        if not isinstance(value, SHAPES[name]):
            said = f"{name} must be {SHAPE_WORDS[SHAPES[name]]}"
            raise ValueError(said)  # noqa: TRY004 - whoever wrote the file erred, not the code
    try:
        terms = engine.Agreement.read(data)
        for target in terms.targets:
            _check_written(target)
        read_hours(data["calendar"])
        if "availability" in data:
            AvailabilityTerms.read(data["availability"])
    except KeyError as missing:
        raise ValueError(f"{missing.args[0]} is missing") from None
    except (TypeError, AttributeError) as error:
        raise ValueError(f"can't be read: {error}") from None
    _whole(data, "notice", ("days", "months"), ("exit_at_renewal",))
    _whole(data, "planning", ("warn_after_days",))
    if unknown := set(data.get("waiting", {})) - {"release_after_days"}:
        raise ValueError(f"waiting: {', '.join(sorted(unknown))} is unknown")
    return terms


def _check_written(target: EngineTarget) -> None:
    try:
        target.check_written()
    except ValueError as error:
        raise ValueError(f"target {target.key!r}: {error}") from None


def _whole(
    data: Mapping[str, Any], table: str, numbers: tuple[str, ...], flags: tuple[str, ...] = ()
) -> None:
    """Whole numbers and flags only, so that a slip of the pen is not silently no notice at all."""
    for name, value in data.get(table, {}).items():
        if name not in numbers + flags:
            raise ValueError(f"{table}: {name} is unknown; known are {', '.join(numbers + flags)}")
        if name in numbers and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise ValueError(f"{table}: {name} must be a whole number")
        if name in flags and not isinstance(value, bool):
            raise ValueError(f"{table}: {name} must be true or false")


def _calendar(data: Mapping[str, Any]) -> Calendar:
    found = Calendar.objects.filter(name=data["name"]).first()
    if found is not None:
        if calendar_data(found) != _whole_calendar(data):
            raise ValueError(
                f"calendar {found.name!r} is here already with other hours or days; "
                "give this one a name of its own"
            )
        return found
    whole = _whole_calendar(data)
    week = whole.pop("week")
    calendar = _saved(Calendar(**whole))
    for day, blocks in week.items():
        for opens, closes in blocks:
            weekday = WEEKDAYS.index(day)
            _saved(OpeningBlock(calendar=calendar, weekday=weekday, opens=opens, closes=closes))
    calendars.materialise(calendar, calendars.FIRST_YEAR, date.today().year + 2)  # noqa: DTZ011
    return calendar


def _whole_calendar(data: Mapping[str, Any]) -> dict[str, Any]:
    """A calendar as written, with what may be left out."""
    week = data["week"]
    return {
        "name": data["name"],
        "zone": data["zone"],
        "country": data.get("country", ""),
        "liberation_day": data.get("liberation_day", "lustrum"),
        "good_friday": data.get("good_friday", True),
        "week": {
            day: sorted([opens, closes] for opens, closes in week[day])
            for day in WEEKDAYS
            if week.get(day)
        },
    }


def calendar_data(calendar: Calendar) -> dict[str, object]:
    """A calendar's row as it is written in an agreement; days of its own are not part of that."""
    week: dict[str, list[list[str]]] = {}
    for block in calendar.blocks.all():
        week.setdefault(WEEKDAYS[block.weekday], []).append([block.opens, block.closes])
    return {
        "name": calendar.name,
        "zone": calendar.zone,
        "country": calendar.country,
        "liberation_day": calendar.liberation_day,
        "good_friday": calendar.good_friday,
        "week": week,
    }


def _target(edition: Edition, position: int, target: EngineTarget) -> Target:
    return Target(
        edition=edition,
        position=position,
        key=target.key,
        promise=target.promise.value,
        clause=target.clause,
        words=dict(target.words),
        ticket_kinds=sorted(kind.value for kind in target.ticket_kinds),
        priorities=sorted(priority.value for priority in target.priorities),
        measure=target.measure.value,
        hours=Decimal(str(target.work.total_seconds())) / 3600,
        days=Decimal(str(target.days)),
        channels=[name.value for name in Channel if name in target.channels],
        strength=target.strength.value if target.strength else "",
        phone_required=target.phone_required,
        pauses_while_waiting=target.pauses_while_waiting,
        from_change=target.from_change,
        warnings=list(target.warnings),
    )


def _step(edition: Edition, step: Escalation) -> EscalationStep:
    return EscalationStep(
        edition=edition,
        share=step.share,
        after_hours=Decimal(str(step.after.total_seconds())) / 3600,
        to=[recipient.value for recipient in step.to],
    )


def _saved(row: M) -> M:
    """A row, saved if it is right; ValueError in one line if it isn't.

    What its table holds true is asked of the table: a question each beforehand takes longer than
    all the rest. Nothing is left in the transaction of a row that was wrong.
    """
    # Those that it belongs to were saved a moment ago.
    given = [field.name for field in row._meta.fields if field.is_relation or field.name == "words"]
    try:
        row.full_clean(exclude=given, validate_unique=False, validate_constraints=False)
        row.save()
    except ValidationError as error:
        said = "; ".join(
            f"{name}: {' '.join(told)}" if name != "__all__" else " ".join(told)
            for name, told in error.message_dict.items()
        )
    except IntegrityError as error:
        said = _held_true(row, error)
    else:
        return row
    raise ValueError(f"{getattr(row, 'key', row._meta.model_name)}: {said}")


def _held_true(row: models.Model, error: IntegrityError) -> str:
    """In words, what a table refused."""
    refused = error.__cause__.diag.constraint_name if isinstance(error.__cause__, Error) else None
    for constraint in row._meta.constraints:
        if constraint.name == refused:
            return str(constraint.get_violation_error_message())
    raise error


def terms_of(edition: Edition) -> engine.Agreement:
    """What an edition promises, as the engine reads it."""
    return engine.Agreement.read(
        {
            "key": edition.agreement.key,
            "clauses": edition.terms.get("clauses", {}),
            "waiting": edition.terms.get("waiting", {}),
            "triage": edition.terms.get("triage", {}),
            "targets": [target_data(target) for target in edition.targets.all()],
            "escalation": [step_data(step) for step in edition.escalation.all()],
        }
    )


def availability_of(edition: Edition) -> AvailabilityTerms | None:
    """What an edition guarantees of availability; None where it guarantees nothing."""
    said = edition.terms.get("availability")
    return AvailabilityTerms.read(said) if said else None


def target_data(target: Target) -> dict[str, Any]:
    """A promise as it is written."""
    return {
        "key": target.key,
        "promise": target.promise,
        "clause": target.clause,
        "ticket_kinds": target.ticket_kinds,
        "priorities": target.priorities,
        "measure": target.measure,
        "hours": number(target.hours),
        "days": number(target.days),
        "channels": channels_written(target.channels),
        "strength": target.strength,
        "phone_required": target.phone_required,
        "pauses_while_waiting": target.pauses_while_waiting,
        "from_change": target.from_change,
        "warnings": target.warnings,
        "words": target.words,
    }


def step_data(step: EscalationStep) -> dict[str, object]:
    """A step of escalation as it is written: at a share, or so many hours after the deadline."""
    if step.after_hours:
        return {"after_hours": number(step.after_hours), "to": step.to}
    return {"at": step.share, "to": step.to}


def number(amount: Decimal) -> int | float:
    """8 rather than 8.0, as people write it."""
    return int(amount) if amount == int(amount) else float(amount)

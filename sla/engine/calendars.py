"""A calendar as written in an agreement, as working hours; and the holidays of a year by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import holidays

from sla.engine.hours import WorkingHours
from sla.engine.opening import Block

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GOOD_FRIDAY = "Goede vrijdag"
LIBERATION_DAY = "Bevrijdingsdag"


def read_hours(data: Mapping[str, Any]) -> WorkingHours:
    """Working hours from the [calendar] of an agreement. ValueError says what is wrong."""
    unknown = set(data["week"]) - set(WEEKDAYS)
    if unknown:
        raise ValueError(f"calendar: unknown weekday {', '.join(sorted(unknown))}")
    week: dict[int, list[Block]] = {
        WEEKDAYS.index(day): [(opens, closes) for opens, closes in blocks]
        for day, blocks in data["week"].items()
    }
    return WorkingHours(week=week, zone=data["zone"], closed=_country(data))


def _country(data: Mapping[str, Any]) -> Mapping[date, str]:
    if not data.get("country"):
        return {}
    every_year = data.get("liberation_day", "lustrum") == "always"
    categories = ("public", "optional") if every_year else ("public",)
    return holidays.country_holidays(data["country"], language="nl", categories=categories)


def public_holidays(
    country: str,
    years: Iterable[int],
    liberation_day: str = "lustrum",
    good_friday: bool = True,
) -> dict[date, str]:
    """The closed days of some years with their Dutch names, as a calendar chooses them.

    liberation_day: "lustrum" (the package's public list), "always" or "never".
    """
    categories = ("public", "optional") if liberation_day == "always" else ("public",)
    days = holidays.country_holidays(
        country, language="nl", categories=categories, years=list(years)
    )
    return {
        day: name
        for day, name in sorted(days.items())
        if not (name == LIBERATION_DAY and liberation_day == "never")
        and not (name == GOOD_FRIDAY and not good_friday)
    }

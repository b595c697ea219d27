"""A calendar as written in an agreement, as working hours; and the holidays of a year by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import holidays

from sla.engine.hours import WorkingHours
from sla.engine.instants import FIRST_YEAR, LAST_YEAR
from sla.engine.opening import Block, minutes_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GOOD_FRIDAY = "Goede vrijdag"
LIBERATION_DAY = "Bevrijdingsdag"


def read_hours(data: Mapping[str, Any]) -> WorkingHours:
    """Working hours from the [calendar] of an agreement. ValueError says what is wrong.

    days: the special days in full, as an evidence file has them; without, the country's holidays.
    """
    unknown = set(data["week"]) - set(WEEKDAYS)
    if unknown:
        raise ValueError(f"calendar: unknown weekday {', '.join(sorted(unknown))}")
    week: dict[int, list[Block]] = {
        WEEKDAYS.index(day): [(opens, closes) for opens, closes in blocks]
        for day, blocks in data["week"].items()
    }
    if "days" not in data:
        return WorkingHours(week=week, zone=data["zone"], closed=_country(data))
    days = [(date.fromisoformat(row["day"]), row) for row in data["days"]]
    return WorkingHours(
        week=week,
        zone=data["zone"],
        closed={day: row["name"] for day, row in days if not row.get("opens")},
        special={day: [(row["opens"], row["closes"])] for day, row in days if row.get("opens")},
    )


def even_day(week: Iterable[Iterable[Block]]) -> timedelta:
    """How long each open day of a week is; nothing where they differ."""
    days = [minutes_of([(opens, closes) for opens, closes in blocks]) for blocks in week]
    lengths = {sum(closes - opens for opens, closes in blocks) for blocks in days} - {0}
    return timedelta(minutes=lengths.pop() if len(lengths) == 1 else 0)


def _country(data: Mapping[str, Any]) -> Mapping[date, str]:
    """The closed days of an agreement's country: all years the engine serves, or as asked for."""
    if not data.get("country"):
        return {}
    liberation_day = data.get("liberation_day", "lustrum")
    good_friday = data.get("good_friday", True)
    if liberation_day == "never" or not good_friday:
        served = range(FIRST_YEAR, LAST_YEAR + 1)
        return public_holidays(data["country"], served, liberation_day, good_friday)
    return _package(data["country"], (), liberation_day)


def public_holidays(
    country: str,
    years: Iterable[int],
    liberation_day: str = "lustrum",
    good_friday: bool = True,
) -> dict[date, str]:
    """The closed days of some years, as a calendar chooses them, by day.

    Names are Dutch where the package has them, else English. liberation_day: "lustrum" (the
    package's public list), "always" or "never"; this and Good Friday are choices of the
    Netherlands alone. ValueError for a country that the package does not know.
    """
    days = sorted(_package(country, years, liberation_day).items())
    if country != "NL":
        return dict(days)
    return {
        day: name
        for day, name in days
        if not (name == LIBERATION_DAY and liberation_day == "never")
        and not (name == GOOD_FRIDAY and not good_friday)
    }


def _package(country: str, years: Iterable[int], liberation_day: str) -> holidays.HolidayBase:
    every_year = country == "NL" and liberation_day == "always"
    categories = ("public", "optional") if every_year else ("public",)
    try:
        spoken = holidays.country_holidays(country).supported_languages
    except NotImplementedError:
        raise ValueError(f"no public holidays are known of country {country!r}") from None
    # A language that the country lacks is no error to the package, only a mixture of names.
    language = next((code for code in ("nl", "en_US") if code in spoken), None)
    return holidays.country_holidays(
        country, language=language, categories=categories, years=list(years)
    )


def countries() -> list[str]:
    """The codes of the countries whose public holidays are known, in order."""
    return sorted(holidays.list_supported_countries(include_aliases=False))


def package_version() -> str:
    """Which version of the `holidays` package is installed."""
    return holidays.__version__

"""Calendars as they are written: the length of a day, and the holidays of a country."""

from datetime import date, timedelta

import pytest

from sla.engine.calendars import countries, even_day, public_holidays, read_hours
from tests.engine.calendars import at


def test_a_week_has_a_length_of_day_only_where_all_its_open_days_have_it() -> None:
    seven, split = [("09:00", "16:00")], [("09:00", "12:00"), ("13:00", "17:00")]
    assert even_day([seven, split, []]) == timedelta(hours=7)
    assert even_day([seven, [("09:00", "17:00")]]) == timedelta(0)


def test_bevrijdingsdag_and_goede_vrijdag_are_choices_of_the_netherlands_alone() -> None:
    liberation, good_friday = date(2025, 5, 5), date(2025, 4, 18)
    assert {liberation, good_friday} <= set(public_holidays("NL", [2025]))
    fewer = public_holidays("NL", [2025], liberation_day="never", good_friday=False)
    assert {liberation, good_friday}.isdisjoint(fewer)
    german = public_holidays("DE", [2025], liberation_day="never", good_friday=False)
    assert good_friday in german
    with pytest.raises(ValueError, match="no public holidays are known"):
        public_holidays("XX", [2025])


def test_hours_are_read_with_the_holidays_that_the_agreement_chooses() -> None:
    week = {"fri": [["09:00", "17:00"]]}
    written = {"week": week, "zone": "Europe/Amsterdam", "country": "NL"}
    good_friday = at("2025-04-18 12:00")
    assert not read_hours(written).is_open(good_friday)
    assert read_hours(written | {"good_friday": False}).is_open(good_friday)


def test_the_countries_are_told_by_their_codes_in_order() -> None:
    assert {"BE", "DE", "NL"} <= set(countries())
    assert countries() == sorted(countries())

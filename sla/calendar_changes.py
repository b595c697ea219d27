"""What may change about a calendar's days later: the package's list, the choices, days of our own.

Only coming days follow, and with them the clocks that run; the past was promised as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from sla import changes
from sla.calendars import Difference, differences, today_in
from sla.models import Calendar, CalendarDay, Clock, Coverage


@transaction.atomic
def apply(calendar: Calendar, found: Iterable[Difference], *, now: datetime) -> int:
    """Take over what the package says of coming days; gives the number of days that changed.

    A holiday by another name is withdrawn and added. What has passed, or was settled in the
    meantime, is left alone.
    """
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    today, changed = today_in(calendar, now=now), 0
    for difference in found:
        if difference.day > today and _turn(calendar, difference, now):
            changed += 1
    return changed


@transaction.atomic
def choose(calendar: Calendar, *, liberation_day: str, good_friday: bool, now: datetime) -> int:
    """Choose Bevrijdingsdag and Goede Vrijdag anew; gives the number of coming days that changed.

    What else an upgrade of the package would change is left for `manage.py holidays`.
    """
    found = preview(calendar, liberation_day=liberation_day, good_friday=good_friday, now=now)
    calendar.liberation_day, calendar.good_friday = liberation_day, good_friday
    calendar.save(update_fields=["liberation_day", "good_friday"])
    return apply(calendar, found, now=now)


def preview(
    calendar: Calendar, *, liberation_day: str, good_friday: bool, now: datetime
) -> list[Difference]:
    """What these choices would change; nothing is written."""
    today = today_in(calendar, now=now)
    as_chosen = Calendar(
        pk=calendar.pk,
        country=calendar.country,
        liberation_day=liberation_day,
        good_friday=good_friday,
    )
    already = set(differences(calendar, today=today))
    return [each for each in differences(as_chosen, today=today) if each not in already]


def put(day: CalendarDay, *, now: datetime) -> None:
    """Close a coming day or give it hours of its own, also where a holiday stood.

    ValueError if the day has begun, or has a row of our own.
    """
    with transaction.atomic():
        Calendar.objects.select_for_update().get(pk=day.calendar_id)
        _check_coming(day.calendar, day.day, now)
        for standing in _standing(day.calendar, day.day):
            if not standing.is_holiday:
                raise ValueError(f"{day.day} is a special day already")
            changes.withdraw_day(standing, now=now)
        changes.add_day(day, now=now)


def withdraw(calendar: Calendar, day: date, *, now: datetime) -> None:
    """A coming day is like its weekday after all; a holiday that had made way stands again.

    ValueError if the day has begun.
    """
    with transaction.atomic():
        Calendar.objects.select_for_update().get(pk=calendar.pk)
        _check_coming(calendar, day, now)
        for standing in _standing(calendar, day):
            changes.withdraw_day(standing, now=now)
            if (holiday := made_way(standing)) is not None:
                changes.add_day(
                    CalendarDay(
                        calendar=holiday.calendar, day=day, name=holiday.name, is_holiday=True
                    ),
                    now=now,
                )


def made_way(day: CalendarDay) -> CalendarDay | None:
    """The holiday that was withdrawn when this day of our own was put in its place."""
    if day.is_holiday:
        return None
    holidays = CalendarDay.objects.select_related("calendar").filter(is_holiday=True)
    return holidays.filter(
        calendar=day.calendar_id, day=day.day, withdrawn_at=day.known_from
    ).first()


def deadlines_from(calendar: Calendar, day: date) -> int:
    """How many running deadlines lie on or after a day, and may move with it."""
    clocks = changes.clocks_on(CalendarDay(calendar=calendar, day=day))
    running = clocks.filter(state=Clock.State.RUNNING, due_at__isnull=False)
    return running.count()


def still_to_read(calendar: Calendar) -> int:
    """How many tickets wait to be read again because of this calendar, or something else."""
    return Coverage.objects.filter(edition__calendar=calendar, stale_since__isnull=False).count()


def _check_coming(calendar: Calendar, day: date, now: datetime) -> None:
    if day <= today_in(calendar, now=now):
        raise ValueError(f"{day} has begun: it can no longer be changed")


def _turn(calendar: Calendar, difference: Difference, now: datetime) -> bool:
    standing = list(_standing(calendar, difference.day))
    names = [day.name for day in standing if day.is_holiday]
    if len(names) != len(standing) or names != [name for name in [difference.stored] if name]:
        return False
    for day in standing:
        changes.withdraw_day(day, now=now)
    if difference.package:
        added = CalendarDay(
            calendar=calendar, day=difference.day, name=difference.package, is_holiday=True
        )
        changes.add_day(added, now=now)
    return True


def _standing(calendar: Calendar, day: date) -> list[CalendarDay]:
    """At most one: the database sees to it."""
    days = CalendarDay.objects.select_related("calendar")
    return list(days.filter(calendar=calendar, day=day, withdrawn_at=None))

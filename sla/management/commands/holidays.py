"""`manage.py holidays`: what the installed holidays package would change in the coming days."""

from __future__ import annotations

import sys
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sla import calendar_changes, calendars
from sla.calendars import Difference
from sla.engine.calendars import package_version
from sla.models import Calendar


class Command(BaseCommand):
    """Exit 0 if nothing differs or it was applied, 1 if differences were shown."""

    help = "Show what the holidays package would change in coming days; --apply takes it over."

    def add_arguments(self, parser: CommandParser) -> None:
        """--calendar looks at one; --apply takes over what it says."""
        parser.add_argument("--apply", action="store_true", help="take the differences over")
        parser.add_argument("--calendar", default="", metavar="NAME", help="only this calendar")

    def handle(self, *args: object, apply: bool, calendar: str, **options: object) -> None:
        """One line a day on standard output, the sum on standard error."""
        chosen = Calendar.objects.filter(name=calendar) if calendar else Calendar.objects.all()
        if calendar and not chosen:
            raise CommandError(f"no calendar is called {calendar!r}", returncode=2)
        now, count = timezone.now(), 0
        for each in chosen:
            count += self._one(each, apply=apply, now=now)
        said = "applied" if apply else "differences"
        self.stderr.write(f"holidays {package_version()}: {count} {said}")
        if count and not apply:
            sys.exit(1)

    def _one(self, calendar: Calendar, *, apply: bool, now: datetime) -> int:
        today = calendars.today_in(calendar, now=now)
        try:
            found = calendars.differences(calendar, today=today)
            missing = calendars.missing_years(calendar, today=today)
        except ValueError as error:
            raise CommandError(f"{calendar}: {error}", returncode=2) from None
        if found or missing:
            self.stdout.write(f"{calendar}:")
        for year in missing:
            self.stdout.write(f"  {year}: its holidays are not in the calendar")
        for difference in found:
            self.stdout.write(f"  {words(difference)}")
        if apply and (found or missing):
            self._apply(calendar, found, missing, now)
        return len(found) + len(missing)

    def _apply(
        self, calendar: Calendar, found: list[Difference], missing: list[int], now: datetime
    ) -> None:
        for year in missing:
            calendars.materialise(calendar, year, year)
        calendar_changes.apply(calendar, found, now=now)
        waiting = calendar_changes.still_to_read(calendar)
        self.stdout.write(f"  applied; running tickets that are being read again: {waiting}")


def words(difference: Difference) -> str:
    """A difference in one line: "2027-03-26 Goede vrijdag: no longer in the package"."""
    if not difference.package:
        return f"{difference.day} {difference.stored}: no longer in the package"
    if not difference.stored:
        return f"{difference.day} {difference.package}: new in the package"
    return f"{difference.day} {difference.stored}: called {difference.package} in the package"

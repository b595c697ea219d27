"""`manage.py agreement export|import|diff`: agreements as files that people write."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError
from django.utils import timezone

from sla import agreements, comparing, editions, written
from sla.contracts import built_in
from sla.models import Agreement, Edition


class Command(BaseCommand):
    """What is wrong is said in one line with exit status 2; then nothing is written."""

    help = "Take agreements out as TOML, bring them in, and say in words how two differ."

    def add_arguments(self, parser: CommandParser) -> None:
        """Three verbs, each with what it is about."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        out = verbs.add_parser("export", help="print an edition as TOML")
        out.add_argument("key", help="the agreement's key")
        out.add_argument("--edition", type=int, help="its number; else the last announced")
        take = verbs.add_parser("import", help="load a new agreement, or draft its next edition")
        take.add_argument("what", help=f"{', '.join(built_in())}, or the path of a TOML file")
        take.add_argument(
            "--in-force", type=date.fromisoformat, help="of a new agreement; else today"
        )
        diff = verbs.add_parser("diff", help="say in words what changes; exit 1 if anything does")
        diff.add_argument("key", help="the agreement's key; its edition announced last")
        diff.add_argument("what", help="a TOML file, or the number of another edition")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do it."""
        try:
            match verb:
                case "export":
                    edition = _edition(options["key"], options["edition"])
                    self.stdout.write(written.export(edition), ending="")
                case "import":
                    self.stdout.write(_import(options["what"], options["in_force"]))
                case "diff":
                    self._diff(options["key"], options["what"])
        except (OSError, ValueError, DataError) as error:
            said = " ".join(str(error).split())
            raise CommandError(f"agreement {verb}: {said}", returncode=2) from None

    def _diff(self, key: str, what: str) -> None:
        before = written.written(_edition(key, None))
        if what.isdecimal():
            after = written.written(_edition(key, int(what)))
        else:
            after = written.read(what)
            if agreements.check(after).key != key:
                raise ValueError(f"{what} is about agreement {after['key']!r}, not {key!r}")
        changes = comparing.differences(before, after)
        for change in changes:
            self.stdout.write(change)
        if changes:
            sys.exit(1)


def _import(what: str, in_force: date | None) -> str:
    """A first edition or a draft; says which, and what to do next."""
    data = written.read(what)
    agreement = Agreement.objects.filter(key=agreements.check(data).key).first()
    if agreement is None:
        edition = agreements.load(data, in_force_on=in_force or timezone.localdate())
        return f"{edition}: in force from {edition.in_force_on}"
    if in_force is not None:
        raise ValueError(f"{agreement.key!r} is here already; --in-force is for a new agreement")
    edition = editions.draft_from(agreement, data, now=timezone.now())
    return (
        f"{edition}: a draft, in force from {edition.in_force_on} if it is announced today. "
        f"Nobody was told yet: announce it in the workspace under Agreements, "
        f"/desk/agreements/{agreement.key}/{edition.number}/"
    )


def _edition(key: str, number: int | None) -> Edition:
    """An edition by agreement and number, or the one announced last."""
    agreement = Agreement.objects.filter(key=key).first()
    if agreement is None:
        known = ", ".join(Agreement.objects.values_list("key", flat=True)) or "none"
        raise ValueError(f"there is no agreement {key!r}; there are {known}")
    found = editions.announced(agreement).first()
    if number is not None:
        found = agreement.editions.filter(number=number).first()
    if found is None:
        raise ValueError(f"agreement {key!r} has no edition {number or 'that was announced'}")
    return found

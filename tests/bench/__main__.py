"""`python -m tests.bench [name …]`: measure, and print each figure beside its reference.

A bench is a module of this package with `run() -> list[Row]`, and a line in BENCHES. What was
measured can be written as JSON (`--json`), which another run compares itself with (`--beside`), and
as a table for a note (`--markdown`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import django

from tests.bench import measuring
from tests.bench.measuring import Row

BENCHES = [
    "engine",
    "database",
    "api",
    "mail",
    "many",
    "pages",
    "checks",
    "months",
    "status",
    "help",
    "reports",
    "growth",
]


def main(given: Sequence[str]) -> int:
    """Run the named benches, or all of them."""
    asked = _asked(given)
    measuring.tickets = asked.tickets
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    before = _before(asked.beside) if asked.beside else {}
    found: dict[str, list[Row]] = {}
    for name in asked.names or BENCHES:
        found[name] = import_module(f"tests.bench.{name}").run()
        print(f"\n{name}")
        for row in found[name]:
            print(_line(row) + _since(row, before), flush=True)
    if asked.json:
        rows = {name: [asdict(row) for row in each] for name, each in found.items()}
        asked.json.write_text(json.dumps({"tickets": asked.tickets, "rows": rows}, indent=1))
    if asked.markdown:
        asked.markdown.write_text(_table(found, before))
    return 0


def _asked(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHES))
    parser.add_argument("--tickets", type=int, default=measuring.tickets)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--beside", type=Path)
    return parser.parse_args(given)


def _before(path: Path) -> Mapping[str, Row]:
    """What an earlier run found, by what it was of."""
    rows = json.loads(path.read_text())["rows"]
    return {_name(row := Row(**each)): row for found in rows.values() for each in found}


def _name(row: Row) -> str:
    return row.what.partition(" (")[0]


def _line(row: Row) -> str:
    line = f"  {row.what:42} {_figure(row.figure):>11} {row.unit:8}"
    if row.reference_figure is not None and row.ratio is not None:
        line += f" {row.ratio:6.2f} of {row.reference} {_figure(row.reference_figure)}"
    if row.bar:
        line += f"   (bar: {row.bar})"
    return line.rstrip()


def _since(row: Row, before: Mapping[str, Row]) -> str:
    """What it was: beside its own reference of that run, where it has one."""
    old = before.get(_name(row))
    if old is None:
        return ""
    if row.ratio is not None and old.ratio is not None:
        return f"   was {old.ratio:.2f} of it"
    return f"   was {_figure(old.figure)}"


def _table(found: Mapping[str, Sequence[Row]], before: Mapping[str, Row]) -> str:
    lines = ["| | measured | beside | ratio | was | bar |", "|---|---|---|---|---|---|"]
    for rows in found.values():
        for row in rows:
            beside = ""
            if row.reference_figure is not None:
                beside = f"{row.reference} {_figure(row.reference_figure)}"
            ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
            was = _since(row, before).removeprefix("   was ")
            measured = f"{_figure(row.figure)} {row.unit}"
            lines.append(f"| {row.what} | {measured} | {beside} | {ratio} | {was} | {row.bar} |")
    return "\n".join(lines) + "\n"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

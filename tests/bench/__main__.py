"""`python -m tests.bench [name …]`: measure, and print each figure beside its reference.

A bench is a module of this package with `run() -> list[Row]`, and a line in BENCHES.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django

from tests.bench.measuring import Row

BENCHES = ["engine", "database", "api", "mail", "pages"]


def main(names: list[str]) -> int:
    """Run the named benches, or all of them."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(BENCHES)}")
        return 2
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    for name in names or BENCHES:
        rows: list[Row] = import_module(f"tests.bench.{name}").run()
        print(f"\n{name}")
        for row in rows:
            print(_line(row), flush=True)
    return 0


def _line(row: Row) -> str:
    line = f"  {row.what:42} {_figure(row.figure):>11} {row.unit:8}"
    if row.reference_figure is not None and row.ratio is not None:
        line += f" {row.ratio:6.2f} of {row.reference} {_figure(row.reference_figure)}"
    if row.bar:
        line += f"   (bar: {row.bar})"
    return line.rstrip()


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

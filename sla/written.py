"""An edition as people write it: as TOML data, and as a file that `agreements.load` reads back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, InlineTable, Table

from sla import agreements
from sla.contracts import built_in, contract
from sla.models import Edition

# What goes without saying in a target.
UNSAID: Mapping[str, object] = {
    "priorities": [],
    "measure": "work",
    "days": 0,
    "channels": "any",
    "strength": "",
    "phone_required": False,
    "pauses_while_waiting": False,
    "from_change": False,
    "warnings": [50, 80],
    "words": {},
}


def read(what: str) -> dict[str, Any]:
    """The data of a built-in agreement by its key, else of a TOML file by its path.

    OSError if there is no such file, ValueError if it can't be read.
    """
    if what in built_in():
        return contract(what)
    return tomllib.loads(Path(what).read_text(encoding="utf-8"))


def written(edition: Edition) -> dict[str, Any]:
    """An edition as TOML data, complete."""
    agreement = edition.agreement
    return {
        "key": agreement.key,
        "name": agreement.name,
        "provider": agreement.provider,
        "phone": agreement.phone,
        "email": agreement.email,
        **{name: edition.terms[name] for name in agreements.TERMS if name in edition.terms},
        "calendar": agreements.calendar_data(edition.calendar),
        "targets": [agreements.target_data(target) for target in edition.targets.all()],
        "escalation": [agreements.step_data(step) for step in edition.escalation.all()],
    }


def export(edition: Edition) -> str:
    """An edition as a TOML file for people to read and change, and to load again."""
    data = written(edition)
    document = tomlkit.document()
    document.add(
        tomlkit.comment(f"{edition.agreement.name}, {edition.number}, {edition.in_force_on}")
    )
    for name, value in data.items():
        if not isinstance(value, dict) and name not in ("targets", "escalation"):
            document.add(name, tomlkit.item(value))
    for name, value in data.items():
        if isinstance(value, dict):
            document.add(name, _table(value))
    for name, rows in (("targets", _targets(data["targets"])), ("escalation", data["escalation"])):
        if rows:
            document.add(name, _tables(rows))
    return tomlkit.dumps(document)


def _targets(targets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    said = []
    for target in targets:
        unsaid = {**UNSAID, "hours": 0} if target["measure"] != "work" else UNSAID
        said.append({k: v for k, v in target.items() if k not in unsaid or v != unsaid[k]})
    return said


def _tables(rows: Sequence[Mapping[str, Any]]) -> AoT:
    tables = tomlkit.aot()
    for row in rows:
        table = tomlkit.table()
        for name, value in row.items():
            table.add(name, _inline(value) if isinstance(value, dict) else tomlkit.item(value))
        tables.append(table)
    return tables


def _table(data: Mapping[str, Any]) -> Table:
    """A table: what is plain first, as TOML asks, then the tables in it."""
    table = tomlkit.table()
    for name, value in sorted(data.items(), key=lambda item: isinstance(item[1], dict)):
        if isinstance(value, dict):
            table.add(name, _table(value))
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            table.add(name, _rows(value))
        else:
            table.add(name, tomlkit.item(value))
    return table


def _rows(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Small tables, one a line."""
    array = tomlkit.array()
    array.multiline(multiline=True)
    for row in rows:
        array.append(_inline(row))
    return array


def _inline(data: Mapping[str, object]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(data)
    return table

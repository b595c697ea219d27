"""Words as questions to the index: PostgreSQL works them out once, and is asked the outcome then.

As expressions of Django's each of the five questions of a search would take them apart anew, and a
question of so many words would be another one for the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection


@dataclass(frozen=True)
class Wanted:
    """What is looked for, as SQL of a tsquery with its values."""

    sql: str
    values: tuple[str, ...]

    def __invert__(self) -> Wanted:
        return Wanted(f"!!({self.sql})", self.values)


def said(text: str, config: str) -> Wanted:
    """As PostgreSQL's own notation has it, in a configuration of ours."""
    return Wanted("to_tsquery(%s::regconfig, %s)", (config, text))


def every(wanted: Iterable[Wanted]) -> Wanted | None:
    """All of these; None for none."""
    return _joined(" && ", list(wanted))


def any_of(wanted: Iterable[Wanted]) -> Wanted | None:
    """One of these; None for none."""
    return _joined(" || ", list(wanted))


def _joined(sign: str, wanted: list[Wanted]) -> Wanted | None:
    if not wanted:
        return None
    sql = sign.join(f"({each.sql})" for each in wanted)
    return Wanted(sql, tuple(value for each in wanted for value in each.values))


def worked_out(*wanted: Wanted | None) -> list[str | None]:
    """What they come to, in the words of the index; in one question."""
    asked = [each for each in wanted if each is not None]
    outcomes: list[str] = []
    if asked:
        columns = ", ".join(f"({each.sql})::text" for each in asked)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns}", [v for each in asked for v in each.values])
            outcomes = list(cursor.fetchone())
    coming = iter(outcomes)
    return [None if each is None else next(coming) for each in wanted]


class Outcome(SearchQuery):
    """What a question came to, as an expression: one value, however many words it was."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome, search_type="raw")

    def as_sql(self, compiler: Any, connection: Any, **_how: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The value itself."""
        sql, values = compiler.compile(self.source_expressions[-1])
        return f"({sql})::tsquery", values

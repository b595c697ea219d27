"""The databases that tests begin with: migrated once a run, then copied for each worker.

The built-in agreements, with which most tests begin, lie aside in schemas of their own, from where
they are laid out in milliseconds (`lay`). Larger worlds are in tests/worlds.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.utils import timezone
from psycopg import sql

from config import home
from sla import agreements
from sla.contracts import built_in, contract
from sla.models import Agreement, Calendar
from tests.servers import run_folder

SINCE = date(2020, 1, 1)
"""The day from which the agreements that lie aside are in force."""
_ORIGINAL = "werkdag_original"
_UNFINISHED = "werkdag_unfinished"
KEPT = {
    *("django_content_type", "auth_permission", "tickets_numbering"),
    *("support_cause", "support_causerule", "support_keptgoal", "sla_reportrule"),
    "support_opinionrule",
}
"""What the migrations wrote, and nothing changes after."""
_SPACE = 1000
"""More than any table has rows of an agreement: those that are laid again come so much further."""
_times = count(1000)
_FREELY = "SET session_replication_role = replica"
_AGAIN = "SET session_replication_role = origin"


def open_own() -> None:
    """Have this process use a copy of its own; the first that asks makes the original."""
    own = f"werkdag_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with psycopg.connect(**_server(), dbname="postgres", autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(1)")  # given back with the connection
        names = {name for (name,) in server.execute("SELECT datname FROM pg_database")}
        if _ORIGINAL not in names:
            server.execute(f"CREATE DATABASE {_UNFINISHED}")
            _use(_UNFINISHED)
            _make()
            _use(own)
            server.execute(f"ALTER DATABASE {_UNFINISHED} RENAME TO {_ORIGINAL}")
        server.execute(f"CREATE DATABASE {own} TEMPLATE {_ORIGINAL}")
    _use(own)


def go_ahead(by: timedelta) -> None:
    """Have the clock of this process's database go as its own does, from the next connection on."""
    with psycopg.connect(**_server(), dbname=connection.settings_dict["NAME"]) as own:
        own.execute(
            "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
            "AS $$ SELECT pg_catalog.clock_timestamp() + "
            f"interval '{by.total_seconds()} seconds' $$"
        )
        own.execute(
            sql.SQL("ALTER DATABASE {} SET search_path = public, pg_catalog").format(
                sql.Identifier(connection.settings_dict["NAME"])
            )
        )
    if not connection.in_atomic_block:
        connection.close()


def _server() -> dict[str, Any]:
    return {"host": str(home.choose(run_folder()).sockets), "user": "postgres"}


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _make() -> None:
    call_command("migrate", verbosity=0)
    for key in built_in():
        begun = timezone.now().isoformat()
        agreements.load(contract(key), in_force_on=SINCE)
        _put_aside(key)
        # Infinity stands for the moment at which they are laid out.
        execute(
            f"UPDATE {_aside(key)}.{model._meta.db_table} SET {field.column} = 'infinity' "
            f"WHERE {field.column} >= '{begun}'"
            for model in _laid_aside(key)
            for field in model._meta.local_concrete_fields
            if isinstance(field, models.DateTimeField)
        )
        empty()


def empty() -> None:
    """Take out what was written and committed: all but what the migrations wrote.

    Only tables that have rows are touched, and no trigger asks why: to truncate all of them, as
    Django does, takes a hundred times as long.
    """
    execute(f"DELETE FROM {model._meta.db_table}" for model in filled())


def lay(key: str) -> Agreement | None:
    """A built-in agreement from aside, as `sla.agreements.load` would write it now.

    None when its calendar is here already, for `load` knows what is to be shared, and in a
    database where none was put aside.
    """
    if (
        not _laid_aside(key)
        or Calendar.objects.filter(name=contract(key)["calendar"]["name"]).exists()
    ):
        return None
    _lay_out(key, further=next(_times) * _SPACE)
    return Agreement.objects.get(key=key)


def _aside(name: str) -> str:
    return f"aside_{name}"


def _put_aside(name: str) -> None:
    """Keep what is in the database now."""
    execute(
        [
            f"CREATE SCHEMA {_aside(name)}",
            *(
                f"CREATE TABLE {_aside(name)}.{model._meta.db_table} "
                f"AS SELECT * FROM {model._meta.db_table}"
                for model in filled()
            ),
        ]
    )


def tables(*, kept: bool) -> list[type[models.Model]]:
    """Those whose rows the migrations wrote, or all others."""
    every = apps.get_models(include_auto_created=True)
    return [
        model for model in every if model._meta.managed and (model._meta.db_table in KEPT) is kept
    ]


def filled() -> list[type[models.Model]]:
    """Tables that have rows, but for those of the migrations."""
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{model._meta.db_table}' WHERE EXISTS (SELECT FROM {model._meta.db_table})"
                for model in tables(kept=False)
            )
        )
        found = {table for (table,) in cursor.fetchall()}
    return [model for model in tables(kept=False) if model._meta.db_table in found]


def _laid_aside(name: str) -> list[type[models.Model]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [_aside(name)])
        found = {table for (table,) in cursor.fetchall()}
    return [model for model in tables(kept=False) if model._meta.db_table in found]


def _lay_out(name: str, *, further: int) -> None:
    now = timezone.now().isoformat()
    execute(text.replace("{further}", str(further)).replace("{now}", now) for text in _laying(name))


@cache
def _laying(name: str) -> list[str]:
    """What puts each table's rows in place, with numbers that no rows had before."""
    tables = _laid_aside(name)
    texts = []
    for model in tables:
        columns = {}
        for field in model._meta.local_concrete_fields:
            if field.generated:
                continue
            column = connection.ops.quote_name(str(field.column))
            columns[column] = column
            if isinstance(field, models.DateTimeField):
                columns[column] = f"CASE {column} WHEN 'infinity' THEN '{{now}}' ELSE {column} END"
            elif field.related_model in tables or (
                field.primary_key and isinstance(field, models.AutoField)
            ):
                columns[column] = f"{column} + {{further}}"
        texts.append(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
            f"SELECT {', '.join(columns.values())} FROM {_aside(name)}.{model._meta.db_table}"
        )
    return texts


def execute(statements: Iterable[str]) -> None:
    """Do these in one go, unseen by the tables' triggers."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join([_FREELY, *statements, _AGAIN]))


@contextmanager
def unseen_by_triggers() -> Iterator[None]:
    """What is written meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_FREELY)
        yield
        cursor.execute(_AGAIN)

"""Databases of before are brought up, and what the models say is what a new database has."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from config import preparation

OURS = ("tickets", "sla", "support")


@pytest.mark.django_db
def test_a_database_that_took_each_step_by_itself_has_nothing_left_to_do() -> None:
    loader = MigrationExecutor(connection).loader
    wholes = {key: each for key, each in loader.replacements.items() if key[0] in OURS}
    assert {app for app, _name in wholes} == set(OURS)
    recorder = MigrationRecorder(connection)
    for app, name in wholes:
        recorder.record_unapplied(app, name)
    for whole in wholes.values():
        for app, name in whole.replaces:
            recorder.record_applied(app, name)

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    call_command("migrate", verbosity=0)
    assert wholes.keys() <= recorder.applied_migrations().keys()


@pytest.mark.django_db
def test_a_database_of_long_before_is_told_what_is_missing() -> None:
    recorder = MigrationRecorder(connection)
    loader = MigrationExecutor(connection).loader
    whole, replaced = next(
        (key, each.replaces) for key, each in loader.replacements.items() if key[0] == "sla"
    )
    recorder.record_unapplied(*whole)
    recorder.record_unapplied(*replaced[-1])
    with pytest.raises(CommandError, match="too old"):
        preparation.migrate(say=print)
    with pytest.raises(SystemCheckError, match="version that came before"):
        call_command("migrate", skip_checks=False, verbosity=0)

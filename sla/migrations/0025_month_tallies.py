"""Counts of months that are over, and the marks by which a count is known to be of before."""

import django.db.models.deletion
from django.db import migrations, models


ZONE = "Europe/Amsterdam"
_MONTH = f"date_trunc('month', started_at AT TIME ZONE '{ZONE}')::date"
_COUNTED = "promise, priority, target_key, state, binding, due_at IS NULL, started_at"


def _differing(table: str, other: str) -> str:
    """What of one state of the rows is not in the other; both are few."""
    return (
        f"SELECT {_MONTH} FROM (SELECT ticket_id, turn, {_COUNTED} FROM {table} "  # noqa: S608
        f"EXCEPT SELECT ticket_id, turn, {_COUNTED} FROM {other}) {table}_only"
    )


FUNCTIONS = f"""
CREATE FUNCTION sla_month_of_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month) SELECT DISTINCT {_MONTH} FROM touched;
    RETURN NULL;
END
$$;
CREATE FUNCTION sla_month_of_changed_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        {_differing("before", "touched")} UNION {_differing("touched", "before")};
    RETURN NULL;
END
$$;
CREATE FUNCTION sla_month_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        SELECT DISTINCT {_MONTH} FROM sla_clock WHERE ticket_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION sla_month_of_coverage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        SELECT DISTINCT {_MONTH} FROM sla_clock WHERE ticket_id = NEW.ticket_id;
    RETURN NULL;
END
$$;
CREATE FUNCTION sla_month_of_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        SELECT generate_series({_MONTH}, now() AT TIME ZONE '{ZONE}', interval '1 month')::date
        FROM (SELECT min(started_at) AS started_at FROM sla_clock) earliest
        WHERE started_at IS NOT NULL;
    RETURN NULL;
END
$$;
"""  # noqa: S608 (all of it is written here)
TRIGGERS = """
CREATE TRIGGER sla_month_insert AFTER INSERT ON sla_clock
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sla_month_of_clocks();
CREATE TRIGGER sla_month_delete AFTER DELETE ON sla_clock
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sla_month_of_clocks();
CREATE TRIGGER sla_month_update AFTER UPDATE ON sla_clock
    REFERENCING OLD TABLE AS before NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION sla_month_of_changed_clocks();
CREATE TRIGGER sla_month_ticket AFTER UPDATE OF kind, organisation_id, team_id, assignee_id
    ON tickets_ticket FOR EACH ROW
    WHEN ((OLD.kind, OLD.organisation_id, OLD.team_id, OLD.assignee_id)
        IS DISTINCT FROM (NEW.kind, NEW.organisation_id, NEW.team_id, NEW.assignee_id))
    EXECUTE FUNCTION sla_month_of_ticket();
CREATE TRIGGER sla_month_coverage AFTER UPDATE OF edition_id ON sla_coverage FOR EACH ROW
    WHEN (OLD.edition_id IS DISTINCT FROM NEW.edition_id)
    EXECUTE FUNCTION sla_month_of_coverage();
CREATE TRIGGER sla_month_covered AFTER INSERT ON sla_coverage FOR EACH ROW
    EXECUTE FUNCTION sla_month_of_coverage();
CREATE TRIGGER sla_month_user AFTER UPDATE OF team_id ON tickets_user FOR EACH ROW
    WHEN (OLD.team_id IS DISTINCT FROM NEW.team_id)
    EXECUTE FUNCTION sla_month_of_everything();
"""
UNDO = """
DROP TRIGGER sla_month_user ON tickets_user;
DROP TRIGGER sla_month_covered ON sla_coverage;
DROP TRIGGER sla_month_coverage ON sla_coverage;
DROP TRIGGER sla_month_ticket ON tickets_ticket;
DROP TRIGGER sla_month_update ON sla_clock;
DROP TRIGGER sla_month_delete ON sla_clock;
DROP TRIGGER sla_month_insert ON sla_clock;
DROP FUNCTION sla_month_of_everything();
DROP FUNCTION sla_month_of_coverage();
DROP FUNCTION sla_month_of_ticket();
DROP FUNCTION sla_month_of_changed_clocks();
DROP FUNCTION sla_month_of_clocks();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0024_releases_bring_maintenance"),
        ("tickets", "0017_causes_of_breaches"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(db_index=True)),
            ],
            options={
                "verbose_name": "change of a month",
                "verbose_name_plural": "changes of months",
            },
        ),
        migrations.CreateModel(
            name="CountedMonth",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "counted month",
                "verbose_name_plural": "counted months",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="counted_month_is_a_month"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("promise", models.CharField(max_length=16)),
                ("priority", models.CharField(blank=True, max_length=8)),
                ("kind", models.CharField(max_length=12)),
                ("target_key", models.CharField(max_length=50)),
                ("outcome", models.CharField(max_length=12)),
                ("edition", models.PositiveBigIntegerField(null=True)),
                ("count", models.PositiveIntegerField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "count of a month",
                "verbose_name_plural": "counts of months",
                "indexes": [models.Index(fields=["month"], name="month_tally_month")],
            },
        ),
        migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO),
    ]

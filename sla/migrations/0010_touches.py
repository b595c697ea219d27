"""What changes of clocks and alerts gives their ticket a new place in the order of changes."""

from typing import ClassVar

from django.db import migrations

KINDS = {
    "sla_alert": ("INSERT",),
    "sla_clock": ("INSERT", "UPDATE", "DELETE"),
    "sla_coveragechange": ("INSERT",),
}


def _trigger(table: str, verb: str) -> str:
    rows = "OLD" if verb == "DELETE" else "NEW"
    function = "sla_note_touch" if table == "sla_coveragechange" else "tickets_note_touch"
    return (
        f"CREATE TRIGGER tickets_touch_{verb.lower()} AFTER {verb} ON {table} "
        f"REFERENCING {rows} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
    )


def _pairs() -> list[tuple[str, str]]:
    return [(table, verb) for table, verbs in KINDS.items() for verb in verbs]


FUNCTION = """
CREATE FUNCTION sla_note_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_touch (ticket_id) SELECT DISTINCT coverage_id FROM touched;
    RETURN NULL;
END
$$;
"""
TOUCH = FUNCTION + "\n".join(_trigger(table, verb) for table, verb in _pairs())
UNTOUCH = (
    "\n".join(f"DROP TRIGGER tickets_touch_{verb.lower()} ON {table};" for table, verb in _pairs())
    + "\nDROP FUNCTION sla_note_touch();"
)


class Migration(migrations.Migration):
    """Triggers, so that nothing that writes a clock can forget."""

    dependencies: ClassVar = [("sla", "0009_merged_promises"), ("tickets", "0009_changes")]

    operations: ClassVar = [migrations.RunSQL(TOUCH, UNTOUCH)]

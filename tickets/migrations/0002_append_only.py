"""Events can only be added, and ticket numbers start where they look like ticket numbers."""

from typing import ClassVar

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION tickets_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ticket events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER tickets_event_append_only BEFORE UPDATE OR DELETE ON tickets_ticketevent
    FOR EACH ROW EXECUTE FUNCTION tickets_event_append_only();
"""
FREE = """
DROP TRIGGER tickets_event_append_only ON tickets_ticketevent;
DROP FUNCTION tickets_event_append_only();
"""
NUMBERS = "ALTER TABLE tickets_ticket ALTER COLUMN id SET START WITH 10001 RESTART WITH 10001"


class Migration(migrations.Migration):
    """Guards that Django has no words for."""

    dependencies: ClassVar = [("tickets", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(APPEND_ONLY, FREE),
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
    ]

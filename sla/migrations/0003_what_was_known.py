"""What the rows said before, in the new columns; then the old columns go."""

from typing import ClassVar

from django.db import migrations

CAUSES = """
UPDATE sla_alert SET tell_at = at,
    causes = CASE WHEN reason = '' THEN '[]'::jsonb
        ELSE jsonb_build_array(jsonb_build_object('what', 'told', 'words', reason)) END;
UPDATE sla_coverage SET stale_causes =
    jsonb_build_array(jsonb_build_object('what', 'told', 'words', stale_reason))
    WHERE stale_reason <> '';
"""
# When to tell of an alarm is not known of the old ones: the sweep reads those clocks again.
ALARMS = """
UPDATE sla_clock SET alarms = (
    SELECT jsonb_agg(jsonb_build_array(warning->0, 0, warning->1, warning->1))
    FROM jsonb_array_elements(warnings) AS warning
) WHERE warnings <> '[]'::jsonb;
UPDATE sla_coverage SET stale_since = now() WHERE stale_since IS NULL AND ticket_id IN (
    SELECT ticket_id FROM sla_clock WHERE next_alert_at IS NOT NULL
);
"""
HOLIDAYS = "UPDATE sla_calendarday SET is_holiday = (known_from = '1970-01-01T00:00:00Z');"
ANNOUNCED = """
UPDATE sla_edition SET announced_at = now(), told_at = now() WHERE in_force_on <= current_date;
"""


class Migration(migrations.Migration):
    """Data, then the columns that held it."""

    dependencies: ClassVar = [("sla", "0002_whole_clock")]

    operations: ClassVar = [
        migrations.RunSQL(CAUSES, migrations.RunSQL.noop),
        migrations.RunSQL(ALARMS, migrations.RunSQL.noop),
        migrations.RunSQL(HOLIDAYS, migrations.RunSQL.noop),
        migrations.RunSQL(ANNOUNCED, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="alert", name="reason"),
        migrations.RemoveField(model_name="clock", name="warnings"),
        migrations.RemoveField(model_name="coverage", name="stale_reason"),
    ]

"""The nearest binding deadline of a ticket, beside its coverage."""

from typing import ClassVar

from django.db import migrations, models

# Only what is still owed has a next deadline, so this is quick however many tickets there are.
FILL = """
UPDATE sla_coverage SET next_due_at = owed.next_due_at
FROM (
    SELECT ticket_id, min(due_at) AS next_due_at FROM sla_clock
    WHERE binding AND met_at IS NULL AND state <> 'cancelled' AND due_at IS NOT NULL
    GROUP BY ticket_id
) AS owed
WHERE owed.ticket_id = sla_coverage.ticket_id
"""


class Migration(migrations.Migration):
    """The nearest binding deadline of a ticket, beside its coverage."""

    dependencies: ClassVar = [
        ("sla", "0005_audit_runs"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="coverage",
            name="next_due_at",
            field=models.DateTimeField(null=True),
        ),
        # The index below must see the rows as they are after the update.
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="coverage",
            index=models.Index(
                condition=models.Q(("next_due_at__isnull", False)),
                fields=["next_due_at", "ticket"],
                name="coverage_next",
            ),
        ),
    ]

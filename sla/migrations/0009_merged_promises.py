"""Lateness leaves out what stood still after the deadline; what was merged is carried on.

Tickets that waited, were reopened or merged are read again by the sweep: their clocks are read
otherwise from here on (READINGS §1: waiting and releases, merging two reports).
"""

import django.db.models.deletion
from django.db import migrations, models

READ_AGAIN = """
UPDATE sla_coverage SET stale_since = now() WHERE stale_since IS NULL AND ticket_id IN (
    SELECT ticket_id FROM tickets_ticketevent WHERE kind IN ('waiting', 'reopened', 'merged')
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0008_escalation_to_leads"),
        ("tickets", "0007_attachment_content"),
    ]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="pauses_since_due",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="clock",
            name="carried_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carried",
                to="tickets.ticket",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("carried_by__isnull", False)),
                fields=["carried_by"],
                name="clock_carried",
            ),
        ),
        migrations.RunSQL(READ_AGAIN, migrations.RunSQL.noop),
    ]

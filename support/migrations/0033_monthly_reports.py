"""A mail can take a report along, and the log hears of who approves reports."""

import django.db.models.deletion
from django.db import migrations, models

WATCH = "CALL support_audit_watch('sla_reportrule', 'sla.reportrule', '', '', '', '')"
LEAVE = "DROP TRIGGER IF EXISTS support_audit ON sla_reportrule"


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0032_audit"),
        ("sla", "0027_reports_frozen"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="report_file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sla.reportfile",
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="report_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.RunSQL(WATCH, LEAVE),
    ]

from django.db import migrations, models

WATCH = """
CALL support_audit_watch('support_webhook', 'support.webhook', 'name', '',
    'heard_events heard_alerts mark_events mark_alerts mark_transaction failing_since '
    'hears_from resting_until old_secret_until created_at',
    'sealed_secret sealed_old_secret');
"""
WATCHED_BEFORE = WATCH.replace("resting_until", "leased_until resting_until")


class Migration(migrations.Migration):
    dependencies = [("support", "0048_gone_subscribers")]

    operations = [
        migrations.RemoveConstraint(model_name="webhookdelivery", name="webhook_delivery_state"),
        migrations.RemoveIndex(model_name="webhookdelivery", name="webhook_delivery_due"),
        migrations.RenameField("webhookdelivery", "next_attempt_at", "next_try_at"),
        migrations.RemoveIndex(model_name="pushmessage", name="push_message_due"),
        migrations.RenameField("pushmessage", "due_at", "next_try_at"),
        migrations.RemoveField(
            model_name="webhook",
            name="leased_until",
        ),
        migrations.AddField(
            model_name="pushmessage",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="attempts"
            ),
        ),
        migrations.AddField(
            model_name="pushmessage",
            name="claimed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="pushmessage",
            name="error",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="error"
            ),
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="claimed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="outgoingmail",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="attempts"
            ),
        ),
        migrations.AlterField(
            model_name="outgoingmail",
            name="error",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="error"
            ),
        ),
        migrations.AlterField(
            model_name="pushmessage",
            name="next_try_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="attempts"
            ),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="error",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="error"
            ),
        ),
        migrations.AddIndex(
            model_name="pushmessage",
            index=models.Index(fields=["next_try_at"], name="push_message_due"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["webhook", "next_try_at"],
                name="webhook_delivery_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finished_at", None), ("next_try_at__isnull", False), ("state", "queued")
                    ),
                    models.Q(
                        ("next_try_at", None),
                        ("state__in", ["sent", "failed"]),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="webhook_delivery_state",
            ),
        ),
        migrations.RunSQL(WATCH, WATCHED_BEFORE),
    ]

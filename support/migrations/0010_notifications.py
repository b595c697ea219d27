"""The bell: causes, choices, digests."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Notifications about facts and alerts, how people want them, and how far was heard."""

    dependencies: ClassVar = [
        ("support", "0009_views"),
        ("sla", "0001_initial"),
        ("tickets", "0003_participants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DigestHour",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="digest_hour",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(verbose_name="hour")),
            ],
            options={
                "verbose_name": "hour of the digest",
                "verbose_name_plural": "hours of the digest",
            },
        ),
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mention", "A colleague mentions you"),
                            ("assigned", "A ticket is put on your name"),
                            ("customer", "The customer writes or phones"),
                            ("note", "A colleague writes a note"),
                            ("reopened", "A ticket is opened again"),
                            ("warned", "A deadline is near"),
                            ("breached", "A deadline was missed"),
                            ("team_breach", "Your team missed a deadline"),
                        ],
                        max_length=12,
                    ),
                ),
                ("in_app", models.BooleanField()),
                (
                    "mail",
                    models.CharField(
                        choices=[("now", "at once"), ("digest", "once a day"), ("none", "not")],
                        max_length=6,
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of notifications",
                "verbose_name_plural": "choices of notifications",
            },
        ),
        migrations.CreateModel(
            name="NotificationPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("heard_events", models.BigIntegerField(default=0)),
                ("heard_alerts", models.BigIntegerField(default=0)),
                ("mark_events", models.BigIntegerField(default=0)),
                ("mark_alerts", models.BigIntegerField(default=0)),
                ("mark_transaction", models.BigIntegerField(null=True)),
                (
                    "seen_events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "seen_alerts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "place of notifications",
                "verbose_name_plural": "places of notifications",
            },
        ),
        migrations.AddField(
            model_name="notification",
            name="alert",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sla.alert",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.ticketevent",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="in_app",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="notification",
            name="mail",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notifications",
                to="support.outgoingmail",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="mail_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mention", "A colleague mentions you"),
                    ("assigned", "A ticket is put on your name"),
                    ("customer", "The customer writes or phones"),
                    ("note", "A colleague writes a note"),
                    ("reopened", "A ticket is opened again"),
                    ("warned", "A deadline is near"),
                    ("breached", "A deadline was missed"),
                    ("team_breach", "Your team missed a deadline"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["recipient", "-at", "-id"], name="notification_of_person"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(
                    ("mail", None), ("mail_due_at__isnull", False), ("seen_at", None)
                ),
                fields=["mail_due_at"],
                name="notification_to_mail",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                fields=("recipient", "event"), name="notification_of_event_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                fields=("recipient", "alert"), name="notification_of_alert_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "mention",
                            "assigned",
                            "customer",
                            "note",
                            "reopened",
                            "warned",
                            "breached",
                            "team_breach",
                        ],
                    )
                ),
                name="notification_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("alert", None),
                        ("event", None),
                        ("kind", "mention"),
                        ("message__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind", "mention"), _negated=True),
                        ("alert", None),
                        ("event__isnull", False),
                        ("message", None),
                    ),
                    models.Q(
                        models.Q(("kind", "mention"), _negated=True),
                        ("alert__isnull", False),
                        ("event", None),
                        ("message", None),
                    ),
                    _connector="OR",
                ),
                name="notification_has_one_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="digesthour",
            constraint=models.CheckConstraint(
                condition=models.Q(("hour__range", (6, 20))), name="digest_hour_by_day"
            ),
        ),
        migrations.AddField(
            model_name="notificationchoice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notification_choices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationchoice",
            constraint=models.UniqueConstraint(
                fields=("user", "kind"), name="notification_choice_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "mention",
                            "assigned",
                            "customer",
                            "note",
                            "reopened",
                            "warned",
                            "breached",
                            "team_breach",
                        ],
                    ),
                    ("mail__in", ["now", "digest", "none"]),
                ),
                name="notification_choice_known",
            ),
        ),
    ]

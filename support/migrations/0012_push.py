"""Browsers that are told."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

USUAL = ("mention", "assigned", "customer", "reopened", "warned", "breached", "team_breach")


def choose_as_usual(apps: Any, _schema_editor: Any) -> None:
    """Who chose before there was push has what is usual."""
    apps.get_model("support", "NotificationChoice").objects.filter(kind__in=USUAL).update(push=True)


class Migration(migrations.Migration):
    """Subscriptions of browsers, and this house's keys."""

    dependencies: ClassVar = [
        ("support", "0011_automation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PushKey",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("public", models.CharField(max_length=87)),
                ("sealed_private", models.TextField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "push key",
                "verbose_name_plural": "push keys",
            },
        ),
        migrations.AddConstraint(
            model_name="pushkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="push_key_only_one"
            ),
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscriptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("endpoint", models.CharField(max_length=1000, unique=True)),
                ("p256dh", models.CharField(max_length=87)),
                ("sealed_auth", models.TextField()),
                ("user_agent", models.CharField(blank=True, max_length=400)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("resting_until", models.DateTimeField(null=True)),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "in order"),
                            ("answer", "the push service did not accept it"),
                            ("unreachable", "the push service did not answer"),
                            ("busy", "the push service was too busy"),
                            ("refused", "the address of the push service is refused"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "browser with push",
                "verbose_name_plural": "browsers with push",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PushMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="support.pushsubscription",
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_messages",
                        to="support.notification",
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("give_up_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "push message",
                "verbose_name_plural": "push messages",
            },
        ),
        migrations.AddIndex(
            model_name="pushmessage",
            index=models.Index(fields=["due_at"], name="push_message_due"),
        ),
        migrations.AddConstraint(
            model_name="pushmessage",
            constraint=models.UniqueConstraint(
                fields=("subscription", "notification"), name="push_message_once"
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="push_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("push_due_at__isnull", False)),
                fields=["push_due_at"],
                name="notification_to_push",
            ),
        ),
        migrations.AddField(
            model_name="notificationchoice",
            name="push",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(choose_as_usual, migrations.RunPython.noop),
    ]

"""Webhooks and their deliveries."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Webhooks and their deliveries."""

    dependencies: ClassVar = [
        ("support", "0006_widget"),
        ("tickets", "0003_participants"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What it is for.", max_length=80, unique=True, verbose_name="name"
                    ),
                ),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("ticket.opened", "A ticket was opened"),
                                ("ticket.replied", "We answered"),
                                ("ticket.customer_replied", "The customer wrote"),
                                ("ticket.called", "The customer phoned"),
                                ("ticket.status", "The status changed"),
                                ("ticket.prioritised", "The priority was set"),
                                ("ticket.classified", "The kind was changed"),
                                ("ticket.assigned", "Somebody else has it"),
                                ("ticket.identified", "It became known whose it is"),
                                ("ticket.planned", "It was planned into a release"),
                                ("clock.warned", "A deadline is near"),
                                ("clock.breached", "A deadline was missed"),
                                ("clock.moved", "A deadline moved"),
                            ],
                            max_length=30,
                        ),
                        size=None,
                        verbose_name="events",
                    ),
                ),
                ("sealed_secret", models.TextField(editable=False)),
                ("sealed_old_secret", models.TextField(blank=True, editable=False)),
                ("old_secret_until", models.DateTimeField(editable=False, null=True)),
                ("active", models.BooleanField(default=True, editable=False)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="made")),
                ("failing_since", models.DateTimeField(editable=False, null=True)),
                (
                    "disabled_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="switched off"),
                ),
                (
                    "disabled_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "in use"),
                            ("hand", "switched off by hand"),
                            ("failing", "nothing arrived for five days"),
                            ("gone", "the receiver says that it is gone (410)"),
                        ],
                        default="",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("hears_from", models.DateTimeField(editable=False)),
                ("heard_events", models.BigIntegerField(default=0, editable=False)),
                ("heard_alerts", models.BigIntegerField(default=0, editable=False)),
                ("mark_events", models.BigIntegerField(default=0, editable=False)),
                ("mark_alerts", models.BigIntegerField(default=0, editable=False)),
                ("mark_transaction", models.BigIntegerField(editable=False, null=True)),
                ("leased_until", models.DateTimeField(editable=False, null=True)),
                ("resting_until", models.DateTimeField(editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only tickets of this organisation. Empty: of everybody.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to="tickets.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ticket.opened", "A ticket was opened"),
                            ("ticket.replied", "We answered"),
                            ("ticket.customer_replied", "The customer wrote"),
                            ("ticket.called", "The customer phoned"),
                            ("ticket.status", "The status changed"),
                            ("ticket.prioritised", "The priority was set"),
                            ("ticket.classified", "The kind was changed"),
                            ("ticket.assigned", "Somebody else has it"),
                            ("ticket.identified", "It became known whose it is"),
                            ("ticket.planned", "It was planned into a release"),
                            ("clock.warned", "A deadline is near"),
                            ("clock.breached", "A deadline was missed"),
                            ("clock.moved", "A deadline moved"),
                            ("webhook.test", "A test"),
                        ],
                        max_length=30,
                        verbose_name="event",
                    ),
                ),
                ("payload", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "to be sent"), ("sent", "sent"), ("failed", "failed")],
                        default="queued",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "in order"),
                            ("answer", "the receiver did not accept it"),
                            ("redirect", "the receiver sent us elsewhere, where we do not go"),
                            ("unreachable", "no whole answer came"),
                            ("refused", "this address is refused"),
                            ("secret", "the secret can no longer be opened: make a new one"),
                            ("off", "the webhook was switched off before it was sent"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=300)),
                ("answer", models.TextField(blank=True)),
                ("duration_ms", models.PositiveIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "redelivery_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redeliveries",
                        to="support.webhookdelivery",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="support.webhook",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "events__contained_by",
                        [
                            "ticket.opened",
                            "ticket.replied",
                            "ticket.customer_replied",
                            "ticket.called",
                            "ticket.status",
                            "ticket.prioritised",
                            "ticket.classified",
                            "ticket.assigned",
                            "ticket.identified",
                            "ticket.planned",
                            "clock.warned",
                            "clock.breached",
                            "clock.moved",
                        ],
                    ),
                    ("events__len__gte", 1),
                ),
                name="webhook_events_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("active", True), ("disabled_at", None), ("disabled_why", "")),
                    models.Q(
                        ("active", False),
                        ("disabled_at__isnull", False),
                        ("disabled_why__in", ["hand", "failing", "gone"]),
                    ),
                    _connector="OR",
                ),
                name="webhook_off_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["webhook", "next_attempt_at"],
                name="webhook_delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["webhook", "-created_at"], name="webhook_delivery_log"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["created_at"], name="webhook_delivery_old"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("redelivery_of", None)),
                fields=("webhook", "event_id"),
                name="webhook_delivery_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finished_at", None),
                        ("next_attempt_at__isnull", False),
                        ("state", "queued"),
                    ),
                    models.Q(
                        ("next_attempt_at", None),
                        ("state__in", ["sent", "failed"]),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="webhook_delivery_state",
            ),
        ),
    ]

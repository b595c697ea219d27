"""Macros and triggers."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Macros and triggers."""

    dependencies: ClassVar = [
        ("support", "0010_notifications"),
        ("sla", "0001_initial"),
        ("tickets", "0003_participants"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AutomationPlace",
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
                "verbose_name": "place of automation",
                "verbose_name_plural": "places of automation",
            },
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "scope",
                    models.CharField(
                        choices=[("own", "only me"), ("team", "my team"), ("all", "everybody")],
                        default="own",
                        max_length=4,
                        verbose_name="who may use it",
                    ),
                ),
                ("steps", models.JSONField(default=list)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="macros",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="macros",
                        to="tickets.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "macro",
                "verbose_name_plural": "macros",
                "ordering": ["title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Trigger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="Triggers for the same event go in this order.",
                        verbose_name="position",
                    ),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("opened", "A ticket was opened"),
                                ("customer_replied", "The customer wrote"),
                                ("answered", "We answered"),
                                ("status", "The status changed"),
                                ("prioritised", "The priority was set"),
                                ("classified", "The kind was changed"),
                                ("assigned", "Somebody else has it"),
                                ("warned", "A deadline is near"),
                                ("breached", "A deadline was missed"),
                                ("waiting_longer", "Waiting long for the customer"),
                                ("solved_longer", "Solved long ago"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="events",
                    ),
                ),
                (
                    "werkdagen",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="How long, where it is about waiting long or solved long ago.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="werkdagen",
                    ),
                ),
                (
                    "match",
                    models.CharField(
                        choices=[("all", "all of them hold"), ("any", "one of them holds")],
                        default="all",
                        max_length=3,
                        verbose_name="when",
                    ),
                ),
                ("conditions", models.JSONField(default=list)),
                ("steps", models.JSONField(default=list)),
                ("active", models.BooleanField(default=False, editable=False)),
                (
                    "off_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "in use"),
                            ("hand", "switched off by hand"),
                            ("failing", "it failed twenty times in a row"),
                        ],
                        default="hand",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("off_at", models.DateTimeField(editable=False, null=True)),
                ("hears_from", models.DateTimeField(editable=False, null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "trigger",
                "verbose_name_plural": "triggers",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "events__contained_by",
                                [
                                    "opened",
                                    "customer_replied",
                                    "answered",
                                    "status",
                                    "prioritised",
                                    "classified",
                                    "assigned",
                                    "warned",
                                    "breached",
                                    "waiting_longer",
                                    "solved_longer",
                                ],
                            ),
                            ("events__len__gte", 1),
                        ),
                        name="trigger_events_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("active", False), ("off_why__in", ["hand", "failing"])),
                            models.Q(
                                ("active", True), ("hears_from__isnull", False), ("off_why", "")
                            ),
                            _connector="OR",
                        ),
                        name="trigger_on_hears_from",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("events__overlap", ["waiting_longer", "solved_longer"]),
                                _negated=True,
                            ),
                            ("werkdagen__gte", 1),
                            _connector="OR",
                        ),
                        name="trigger_lasting_has_a_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AutomationRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("opened", "A ticket was opened"),
                            ("customer_replied", "The customer wrote"),
                            ("answered", "We answered"),
                            ("status", "The status changed"),
                            ("prioritised", "The priority was set"),
                            ("classified", "The kind was changed"),
                            ("assigned", "Somebody else has it"),
                            ("warned", "A deadline is near"),
                            ("breached", "A deadline was missed"),
                            ("waiting_longer", "Waiting long for the customer"),
                            ("solved_longer", "Solved long ago"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("first_version", models.PositiveIntegerField()),
                ("last_version", models.PositiveIntegerField()),
                ("done", models.JSONField(default=list)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "alert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.alert",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="automation_runs",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "macro",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="support.macro",
                    ),
                ),
                (
                    "trigger",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="support.trigger",
                    ),
                ),
            ],
            options={
                "verbose_name": "automation run",
                "verbose_name_plural": "automation runs",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="macro",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scope", "team"), ("team__isnull", False)),
                    models.Q(models.Q(("scope", "team"), _negated=True), ("team", None)),
                    _connector="OR",
                ),
                name="macro_team_has_one",
            ),
        ),
        migrations.AddIndex(
            model_name="automationrun",
            index=models.Index(fields=["ticket", "-at"], name="run_of_ticket"),
        ),
        migrations.AddIndex(
            model_name="automationrun",
            index=models.Index(fields=["trigger", "-at"], name="run_of_trigger"),
        ),
        migrations.AddConstraint(
            model_name="automationrun",
            constraint=models.UniqueConstraint(
                fields=("trigger", "kind", "event"), name="run_event_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="automationrun",
            constraint=models.UniqueConstraint(
                fields=("trigger", "kind", "alert"), name="run_alert_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="automationrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("alert", None), ("by__isnull", False), ("event", None), ("kind", "")),
                    models.Q(models.Q(("kind", ""), _negated=True), ("by", None)),
                    _connector="OR",
                ),
                name="run_of_a_person_or_an_event",
            ),
        ),
    ]

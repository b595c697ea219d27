"""Who else is in a conversation."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("reported", "Reported"),
    ("called", "Customer phoned"),
    ("classified", "Kind changed"),
    ("prioritised", "Priority set"),
    ("replied", "Answered"),
    ("customer_replied", "Customer wrote"),
    ("waiting", "Waiting for the customer"),
    ("resumed", "Taken up again"),
    ("planned", "Planned"),
    ("resolved", "Solved"),
    ("reopened", "Reopened"),
    ("declined", "Not an incident"),
    ("closed", "Closed"),
    ("merged", "Merged"),
    ("assigned", "Assigned"),
    ("identified", "Linked to a customer"),
    ("noted", "Note written"),
    ("participant_added", "Participant added"),
    ("participant_removed", "Participant removed"),
]


class Migration(migrations.Migration):
    """Who else is in a conversation."""

    dependencies: ClassVar = [("tickets", "0002_append_only")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("added_at", models.DateTimeField(verbose_name="added")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(fields=("ticket", "email"), name="participant_once"),
        ),
        migrations.RemoveConstraint(model_name="ticketevent", name="event_kind_known"),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="ticketevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _label in KINDS])),
                name="event_kind_known",
            ),
        ),
    ]

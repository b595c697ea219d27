"""Drafts, canned replies, mentions."""

from typing import ClassVar

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Drafts, canned replies, mentions."""

    dependencies: ClassVar = [
        ("support", "0007_webhooks"),
        ("tickets", "0003_participants"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("reply", "Answer"), ("note", "Note")], max_length=5),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("writing", "being written"), ("sending", "being sent")],
                        default="writing",
                        max_length=7,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                (
                    "then",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "leave it open"),
                            ("hold", "wait for the customer"),
                            ("resolve", "it is solved"),
                        ],
                        max_length=7,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
                ("send_at", models.DateTimeField(blank=True, null=True)),
                ("refused", models.CharField(blank=True, max_length=300)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
            },
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(max_length=200, upload_to="")),
                ("name", models.CharField(max_length=150)),
                ("content_type", models.CharField(max_length=120)),
                ("size", models.PositiveBigIntegerField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="support.draft",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a draft",
                "verbose_name_plural": "files of drafts",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("mention", "mentioned you")], max_length=12)),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="tickets.message",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CannedReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "shortcut",
                    models.CharField(
                        blank=True,
                        help_text="A short word to find it by, such as greeting.",
                        max_length=30,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[\\w-]+$", "Use letters, digits and hyphens only."
                            )
                        ],
                        verbose_name="shortcut",
                    ),
                ),
                ("body", models.TextField(max_length=20000, verbose_name="text")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("", "any language"), ("nl", "Nederlands"), ("en", "English")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("own", "only me"), ("team", "my team"), ("all", "everybody")],
                        default="own",
                        max_length=4,
                        verbose_name="who may use it",
                    ),
                ),
                (
                    "then",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "leave it open"),
                            ("hold", "wait for the customer"),
                            ("resolve", "it is solved"),
                        ],
                        max_length=7,
                        verbose_name="and then",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="canned",
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
                        related_name="canned",
                        to="tickets.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "standard answer",
                "verbose_name_plural": "standard answers",
                "ordering": ["title", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scope", "team"), ("team__isnull", False)),
                            models.Q(models.Q(("scope", "team"), _negated=True), ("team", None)),
                            _connector="OR",
                        ),
                        name="canned_team_has_one",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["send_at"], name="draft_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("author", "ticket", "kind"), name="draft_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "reply"), ("send_at__isnull", False), ("state", "sending")),
                    models.Q(("send_at", None), ("state", "writing")),
                    _connector="OR",
                ),
                name="draft_sending_has_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("seen_at", None)),
                fields=["recipient", "-at"],
                name="notification_unseen",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                fields=("recipient", "kind", "message"), name="notification_once"
            ),
        ),
    ]

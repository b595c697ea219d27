"""Sites that carry the widget."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import support.widget.models


class Migration(migrations.Migration):
    """Sites that carry the widget."""

    dependencies: ClassVar = [
        ("support", "0005_reading"),
        ("tickets", "0003_participants"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="WidgetSite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "key",
                    models.SlugField(
                        default=support.widget.models.new_key,
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="key",
                    ),
                ),
                (
                    "origins",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        help_text="Where it may stand, such as https://app.example.nl; one a line.",
                        size=None,
                        verbose_name="origins",
                    ),
                ),
                (
                    "sealed_secret",
                    models.TextField(default=support.widget.models.new_secret, editable=False),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose agreement the widget shows. Empty: a site for everybody.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="widget_sites",
                        to="tickets.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "widget site",
                "verbose_name_plural": "widget sites",
                "ordering": ["name"],
            },
        ),
    ]

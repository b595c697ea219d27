"""What tickets and messages are found by.

Tickets that are there already are filled in by the sweep or by `manage.py rebuild_search`.
"""

from typing import ClassVar

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    """What tickets and messages are found by."""

    dependencies: ClassVar = [
        ("tickets", "0004_roles"),
    ]

    operations: ClassVar = [
        UnaccentExtension(),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="document",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("stemmer", models.PositiveSmallIntegerField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "verbose_name": "search document",
                "verbose_name_plural": "search documents",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="document_words"
                    )
                ],
            },
        ),
    ]

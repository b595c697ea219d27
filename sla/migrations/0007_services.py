"""What is provided under an agreement."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is provided under an agreement."""

    dependencies: ClassVar = [
        ("sla", "0006_next_due"),
        ("tickets", "0006_around_tickets"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("url", models.URLField(blank=True, verbose_name="address")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="sla.agreement",
                        verbose_name="agreement",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave it empty if all customers under this agreement share it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="tickets.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "organisation", "name"), name="service_named_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation", None)),
                        fields=("agreement", "name"),
                        name="shared_service_named_once",
                    ),
                ],
            },
        ),
    ]

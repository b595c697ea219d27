"""A contract has its start, its renewals and its end; an organisation may have several."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A contract has its start, its renewals and its end; an organisation may have several."""

    dependencies = [
        ("sla", "0015_addresses_in_ascii"),
        ("tickets", "0016_numbering"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="contract",
            options={
                "ordering": ["organisation", "pk"],
                "verbose_name": "contract",
                "verbose_name_plural": "contracts",
            },
        ),
        migrations.RemoveConstraint(
            model_name="service",
            name="service_named_once",
        ),
        migrations.RemoveConstraint(
            model_name="service",
            name="shared_service_named_once",
        ),
        migrations.AddField(
            model_name="contract",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="last day"),
        ),
        migrations.AddField(
            model_name="contract",
            name="for_reports",
            field=models.BooleanField(
                default=True,
                help_text="Of an organisation's contracts in force, one is.",
                verbose_name="reports come under it",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="number",
            field=models.CharField(
                blank=True,
                help_text="As on the bill.",
                max_length=40,
                verbose_name="contract number",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="period_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="At each renewal. Empty: it is not renewed by periods.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="goes on for (months)",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="renews_on",
            field=models.DateField(
                blank=True,
                help_text="Empty: one period after its start.",
                null=True,
                verbose_name="first renewal",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="service",
            name="contract",
            field=models.ForeignKey(
                blank=True,
                help_text="Leave it empty if all customers under this agreement share it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="services",
                to="sla.contract",
                verbose_name="contract",
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="last day"),
        ),
        migrations.AddField(
            model_name="service",
            name="starts_on",
            field=models.DateField(
                blank=True,
                help_text="Empty: since always.",
                null=True,
                verbose_name="provided from",
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contracts",
                to="tickets.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("starts_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="contract_ends_after_it_begins",
                violation_error_message="A contract can't end before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("renews_on", None),
                    models.Q(
                        ("starts_on__lt", models.F("renews_on")), ("period_months__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="contract_renews_after_it_begins",
                violation_error_message="A first renewal comes after the start, and needs to know for how long.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period_months", None), ("period_months__gte", 1), _connector="OR"
                ),
                name="contract_period_is_one",
                violation_error_message="A contract goes on for at least a month.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_on", None), ("for_reports", True)),
                fields=("organisation",),
                name="contract_for_reports_once",
                violation_error_message="Reports of this organisation come under another contract already.",
            ),
        ),
    ]

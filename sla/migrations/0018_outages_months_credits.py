"""Outages, claims, maintenance, judged months, rates and credits."""

import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Outages, claims, maintenance, judged months, rates and credits."""

    dependencies = [
        ("sla", "0017_services_of_contracts"),
        ("tickets", "0016_numbering"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
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
                            ("afterwards", "Outage reported afterwards"),
                            ("counter", "Counter-evidence"),
                        ],
                        default="afterwards",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("filed_at", models.DateTimeField(verbose_name="filed")),
                ("begins_at", models.DateTimeField(verbose_name="down from")),
                ("ends_at", models.DateTimeField(verbose_name="down until")),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ["-filed_at"],
            },
        ),
        migrations.CreateModel(
            name="ClaimDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("accepted", models.BooleanField()),
                ("begins_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(verbose_name="reason")),
            ],
            options={
                "verbose_name": "decision on a claim",
                "verbose_name_plural": "decisions on claims",
                "ordering": ["claim", "number"],
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("availability", "availability below the guarantee"),
                            ("negligence", "negligence"),
                        ],
                        default="availability",
                        max_length=12,
                        verbose_name="ground",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                (
                    "monthly_sum",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=10,
                        null=True,
                        verbose_name="monthly fee",
                    ),
                ),
                ("lines", models.JSONField(default=list)),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, verbose_name="credit of the month"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, verbose_name="proposed amount"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("changed", "approved with another amount"),
                            ("refused", "refused"),
                            ("replaced", "replaced"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "granted",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=10,
                        null=True,
                        verbose_name="granted",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "billed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="given to billing"),
                ),
            ],
            options={
                "verbose_name": "credit",
                "verbose_name_plural": "credits",
                "ordering": ["-month", "contract", "number"],
            },
        ),
        migrations.CreateModel(
            name="Maintenance",
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
                            ("planned", "planned"),
                            ("emergency", "emergency"),
                            ("supplier", "a supplier's"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("nature", models.CharField(max_length=200, verbose_name="nature of the work")),
                ("cause", models.CharField(blank=True, max_length=400, verbose_name="cause")),
                ("work", models.TextField(blank=True, verbose_name="work to be done")),
                ("begins_at", models.DateTimeField(verbose_name="begins")),
                (
                    "ends_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expected to end"),
                ),
                (
                    "expected_minutes",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="expected unavailability (minutes)"
                    ),
                ),
                (
                    "announced_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="announced"),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="cancelled"),
                ),
            ],
            options={
                "verbose_name": "maintenance",
                "verbose_name_plural": "maintenance",
                "ordering": ["-begins_at"],
            },
        ),
        migrations.CreateModel(
            name="MaintenanceEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("announced", "Announced"),
                            ("changed", "Changed"),
                            ("started", "Started"),
                            ("finished", "Finished"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "event of maintenance",
                "verbose_name_plural": "events of maintenance",
                "ordering": ["maintenance", "version"],
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("reported_at", models.DateTimeField(null=True, verbose_name="reported")),
                ("detected_at", models.DateTimeField(null=True, verbose_name="detected")),
                ("down_since", models.DateTimeField(null=True, verbose_name="down since")),
                ("accepted_from", models.DateTimeField(null=True, verbose_name="accepted from")),
                ("restored_at", models.DateTimeField(null=True, verbose_name="restored")),
                ("cause", models.CharField(blank=True, max_length=60, verbose_name="cause")),
                ("withdrawn", models.BooleanField(default=False, verbose_name="withdrawn")),
                (
                    "first_known_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Least(
                            "reported_at", "detected_at", "down_since", "accepted_from"
                        ),
                        output_field=models.DateTimeField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "outage",
                "verbose_name_plural": "outages",
                "ordering": ["-first_known_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OutageEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reported", "Reported by a customer"),
                            ("detected", "Detected by us"),
                            ("accepted", "Accepted afterwards"),
                            ("restored", "Restored"),
                            ("cause_set", "Cause set"),
                            ("corrected", "Times corrected"),
                            ("withdrawn", "Withdrawn"),
                            ("linked", "Put on a ticket"),
                            ("noted", "Note written"),
                        ],
                        max_length=12,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "event of an outage",
                "verbose_name_plural": "events of outages",
                "ordering": ["outage", "version"],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="a month (€)",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                (
                    "announced_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="announced"),
                ),
                ("told_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "rate",
                "verbose_name_plural": "rates",
                "ordering": ["contract", "service", "from_on"],
            },
        ),
        migrations.CreateModel(
            name="ServiceMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("length", models.DurationField()),
                ("unavailable", models.DurationField()),
                ("guarantee_met", models.BooleanField()),
                ("credit_percent", models.PositiveSmallIntegerField()),
                ("told", models.JSONField(default=dict)),
                ("settled", models.BooleanField(default=True)),
                ("judged_at", models.DateTimeField()),
                ("stale_since", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "month of a service",
                "verbose_name_plural": "months of services",
                "ordering": ["-month", "service"],
            },
        ),
        migrations.RemoveField(
            model_name="service",
            name="organisation",
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(
                fields=("agreement", "contract", "name"),
                name="service_named_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("starts_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="service_ends_after_it_begins",
                violation_error_message="A service can't end before it begins.",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="claims",
                to="tickets.contact",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="tickets.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="sla.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="ticket",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claim",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="claimdecision",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="claimdecision",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="sla.claim",
            ),
        ),
        migrations.AddField(
            model_name="credit",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="sla.contract",
                verbose_name="contract",
            ),
        ),
        migrations.AddField(
            model_name="credit",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="maintenance",
            name="services",
            field=models.ManyToManyField(
                related_name="maintenance", to="sla.service", verbose_name="services"
            ),
        ),
        migrations.AddField(
            model_name="maintenanceevent",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="maintenanceevent",
            name="maintenance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="sla.maintenance",
            ),
        ),
        migrations.AddField(
            model_name="outage",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outages",
                to="sla.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="outage",
            name="ticket",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outages",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="claimdecision",
            name="outage",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accepted_claims",
                to="sla.outage",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="outage",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contested",
                to="sla.outage",
            ),
        ),
        migrations.AddField(
            model_name="outageevent",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outageevent",
            name="outage",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="sla.outage"
            ),
        ),
        migrations.AddField(
            model_name="rate",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rates", to="sla.contract"
            ),
        ),
        migrations.AddField(
            model_name="rate",
            name="service",
            field=models.ForeignKey(
                blank=True,
                help_text="Only for a service that is paid apart; empty: of the contract.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rates",
                to="sla.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="servicemonth",
            name="edition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.edition"
            ),
        ),
        migrations.AddField(
            model_name="servicemonth",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="months", to="sla.service"
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.UniqueConstraint(
                fields=("contract", "month", "number"), name="credit_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("contract", "month", "ground"),
                name="credit_proposed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="credit_month_is_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0)), name="credit_is_not_below_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("monthly_sum", None), ("total__lte", models.F("monthly_sum")), _connector="OR"
                ),
                name="credit_is_no_more_than_the_fee",
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at", None),
                        ("granted", None),
                        ("state__in", ("proposed", "replaced")),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("granted__isnull", False),
                        ("state__in", ("approved", "changed")),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("granted", None),
                        ("state", "refused"),
                    ),
                    _connector="OR",
                ),
                name="credit_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("changed", "refused")), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="credit_decision_has_a_reason",
                violation_error_message="Say why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="credit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ground", "availability"),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="negligence_has_a_reason",
                violation_error_message="Say why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at", None), ("ends_at__gt", models.F("begins_at")), _connector="OR"
                ),
                name="maintenance_ends_after_it_begins",
                violation_error_message="Maintenance can't end before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None),
                    models.Q(
                        ("finished_at__gte", models.F("started_at")), ("started_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="maintenance_finishes_after_it_starts",
                violation_error_message="Maintenance can't end before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_at", None),
                    ("kind", "emergency"),
                    models.Q(("ends_at__isnull", False), models.Q(("nature", ""), _negated=True)),
                    _connector="OR",
                ),
                name="maintenance_announced_whole",
                violation_error_message="Say what is done, when it begins, how long it takes and how long it is down.",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_at", None),
                    models.Q(("kind", "planned"), _negated=True),
                    ("expected_minutes__isnull", False),
                    _connector="OR",
                ),
                name="planned_maintenance_says_how_long_down",
                violation_error_message="Say how many minutes it is expected to be down.",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_at", None),
                    models.Q(("kind", "emergency"), _negated=True),
                    models.Q(
                        models.Q(("cause", ""), _negated=True),
                        models.Q(("work", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="emergency_maintenance_says_why",
                violation_error_message="Say what the cause is, and which work is done.",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenanceevent",
            constraint=models.UniqueConstraint(
                fields=("maintenance", "version"), name="maintenance_version_once"
            ),
        ),
        migrations.AddIndex(
            model_name="outage",
            index=models.Index(fields=["service", "first_known_at"], name="outage_of_service"),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("restored_at", None), ("withdrawn", False)),
                fields=("service",),
                name="outage_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reported_at__isnull", False),
                    ("detected_at__isnull", False),
                    ("accepted_from__isnull", False),
                    _connector="OR",
                ),
                name="outage_has_a_begin",
                violation_error_message="Say when the outage was reported or detected.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("restored_at", None),
                    models.Q(
                        ("accepted_from__isnull", False),
                        ("restored_at__gte", models.F("accepted_from")),
                    ),
                    models.Q(
                        ("accepted_from", None),
                        (
                            "restored_at__gte",
                            django.db.models.functions.comparison.Greatest(
                                django.db.models.functions.comparison.Least(
                                    "reported_at", "detected_at"
                                ),
                                "down_since",
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="outage_ends_after_it_begins",
                violation_error_message="An outage can't end before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimdecision",
            constraint=models.UniqueConstraint(
                fields=("claim", "number"), name="claim_decision_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="claim_decision_has_a_reason",
                violation_error_message="Say why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted", False), ("outage", None)),
                    models.Q(
                        ("accepted", True),
                        ("begins_at__isnull", False),
                        ("ends_at__gt", models.F("begins_at")),
                        ("ends_at__isnull", False),
                        ("outage__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="claim_decision_makes_sense",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("begins_at"))),
                name="claim_ends_after_it_begins",
                violation_error_message="An outage can't end before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__lte", models.F("filed_at"))),
                name="claim_is_of_the_past",
                violation_error_message="A claim is about what is over.",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "afterwards"), ("outage__isnull", False), _connector="OR"
                ),
                name="counter_evidence_is_about_an_outage",
                violation_error_message="Say which outage it is about.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outageevent",
            constraint=models.UniqueConstraint(
                fields=("outage", "version"), name="outage_version_once"
            ),
        ),
        migrations.AddIndex(
            model_name="rate",
            index=models.Index(
                condition=models.Q(("told_at", None)), fields=["announced_at"], name="rate_untold"
            ),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.UniqueConstraint(
                fields=("contract", "service", "from_on"),
                name="rate_day_once",
                nulls_distinct=False,
                violation_error_message="There is a rate from this day already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)),
                name="rate_is_not_below_nothing",
                violation_error_message="A fee can't be below nothing.",
            ),
        ),
        migrations.AddIndex(
            model_name="servicemonth",
            index=models.Index(
                condition=models.Q(
                    ("stale_since__isnull", False), ("settled", False), _connector="OR"
                ),
                fields=["stale_since"],
                name="service_month_stale",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicemonth",
            constraint=models.UniqueConstraint(
                fields=("service", "month"), name="service_month_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicemonth",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="service_month_is_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicemonth",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unavailable__gte", datetime.timedelta(0)),
                    ("unavailable__lte", models.F("length")),
                    ("length__gt", datetime.timedelta(0)),
                ),
                name="service_month_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicemonth",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_percent__lte", 100)),
                name="service_month_credit_is_a_share",
            ),
        ),
    ]

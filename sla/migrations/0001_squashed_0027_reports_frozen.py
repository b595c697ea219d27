"""The tables of agreements and clocks, and what guards them (guards.sql)."""

from django.conf import settings
from django.db import migrations, models
from pathlib import Path
from tickets.create_models import CreateModels
import datetime
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.utils.timezone
import tickets.addresses
import uuid


def begin(apps, _schema_editor):
    """Managers approve reports until somebody says otherwise."""
    apps.get_model("sla", "ReportRule").objects.create(pk=1)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("sla", "0001_initial"),
        ("sla", "0002_whole_clock"),
        ("sla", "0003_what_was_known"),
        ("sla", "0004_announced_is_fixed"),
        ("sla", "0005_audit_runs"),
        ("sla", "0006_next_due"),
        ("sla", "0007_services"),
        ("sla", "0008_escalation_to_leads"),
        ("sla", "0009_merged_promises"),
        ("sla", "0010_touches"),
        ("sla", "0011_letters_look"),
        ("sla", "0012_targets_as_contracts_write_them"),
        ("sla", "0013_unjudged_reports"),
        ("sla", "0014_alerts_taken_back"),
        ("sla", "0015_addresses_in_ascii"),
        ("sla", "0016_contract_as_record"),
        ("sla", "0017_services_of_contracts"),
        ("sla", "0018_outages_months_credits"),
        ("sla", "0019_only_added"),
        ("sla", "0020_credits_due"),
        ("sla", "0021_checks_and_backups"),
        ("sla", "0022_backups_made_at"),
        ("sla", "0023_updates_of_outages"),
        ("sla", "0024_releases_bring_maintenance"),
        ("sla", "0025_month_tallies"),
        ("sla", "0026_monthly_reports"),
        ("sla", "0027_reports_frozen"),
    ]

    dependencies = [
        ("tickets", "0001_squashed_0020_contact_sees_reports"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Calendar",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        (
                            "zone",
                            models.CharField(
                                default="Europe/Amsterdam", max_length=64, verbose_name="time zone"
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                help_text="Whose public holidays are closed, such as NL. Empty: none.",
                                max_length=2,
                                verbose_name="country",
                            ),
                        ),
                        (
                            "liberation_day",
                            models.CharField(
                                choices=[
                                    ("lustrum", "in lustrum years (2025, 2030, …)"),
                                    ("always", "every year"),
                                    ("never", "never"),
                                ],
                                default="lustrum",
                                max_length=8,
                                verbose_name="Liberation Day",
                            ),
                        ),
                        (
                            "good_friday",
                            models.BooleanField(default=True, verbose_name="closed on Good Friday"),
                        ),
                        (
                            "changed_at",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                    ],
                    options={
                        "verbose_name": "calendar",
                        "verbose_name_plural": "calendars",
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="OpeningBlock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="blocks",
                                to="sla.calendar",
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                verbose_name="weekday",
                            ),
                        ),
                        (
                            "opens",
                            models.CharField(
                                max_length=5,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$",
                                        "Enter a time from 00:00 to 24:00.",
                                    )
                                ],
                                verbose_name="opens",
                            ),
                        ),
                        (
                            "closes",
                            models.CharField(
                                max_length=5,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$",
                                        "Enter a time from 00:00 to 24:00.",
                                    )
                                ],
                                verbose_name="closes",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "opening block",
                        "verbose_name_plural": "opening blocks",
                        "ordering": ["weekday", "opens"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("opens__lt", models.F("closes"))),
                                name="block_ends_after_it_begins",
                                violation_error_message="The block must end after it begins.",
                            ),
                            models.UniqueConstraint(
                                fields=("calendar", "weekday", "opens"), name="block_begins_once"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="sla.calendar",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "opens",
                            models.CharField(
                                blank=True,
                                max_length=5,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$",
                                        "Enter a time from 00:00 to 24:00.",
                                    )
                                ],
                                verbose_name="opens",
                            ),
                        ),
                        (
                            "closes",
                            models.CharField(
                                blank=True,
                                max_length=5,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$",
                                        "Enter a time from 00:00 to 24:00.",
                                    )
                                ],
                                verbose_name="closes",
                            ),
                        ),
                        (
                            "is_holiday",
                            models.BooleanField(
                                default=False, editable=False, verbose_name="public holiday"
                            ),
                        ),
                        (
                            "known_from",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="withdrawn"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "special day",
                        "verbose_name_plural": "special days",
                        "ordering": ["day"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                fields=("calendar", "day"),
                                name="calendar_day_once",
                                violation_error_message="This day is already in the calendar.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closes", ""), ("opens", "")),
                                    models.Q(
                                        models.Q(("opens", ""), _negated=True),
                                        ("opens__lt", models.F("closes")),
                                    ),
                                    _connector="OR",
                                ),
                                name="day_closed_or_with_hours",
                                violation_error_message="Leave both times empty for a closed day.",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Agreement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("key", models.SlugField(unique=True, verbose_name="key")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("provider", models.CharField(max_length=120, verbose_name="provider")),
                        (
                            "phone",
                            models.CharField(
                                blank=True, max_length=32, verbose_name="helpdesk number"
                            ),
                        ),
                        (
                            "email",
                            tickets.addresses.AddressField(
                                blank=True, max_length=254, verbose_name="helpdesk address"
                            ),
                        ),
                        (
                            "colour",
                            models.CharField(
                                blank=True,
                                help_text="Of the provider, in letters; as #21468b.",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}$", "Write it as #21468b."
                                    )
                                ],
                                verbose_name="colour",
                            ),
                        ),
                        (
                            "logo",
                            models.BinaryField(
                                blank=True, default=bytes, max_length=60000, verbose_name="logo"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "agreement",
                        "verbose_name_plural": "agreements",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("colour", ""),
                                    ("colour__regex", "^#[0-9a-fA-F]{6}$"),
                                    _connector="OR",
                                ),
                                name="agreement_colour_is_one",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Edition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="sla.agreement",
                                verbose_name="agreement",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="edition")),
                        ("in_force_on", models.DateField(verbose_name="in force from")),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to="sla.calendar",
                                verbose_name="calendar",
                            ),
                        ),
                        (
                            "terms",
                            models.JSONField(
                                default=dict,
                                help_text="Clauses, notice, availability, and the words for the priorities.",
                                verbose_name="other terms",
                            ),
                        ),
                        (
                            "announced_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="announced"
                            ),
                        ),
                        ("told_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "edition",
                        "verbose_name_plural": "editions",
                        "ordering": ["agreement", "in_force_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agreement", "number"), name="edition_number_once"
                            ),
                            models.UniqueConstraint(
                                fields=("agreement", "in_force_on"), name="edition_date_once"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Target",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="sla.edition",
                            ),
                        ),
                        ("key", models.SlugField(verbose_name="key")),
                        (
                            "promise",
                            models.CharField(
                                choices=[
                                    ("reaction", "Reaction"),
                                    ("next_response", "Next response"),
                                    ("resolution", "Solution"),
                                ],
                                max_length=16,
                                verbose_name="promise",
                            ),
                        ),
                        ("clause", models.CharField(max_length=120, verbose_name="clause")),
                        (
                            "words",
                            models.JSONField(
                                default=dict, help_text="By language.", verbose_name="in short"
                            ),
                        ),
                        (
                            "ticket_kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("incident", "Incident"),
                                        ("question", "Question"),
                                        ("wish", "Wish"),
                                        ("setting", "Setting"),
                                        ("support", "Support request"),
                                    ],
                                    max_length=12,
                                ),
                                size=None,
                                verbose_name="kinds of ticket",
                            ),
                        ),
                        (
                            "priorities",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("hoog", "High"),
                                        ("middel", "Medium"),
                                        ("laag", "Low"),
                                    ],
                                    max_length=8,
                                ),
                                blank=True,
                                default=list,
                                help_text="Empty: any, also none.",
                                size=None,
                                verbose_name="priorities",
                            ),
                        ),
                        (
                            "measure",
                            models.CharField(
                                choices=[
                                    ("work", "working hours"),
                                    ("days", "working days"),
                                    ("day_end", "the end of the n-th working day"),
                                    ("release", "the next release"),
                                    ("planning", "must be planned, no date"),
                                ],
                                default="work",
                                max_length=10,
                                verbose_name="measured by",
                            ),
                        ),
                        (
                            "hours",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="None: at once.",
                                max_digits=7,
                                verbose_name="working hours",
                            ),
                        ),
                        (
                            "days",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="A working day is as long as those of the calendar.",
                                max_digits=6,
                                verbose_name="how many working days",
                            ),
                        ),
                        (
                            "channels",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("phone", "Phone"),
                                        ("email", "E-mail"),
                                        ("web", "Web form"),
                                        ("widget", "Widget"),
                                        ("api", "API"),
                                        ("monitor", "Monitoring"),
                                    ],
                                    max_length=8,
                                ),
                                blank=True,
                                default=list,
                                help_text="Empty: any.",
                                size=None,
                                verbose_name="channels",
                            ),
                        ),
                        (
                            "strength",
                            models.CharField(
                                blank=True,
                                choices=[("guarantee", "a guarantee"), ("effort", "an effort")],
                                help_text="An effort is measured and reported like a guarantee.",
                                max_length=10,
                                verbose_name="promised as",
                            ),
                        ),
                        (
                            "phone_required",
                            models.BooleanField(default=False, verbose_name="binds only by phone"),
                        ),
                        (
                            "pauses_while_waiting",
                            models.BooleanField(default=False, verbose_name="pauses while waiting"),
                        ),
                        (
                            "from_change",
                            models.BooleanField(
                                default=False,
                                help_text="From the last change of kind or priority instead of from the report.",
                                verbose_name="counts from a change",
                            ),
                        ),
                        (
                            "warnings",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                default=list,
                                help_text="Percentages of the working time, such as 50,80.",
                                size=None,
                                verbose_name="warn at %",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "target",
                        "verbose_name_plural": "targets",
                        "ordering": ["edition", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("edition", "key"), name="target_key_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hours__gte", 0)), name="target_hours_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("days__gte", 0)), name="target_days_positive"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="EscalationStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="escalation",
                                to="sla.edition",
                            ),
                        ),
                        (
                            "share",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="Share of the working time; 100 is the deadline.",
                                verbose_name="at %",
                            ),
                        ),
                        (
                            "after_hours",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                help_text="Working hours after the deadline (with 100 %).",
                                max_digits=6,
                                verbose_name="hours after",
                            ),
                        ),
                        (
                            "to",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("assignee", "who has the ticket"),
                                        ("team", "the team"),
                                        ("fixed_contact", "the fixed contact"),
                                        ("leads", "who leads the team"),
                                        ("managers", "the managers"),
                                    ],
                                    max_length=16,
                                ),
                                size=None,
                                verbose_name="to",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "escalation step",
                        "verbose_name_plural": "escalation steps",
                        "ordering": ["edition", "share", "after_hours"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("edition", "share", "after_hours"),
                                name="escalation_step_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("share__gte", 1),
                                    ("share__lte", 100),
                                    ("after_hours__gte", 0),
                                    models.Q(("share", 100), ("after_hours", 0), _connector="OR"),
                                ),
                                name="escalation_step_makes_sense",
                                violation_error_message="A share is 1 to 100 %; hours after the deadline go with 100 %.",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Alert",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="alerts",
                                to="tickets.ticket",
                            ),
                        ),
                        ("target_key", models.CharField(max_length=50)),
                        (
                            "promise",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("reaction", "Reaction"),
                                    ("next_response", "Next response"),
                                    ("resolution", "Solution"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("clause", models.CharField(blank=True, max_length=120)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("warning", "Deadline is near"),
                                    ("breach", "Deadline missed"),
                                    ("overdue", "Still not done"),
                                    ("no_release", "No release planned"),
                                    ("moved", "Deadline moved"),
                                    ("unjudged", "Nobody has judged it yet"),
                                    ("taken_back", "Told too early, and taken back"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("share", models.PositiveSmallIntegerField(default=0)),
                        ("after", models.PositiveIntegerField(default=0)),
                        ("started_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("due_before", models.DateTimeField(null=True)),
                        ("causes", models.JSONField(default=list)),
                        ("at", models.DateTimeField()),
                        ("noticed_at", models.DateTimeField()),
                        ("tell_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("told_at", models.DateTimeField(null=True)),
                        ("taken_back_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "alert",
                        "verbose_name_plural": "alerts",
                        "ordering": ["-at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("told_at", None)),
                                fields=["tell_at"],
                                name="alert_untold",
                            ),
                            models.Index(fields=["at"], name="alert_at"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("kind__in", ["moved", "taken_back"]), _negated=True),
                                    ("taken_back_at", None),
                                ),
                                fields=(
                                    "ticket",
                                    "target_key",
                                    "started_at",
                                    "kind",
                                    "share",
                                    "after",
                                ),
                                name="alert_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("ran_at", models.DateTimeField(verbose_name="ran")),
                        ("tickets", models.PositiveIntegerField(verbose_name="tickets")),
                        ("differences", models.PositiveIntegerField(verbose_name="differences")),
                        ("said", models.TextField(blank=True)),
                        ("told_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "audit",
                        "verbose_name_plural": "audits",
                        "ordering": ["-ran_at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Contract",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="tickets.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="sla.agreement",
                                verbose_name="agreement",
                            ),
                        ),
                        (
                            "number",
                            models.CharField(
                                blank=True,
                                help_text="As on the bill.",
                                max_length=40,
                                verbose_name="contract number",
                            ),
                        ),
                        (
                            "for_reports",
                            models.BooleanField(
                                default=True,
                                help_text="Of an organisation's contracts in force, one is.",
                                verbose_name="reports come under it",
                            ),
                        ),
                        ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                        (
                            "period_months",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="At each renewal. Empty: it is not renewed by periods.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="goes on for (months)",
                            ),
                        ),
                        (
                            "renews_on",
                            models.DateField(
                                blank=True,
                                help_text="Empty: one period after its start.",
                                null=True,
                                verbose_name="first renewal",
                            ),
                        ),
                        (
                            "ends_on",
                            models.DateField(blank=True, null=True, verbose_name="last day"),
                        ),
                        (
                            "waived_from",
                            models.DateField(
                                blank=True,
                                help_text="From this day reports of Hoog and Middel bind by whatever channel. Mind: Hoog is then “at once” by e-mail too.",
                                null=True,
                                verbose_name="phone rule waived from",
                            ),
                        ),
                        (
                            "waived_until",
                            models.DateField(blank=True, null=True, verbose_name="waived until"),
                        ),
                        (
                            "waiver_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="reason of the waiver"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract",
                        "verbose_name_plural": "contracts",
                        "ordering": ["organisation", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("waived_from", None),
                                    models.Q(("waiver_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="waiver_has_a_reason",
                                violation_error_message="A waiver needs its reason.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("waived_until", None),
                                    ("waived_until__gte", models.F("waived_from")),
                                    _connector="OR",
                                ),
                                name="waiver_ends_after_it_begins",
                                violation_error_message="A waiver can't end before it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("starts_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="contract_ends_after_it_begins",
                                violation_error_message="A contract can't end before it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("renews_on", None),
                                    models.Q(
                                        ("starts_on__lt", models.F("renews_on")),
                                        ("period_months__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="contract_renews_after_it_begins",
                                violation_error_message="A first renewal comes after the start, and needs to know for how long.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("period_months", None),
                                    ("period_months__gte", 1),
                                    _connector="OR",
                                ),
                                name="contract_period_is_one",
                                violation_error_message="A contract goes on for at least a month.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ends_on", None), ("for_reports", True)),
                                fields=("organisation",),
                                name="contract_for_reports_once",
                                violation_error_message="Reports of this organisation come under another contract already.",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Rate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rates",
                                to="sla.contract",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                help_text="Only for a service that is paid apart; empty: of the contract.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rates",
                                to="sla.service",
                                verbose_name="service",
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
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="announced"
                            ),
                        ),
                        ("told_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "rate",
                        "verbose_name_plural": "rates",
                        "ordering": ["contract", "service", "from_on"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("told_at", None)),
                                fields=["announced_at"],
                                name="rate_untold",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("contract", "service", "from_on"),
                                name="rate_day_once",
                                nulls_distinct=False,
                                violation_error_message="There is a rate from this day already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)),
                                name="rate_is_not_below_nothing",
                                violation_error_message="A fee can't be below nothing.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Service",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
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
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                help_text="Leave it empty if all customers under this agreement share it.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="services",
                                to="sla.contract",
                                verbose_name="contract",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("url", models.URLField(blank=True, verbose_name="address")),
                        (
                            "starts_on",
                            models.DateField(
                                blank=True,
                                help_text="Empty: since always.",
                                null=True,
                                verbose_name="provided from",
                            ),
                        ),
                        (
                            "ends_on",
                            models.DateField(blank=True, null=True, verbose_name="last day"),
                        ),
                    ],
                    options={
                        "verbose_name": "service",
                        "verbose_name_plural": "services",
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agreement", "contract", "name"),
                                name="service_named_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("starts_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="service_ends_after_it_begins",
                                violation_error_message="A service can't end before it begins.",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Outage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outages",
                                to="sla.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outages",
                                to="tickets.ticket",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("reported_at", models.DateTimeField(null=True, verbose_name="reported")),
                        ("detected_at", models.DateTimeField(null=True, verbose_name="detected")),
                        ("down_since", models.DateTimeField(null=True, verbose_name="down since")),
                        (
                            "accepted_from",
                            models.DateTimeField(null=True, verbose_name="accepted from"),
                        ),
                        ("restored_at", models.DateTimeField(null=True, verbose_name="restored")),
                        (
                            "cause",
                            models.CharField(blank=True, max_length=60, verbose_name="cause"),
                        ),
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
                        "indexes": [
                            models.Index(
                                fields=["service", "first_known_at"], name="outage_of_service"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("restored_at", None), ("withdrawn", False)),
                                fields=("service",),
                                name="outage_open_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reported_at__isnull", False),
                                    ("detected_at__isnull", False),
                                    ("accepted_from__isnull", False),
                                    _connector="OR",
                                ),
                                name="outage_has_a_begin",
                                violation_error_message="Say when the outage was reported or detected.",
                            ),
                            models.CheckConstraint(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutageEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "outage",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="sla.outage",
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
                                    ("updated", "Update told"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("data", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "event of an outage",
                        "verbose_name_plural": "events of outages",
                        "ordering": ["outage", "version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("outage", "version"), name="outage_version_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Claim",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="sla.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="tickets.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="claims",
                                to="tickets.contact",
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claim",
                                to="tickets.ticket",
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
                        (
                            "outage",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contested",
                                to="sla.outage",
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("begins_at"))),
                                name="claim_ends_after_it_begins",
                                violation_error_message="An outage can't end before it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__lte", models.F("filed_at"))),
                                name="claim_is_of_the_past",
                                violation_error_message="A claim is about what is over.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "afterwards"),
                                    ("outage__isnull", False),
                                    _connector="OR",
                                ),
                                name="counter_evidence_is_about_an_outage",
                                violation_error_message="Say which outage it is about.",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "claim",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="sla.claim",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("accepted", models.BooleanField()),
                        ("begins_at", models.DateTimeField(null=True)),
                        ("ends_at", models.DateTimeField(null=True)),
                        (
                            "outage",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="accepted_claims",
                                to="sla.outage",
                            ),
                        ),
                        ("reason", models.TextField(verbose_name="reason")),
                    ],
                    options={
                        "verbose_name": "decision on a claim",
                        "verbose_name_plural": "decisions on claims",
                        "ordering": ["claim", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("claim", "number"), name="claim_decision_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="claim_decision_has_a_reason",
                                violation_error_message="Say why.",
                            ),
                            models.CheckConstraint(
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
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Check",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checks",
                                to="sla.service",
                                verbose_name="service",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("http", "Website (HTTP)"),
                                    ("tcp", "Port (TCP)"),
                                    ("dns", "Name (DNS)"),
                                    ("heartbeat", "Heartbeat: it calls us"),
                                ],
                                default="http",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "targets",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=500),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="addresses",
                            ),
                        ),
                        (
                            "interval_seconds",
                            models.PositiveIntegerField(
                                default=60,
                                validators=[
                                    django.core.validators.MinValueValidator(30),
                                    django.core.validators.MaxValueValidator(86400),
                                ],
                                verbose_name="every (seconds)",
                            ),
                        ),
                        (
                            "timeout_seconds",
                            models.PositiveSmallIntegerField(
                                default=10,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(30),
                                ],
                                verbose_name="answers within (seconds)",
                            ),
                        ),
                        (
                            "failures_needed",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="So many before it is an outage, which then began with the first.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(20),
                                ],
                                verbose_name="failures in a row",
                            ),
                        ),
                        (
                            "expected_status",
                            models.PositiveSmallIntegerField(
                                default=200,
                                validators=[
                                    django.core.validators.MinValueValidator(100),
                                    django.core.validators.MaxValueValidator(599),
                                ],
                                verbose_name="status",
                            ),
                        ),
                        (
                            "expected_text",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="text in the answer"
                            ),
                        ),
                        (
                            "certificate_days",
                            models.PositiveSmallIntegerField(
                                default=14, verbose_name="warn of the certificate (days before)"
                            ),
                        ),
                        (
                            "dns_name",
                            models.CharField(
                                blank=True, max_length=253, verbose_name="name that is asked"
                            ),
                        ),
                        (
                            "dns_type",
                            models.CharField(
                                choices=[
                                    ("A", "A"),
                                    ("AAAA", "Aaaa"),
                                    ("CNAME", "Cname"),
                                    ("MX", "Mx"),
                                    ("NS", "Ns"),
                                    ("SOA", "Soa"),
                                    ("TXT", "Txt"),
                                ],
                                default="A",
                                max_length=5,
                                verbose_name="type of record",
                            ),
                        ),
                        (
                            "grace_seconds",
                            models.PositiveIntegerField(
                                default=60,
                                validators=[django.core.validators.MaxValueValidator(86400)],
                                verbose_name="may be late by (seconds)",
                            ),
                        ),
                        (
                            "ping_key",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "made_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now,
                                editable=False,
                                verbose_name="made",
                            ),
                        ),
                        ("due_at", models.DateTimeField(editable=False, null=True)),
                        ("leased_until", models.DateTimeField(editable=False, null=True)),
                        ("turn", models.PositiveBigIntegerField(default=0, editable=False)),
                        ("measured_at", models.DateTimeField(editable=False, null=True)),
                        ("next_by", models.DateTimeField(editable=False, null=True)),
                        ("failures", models.PositiveIntegerField(default=0, editable=False)),
                        ("failing_since", models.DateTimeField(editable=False, null=True)),
                        ("good_since", models.DateTimeField(editable=False, null=True)),
                        (
                            "fault",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "in order"),
                                    ("refused", "this address is refused"),
                                    ("no-name", "there is no such name"),
                                    ("silent", "no answer in time"),
                                    ("unreachable", "no connection, or no whole answer"),
                                    ("certificate", "the certificate is not valid"),
                                    ("status", "another status than expected"),
                                    ("text", "the expected text is not there"),
                                    ("record", "not the expected record"),
                                    ("missed", "it did not call in time"),
                                    ("called", "it called that it failed"),
                                ],
                                editable=False,
                                max_length=12,
                            ),
                        ),
                        ("said", models.CharField(blank=True, editable=False, max_length=300)),
                        ("certificate_ends_at", models.DateTimeField(editable=False, null=True)),
                        ("quiet", models.BooleanField(default=False, editable=False)),
                        (
                            "outage",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checks",
                                to="sla.outage",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "check",
                        "verbose_name_plural": "checks",
                        "ordering": ["service__name", "name", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("active", True)),
                                fields=["due_at"],
                                name="check_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("service", "name"),
                                name="check_named_once",
                                violation_error_message="This service has a check of that name already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("interval_seconds__gte", 30), ("interval_seconds__lte", 86400)
                                ),
                                name="check_interval",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("failures_needed__gte", 1)),
                                name="check_counts_after_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("timeout_seconds__gte", 1), ("timeout_seconds__lte", 30)
                                ),
                                name="check_timeout",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "heartbeat"), ("targets", [])),
                                    ("targets__len__range", (1, 10)),
                                    _connector="OR",
                                ),
                                name="check_has_addresses",
                                violation_error_message="Name one to ten addresses to ask.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "dns"), _negated=True),
                                    models.Q(("dns_name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="check_asks_a_name",
                                violation_error_message="Say which name is asked.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("failing_since", None), ("failures", 0)),
                                    models.Q(
                                        ("failing_since__isnull", False), ("failures__gte", 1)
                                    ),
                                    _connector="OR",
                                ),
                                name="check_fails_since",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckResult",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "target_check",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="results",
                                to="sla.check",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                        ("next_by", models.DateTimeField()),
                        ("good", models.BooleanField()),
                        (
                            "fault",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "in order"),
                                    ("refused", "this address is refused"),
                                    ("no-name", "there is no such name"),
                                    ("silent", "no answer in time"),
                                    ("unreachable", "no connection, or no whole answer"),
                                    ("certificate", "the certificate is not valid"),
                                    ("status", "another status than expected"),
                                    ("text", "the expected text is not there"),
                                    ("record", "not the expected record"),
                                    ("missed", "it did not call in time"),
                                    ("called", "it called that it failed"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("said", models.CharField(blank=True, max_length=300)),
                        ("duration_ms", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "verbose_name": "result of a check",
                        "verbose_name_plural": "results of checks",
                        "ordering": ["-at", "-pk"],
                        "indexes": [models.Index(fields=["at"], name="check_result_old")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("target_check", "at"), name="check_result_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("next_by__gte", models.F("until")),
                                    ("until__gte", models.F("at")),
                                ),
                                name="check_result_spans",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("fault", ""), ("good", True)),
                                    models.Q(
                                        ("good", False), models.Q(("fault", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="check_result_fails_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckHour",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("good_seconds", models.PositiveIntegerField()),
                        ("failed_seconds", models.PositiveIntegerField()),
                        ("unmeasured_seconds", models.PositiveIntegerField()),
                        ("good", models.PositiveIntegerField()),
                        ("failed", models.PositiveIntegerField()),
                        (
                            "target_check",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hours",
                                to="sla.check",
                            ),
                        ),
                        ("hour", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "hour of a check",
                        "verbose_name_plural": "hours of checks",
                        "ordering": ["target_check", "-hour"],
                        "indexes": [models.Index(fields=["hour"], name="check_hour_old")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("target_check", "hour"), name="check_hour_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "good_seconds",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.Value(3600), "-", models.F("failed_seconds")
                                            ),
                                            "-",
                                            models.F("unmeasured_seconds"),
                                        ),
                                    )
                                ),
                                name="check_hour_is_an_hour",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("good_seconds", models.PositiveIntegerField()),
                        ("failed_seconds", models.PositiveIntegerField()),
                        ("unmeasured_seconds", models.PositiveIntegerField()),
                        ("good", models.PositiveIntegerField()),
                        ("failed", models.PositiveIntegerField()),
                        (
                            "target_check",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="sla.check",
                            ),
                        ),
                        ("day", models.DateField()),
                    ],
                    options={
                        "verbose_name": "day of a check",
                        "verbose_name_plural": "days of checks",
                        "ordering": ["target_check", "-day"],
                        "indexes": [models.Index(fields=["day"], name="check_day_old")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("target_check", "day"), name="check_day_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckLook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("looked_at", models.DateTimeField(null=True)),
                        ("awake_since", models.DateTimeField(null=True)),
                        ("added_up_to", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "last look at checks",
                        "verbose_name_plural": "last look at checks",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pk", 1)), name="check_look_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="BackupJob",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="backups",
                                to="sla.service",
                                verbose_name="service",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "destination",
                            models.CharField(
                                help_text="Which other server keeps it.",
                                max_length=120,
                                verbose_name="goes to",
                            ),
                        ),
                        (
                            "every_hours",
                            models.PositiveSmallIntegerField(
                                default=24,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(744),
                                ],
                                verbose_name="every (hours)",
                            ),
                        ),
                        (
                            "grace_minutes",
                            models.PositiveSmallIntegerField(
                                default=90,
                                help_text="How much later we open an incident: for one that took longer than yesterday.",
                                validators=[django.core.validators.MaxValueValidator(1440)],
                                verbose_name="grace (minutes)",
                            ),
                        ),
                        (
                            "keep_days",
                            models.PositiveSmallIntegerField(
                                default=7,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="kept for (days)",
                            ),
                        ),
                        (
                            "ping_key",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "made_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now,
                                editable=False,
                                verbose_name="made",
                            ),
                        ),
                        (
                            "watched_from",
                            models.DateTimeField(editable=False, verbose_name="watched from"),
                        ),
                        ("last_good_at", models.DateTimeField(editable=False, null=True)),
                        ("last_started_at", models.DateTimeField(editable=False, null=True)),
                        ("last_failed_at", models.DateTimeField(editable=False, null=True)),
                        ("kept", models.PositiveIntegerField(editable=False, null=True)),
                        ("oldest_at", models.DateTimeField(editable=False, null=True)),
                        ("stated_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "trouble",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "in order"),
                                    ("failed", "failed"),
                                    ("missing", "missing"),
                                ],
                                default="",
                                editable=False,
                                max_length=8,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="backups",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "backup",
                        "verbose_name_plural": "backups",
                        "ordering": ["service__name", "name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("service", "name"),
                                name="backup_named_once",
                                violation_error_message="This service has a backup of that name already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("destination", ""), _negated=True),
                                name="backup_goes_somewhere",
                                violation_error_message="Say which other server keeps it.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("every_hours__gte", 1)),
                                name="backup_every_hour_most",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Ping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "backup",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pings",
                                to="sla.backupjob",
                            ),
                        ),
                        (
                            "heartbeat",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pings",
                                to="sla.check",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("success", "went well"),
                                    ("start", "began"),
                                    ("fail", "failed"),
                                    ("log", "said"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("exit_status", models.PositiveSmallIntegerField(null=True)),
                        ("run", models.UUIDField(null=True)),
                        ("duration_seconds", models.PositiveIntegerField(null=True)),
                        ("kept", models.PositiveIntegerField(null=True)),
                        ("oldest_at", models.DateTimeField(null=True)),
                        ("body", models.TextField(blank=True)),
                    ],
                    options={
                        "verbose_name": "call",
                        "verbose_name_plural": "calls",
                        "ordering": ["-at", "-pk"],
                        "indexes": [
                            models.Index(fields=["backup", "-at"], name="ping_of_backup"),
                            models.Index(fields=["heartbeat", "-at"], name="ping_of_heartbeat"),
                            models.Index(fields=["at"], name="ping_old"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("backup", None), ("heartbeat__isnull", False)),
                                    models.Q(("backup__isnull", False), ("heartbeat", None)),
                                    _connector="OR",
                                ),
                                name="ping_is_of_one_job",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseSchedule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "agreement",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="schedule",
                                to="sla.agreement",
                                verbose_name="agreement",
                            ),
                        ),
                        ("first_on", models.DateField(verbose_name="first release on")),
                        (
                            "at_time",
                            models.TimeField(
                                help_text="On the clock of the agreement's calendar.",
                                verbose_name="goes live at",
                            ),
                        ),
                        (
                            "every_weeks",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(26),
                                ],
                                verbose_name="every so many weeks",
                            ),
                        ),
                        (
                            "minutes_down",
                            models.PositiveSmallIntegerField(
                                db_default=2,
                                default=2,
                                help_text="So long each release takes the services down (2.A): 0 for not at all.",
                                validators=[django.core.validators.MaxValueValidator(120)],
                                verbose_name="minutes down",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "release schedule",
                        "verbose_name_plural": "release schedules",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Release",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to="sla.agreement",
                                verbose_name="agreement",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("planned_at", models.DateTimeField(verbose_name="goes live")),
                        ("is_hotfix", models.BooleanField(default=False, verbose_name="hotfix")),
                        (
                            "slot",
                            models.DateField(
                                editable=False, null=True, verbose_name="date by the schedule"
                            ),
                        ),
                        (
                            "known_from",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        (
                            "skipped_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="skipped"),
                        ),
                        (
                            "live_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="went live"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "release",
                        "verbose_name_plural": "releases",
                        "ordering": ["planned_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("skipped_at", None)),
                                fields=("agreement", "planned_at"),
                                name="release_moment_once",
                                violation_error_message="There is a release at that moment already.",
                            ),
                            models.UniqueConstraint(
                                fields=("agreement", "slot"), name="release_slot_once"
                            ),
                            models.UniqueConstraint(
                                fields=("agreement", "name"), name="release_name_once"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="moves",
                                to="sla.release",
                            ),
                        ),
                        ("moved_at", models.DateTimeField()),
                        ("planned_before", models.DateTimeField()),
                        ("planned_after", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "moved release",
                        "verbose_name_plural": "moved releases",
                        "ordering": ["moved_at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Coverage",
                    fields=[
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="coverage",
                                serialize=False,
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coverages",
                                to="sla.edition",
                            ),
                        ),
                        ("waived", models.BooleanField(default=False)),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("next_due_at", models.DateTimeField(null=True)),
                        ("judge_by", models.DateTimeField(null=True)),
                        ("would_owe", models.JSONField(default=list)),
                        ("judge_alarm_at", models.DateTimeField(null=True)),
                        (
                            "planned_for",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="planned",
                                to="sla.release",
                            ),
                        ),
                        ("stale_since", models.DateTimeField(null=True)),
                        ("stale_causes", models.JSONField(default=list)),
                    ],
                    options={
                        "verbose_name": "coverage",
                        "verbose_name_plural": "coverages",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("stale_since__isnull", False)),
                                fields=["stale_since"],
                                name="coverage_stale",
                            ),
                            models.Index(
                                condition=models.Q(("next_due_at__isnull", False)),
                                fields=["next_due_at", "ticket"],
                                name="coverage_next",
                            ),
                            models.Index(
                                condition=models.Q(("judge_by__isnull", False)),
                                fields=["judge_by", "ticket"],
                                name="coverage_unjudged",
                            ),
                            models.Index(
                                condition=models.Q(("judge_alarm_at__isnull", False)),
                                fields=["judge_alarm_at"],
                                name="coverage_judge_alarm",
                            ),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CoverageChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "coverage",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="sla.coverage",
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                        (
                            "edition_before",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.edition",
                            ),
                        ),
                        ("waived_before", models.BooleanField()),
                        ("cause", models.JSONField(default=dict)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of coverage",
                        "verbose_name_plural": "changes of coverage",
                        "ordering": ["changed_at", "pk"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Clock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clocks",
                                to="tickets.ticket",
                            ),
                        ),
                        ("target_key", models.CharField(max_length=50)),
                        ("turn", models.PositiveIntegerField(default=0)),
                        (
                            "promise",
                            models.CharField(
                                choices=[
                                    ("reaction", "Reaction"),
                                    ("next_response", "Next response"),
                                    ("resolution", "Solution"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("priority", models.CharField(blank=True, max_length=8)),
                        ("clause", models.CharField(max_length=120)),
                        ("binding", models.BooleanField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "running"),
                                    ("paused", "paused"),
                                    ("met", "kept"),
                                    ("breached", "missed"),
                                    ("cancelled", "lapsed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("met_at", models.DateTimeField(null=True)),
                        ("breached_at", models.DateTimeField(null=True)),
                        ("pauses_since_due", models.JSONField(default=list)),
                        (
                            "carried_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="carried",
                                to="tickets.ticket",
                            ),
                        ),
                        ("alarms", models.JSONField(default=list)),
                        ("next_alert_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "clock",
                        "verbose_name_plural": "clocks",
                        "ordering": ["due_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_alert_at__isnull", False)),
                                fields=["next_alert_at"],
                                name="clock_alarm",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("met_at", None),
                                    ("state__in", ["running", "paused", "breached"]),
                                ),
                                fields=["due_at"],
                                name="clock_next",
                            ),
                            models.Index(
                                condition=models.Q(("carried_by__isnull", False)),
                                fields=["carried_by"],
                                name="clock_carried",
                            ),
                            models.Index(fields=["started_at"], name="clock_started"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ticket", "target_key", "turn"), name="clock_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "breached"), _negated=True),
                                    models.Q(
                                        ("binding", True), ("breached_at", models.F("due_at"))
                                    ),
                                    _connector="OR",
                                ),
                                name="clock_breach_at_its_deadline",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Credit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credits",
                                to="sla.contract",
                                verbose_name="contract",
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
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="decided"),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        ("told_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "billed_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="given to billing"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "credit",
                        "verbose_name_plural": "credits",
                        "ordering": ["-month", "contract", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("contract", "month", "number"), name="credit_number_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "proposed")),
                                fields=("contract", "month", "ground"),
                                name="credit_proposed_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="credit_month_is_a_month",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("total__gte", 0)),
                                name="credit_is_not_below_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("monthly_sum", None),
                                    ("total__lte", models.F("monthly_sum")),
                                    _connector="OR",
                                ),
                                name="credit_is_no_more_than_the_fee",
                            ),
                            models.CheckConstraint(
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
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ("changed", "refused")), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="credit_decision_has_a_reason",
                                violation_error_message="Say why.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ground", "availability"),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="negligence_has_a_reason",
                                violation_error_message="Say why.",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="UpdateDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("what", models.CharField(max_length=200, verbose_name="update")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("silent", "at once, without telling customers"),
                                    ("at_once", "at once, and customers are told"),
                                    ("planned", "planned, and customers are told before"),
                                ],
                                max_length=8,
                                verbose_name="decision",
                            ),
                        ),
                        ("reason", models.TextField(max_length=2000, verbose_name="reason")),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="decided")),
                        (
                            "services",
                            models.ManyToManyField(
                                related_name="updates", to="sla.service", verbose_name="services"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "decision on an update",
                        "verbose_name_plural": "decisions on updates",
                        "ordering": ["-at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("what", ""), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                name="update_decision_says_why",
                                violation_error_message="Say why.",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Maintenance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        (
                            "nature",
                            models.CharField(max_length=200, verbose_name="nature of the work"),
                        ),
                        (
                            "cause",
                            models.CharField(blank=True, max_length=400, verbose_name="cause"),
                        ),
                        ("work", models.TextField(blank=True, verbose_name="work to be done")),
                        ("begins_at", models.DateTimeField(verbose_name="begins")),
                        (
                            "ends_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="expected to end"
                            ),
                        ),
                        (
                            "expected_minutes",
                            models.PositiveIntegerField(
                                blank=True,
                                null=True,
                                verbose_name="expected unavailability (minutes)",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="maintenance",
                                to="sla.release",
                                verbose_name="release",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="maintenance",
                                to="sla.updatedecision",
                                verbose_name="decision on an update",
                            ),
                        ),
                        (
                            "announced_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="announced"),
                        ),
                        (
                            "started_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="started"),
                        ),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                        ),
                        (
                            "cancelled_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="cancelled"),
                        ),
                        ("told_version", models.PositiveIntegerField(default=0, editable=False)),
                        ("over_told_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "services",
                            models.ManyToManyField(
                                related_name="maintenance",
                                to="sla.service",
                                verbose_name="services",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "maintenance",
                        "verbose_name_plural": "maintenance",
                        "ordering": ["-begins_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cancelled_at", None)),
                                fields=("release",),
                                name="maintenance_of_release_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_at", None),
                                    ("ends_at__gt", models.F("begins_at")),
                                    _connector="OR",
                                ),
                                name="maintenance_ends_after_it_begins",
                                violation_error_message="Maintenance can't end before it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("finished_at", None),
                                    models.Q(
                                        ("finished_at__gte", models.F("started_at")),
                                        ("started_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="maintenance_finishes_after_it_starts",
                                violation_error_message="Maintenance can't end before it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("announced_at", None),
                                    ("kind", "emergency"),
                                    models.Q(
                                        ("ends_at__isnull", False),
                                        models.Q(("nature", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="maintenance_announced_whole",
                                violation_error_message="Say what is done, when it begins, how long it takes and how long it is down.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("announced_at", None),
                                    models.Q(("kind", "planned"), _negated=True),
                                    ("expected_minutes__isnull", False),
                                    _connector="OR",
                                ),
                                name="planned_maintenance_says_how_long_down",
                                violation_error_message="Say how many minutes it is expected to be down.",
                            ),
                            models.CheckConstraint(
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
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="MaintenanceEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "maintenance",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="sla.maintenance",
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
                        (
                            "actor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("data", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "event of maintenance",
                        "verbose_name_plural": "events of maintenance",
                        "ordering": ["maintenance", "version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("maintenance", "version"), name="maintenance_version_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceMonth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="months",
                                to="sla.service",
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.edition",
                            ),
                        ),
                        ("length", models.DurationField()),
                        ("unavailable", models.DurationField()),
                        ("guarantee_met", models.BooleanField()),
                        ("credit_percent", models.PositiveSmallIntegerField()),
                        ("told", models.JSONField(default=dict)),
                        ("settled", models.BooleanField(default=True)),
                        ("judged_at", models.DateTimeField()),
                        ("stale_since", models.DateTimeField(null=True)),
                        ("credits_due", models.BooleanField(default=True)),
                    ],
                    options={
                        "verbose_name": "month of a service",
                        "verbose_name_plural": "months of services",
                        "ordering": ["-month", "service"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("stale_since__isnull", False),
                                    ("settled", False),
                                    _connector="OR",
                                ),
                                fields=["stale_since"],
                                name="service_month_stale",
                            ),
                            models.Index(
                                condition=models.Q(("credits_due", True)),
                                fields=["month"],
                                name="service_month_credits",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("service", "month"), name="service_month_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="service_month_is_a_month",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("unavailable__gte", datetime.timedelta(0)),
                                    ("unavailable__lte", models.F("length")),
                                    ("length__gt", datetime.timedelta(0)),
                                ),
                                name="service_month_adds_up",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("credit_percent__lte", 100)),
                                name="service_month_credit_is_a_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "approvers",
                            models.CharField(
                                choices=[
                                    ("managers", "managers"),
                                    ("leads", "managers, and leads of a team"),
                                ],
                                default="managers",
                                help_text="Whoever approves them sees all of what they tell of a customer.",
                                max_length=8,
                                verbose_name="monthly reports are approved by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule about monthly reports",
                        "verbose_name_plural": "rule about monthly reports",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pk", 1)), name="report_rule_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("approvers__in", ("managers", "leads"))),
                                name="report_rule_known",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="MonthlyReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monthly_reports",
                                to="tickets.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="monthly_reports",
                                to="sla.agreement",
                                verbose_name="agreement",
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        ("draft", models.TextField(blank=True, editable=False)),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        (
                            "trouble",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="what went wrong"
                            ),
                        ),
                        ("told_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "monthly report",
                        "verbose_name_plural": "monthly reports",
                        "ordering": ["-month", "organisation__name", "agreement__name"],
                        "indexes": [models.Index(fields=["month"], name="monthly_report_month")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organisation", "agreement", "month"),
                                name="monthly_report_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="monthly_report_of_a_month",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IssuedReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="issued",
                                to="sla.monthlyreport",
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("document", models.TextField()),
                        ("sha256", models.CharField(max_length=64, verbose_name="checksum")),
                        ("issued_at", models.DateTimeField(verbose_name="issued")),
                        (
                            "issued_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="issued by",
                            ),
                        ),
                        (
                            "reason",
                            models.TextField(
                                blank=True, max_length=1000, verbose_name="why it was corrected"
                            ),
                        ),
                        ("told_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "issued report",
                        "verbose_name_plural": "issued reports",
                        "ordering": ["report", "-version"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("told_at", None)),
                                fields=["issued_at"],
                                name="report_untold",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "version"), name="report_version_once"
                            ),
                            models.UniqueConstraint(
                                fields=("sha256",), name="report_checksum_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), ("version", 1)),
                                    models.Q(
                                        ("version__gt", 1), models.Q(("reason", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="report_correction_says_why",
                                violation_error_message="Say why.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "issued",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="sla.issuedreport",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("pdf", "PDF"), ("xlsx", "XLSX"), ("csv", "CSV")],
                                max_length=4,
                            ),
                        ),
                        ("language", models.CharField(max_length=2)),
                        ("content", models.BinaryField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "file of a report",
                        "verbose_name_plural": "files of reports",
                        "ordering": ["issued", "kind", "language"],
                        "indexes": [models.Index(fields=["sha256"], name="report_file_checksum")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("issued", "kind", "language"), name="report_file_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MonthTally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        ("promise", models.CharField(max_length=16)),
                        ("priority", models.CharField(blank=True, max_length=8)),
                        ("kind", models.CharField(max_length=12)),
                        ("target_key", models.CharField(max_length=50)),
                        ("outcome", models.CharField(max_length=12)),
                        ("edition", models.PositiveBigIntegerField(null=True)),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.organisation",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.team",
                            ),
                        ),
                        ("count", models.PositiveIntegerField()),
                    ],
                    options={
                        "verbose_name": "count of a month",
                        "verbose_name_plural": "counts of months",
                        "indexes": [models.Index(fields=["month"], name="month_tally_month")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CountedMonth",
                    fields=[
                        ("month", models.DateField(primary_key=True, serialize=False)),
                        ("counted_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "counted month",
                        "verbose_name_plural": "counted months",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="counted_month_is_a_month",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="MonthChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("month", models.DateField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "change of a month",
                        "verbose_name_plural": "changes of months",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
            ]
        ),
        migrations.RunPython(begin),
        migrations.RunSQL(Path(__file__).with_name("guards.sql").read_text()),
    ]

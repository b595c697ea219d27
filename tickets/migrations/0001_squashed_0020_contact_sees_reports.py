"""The tables of tickets, and what guards them (guards.sql)."""

from django.conf import settings
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models
from pathlib import Path
from tickets.create_models import CreateModels
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import tickets.addresses
import tickets.validators


def begin(apps, _schema_editor):
    """A new house scatters its numbers."""
    apps.get_model("tickets", "Numbering").objects.create(scattered=True)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("tickets", "0001_initial"),
        ("tickets", "0002_append_only"),
        ("tickets", "0003_participants"),
        ("tickets", "0004_roles"),
        ("tickets", "0005_search"),
        ("tickets", "0006_around_tickets"),
        ("tickets", "0007_attachment_content"),
        ("tickets", "0008_written_after_closing"),
        ("tickets", "0009_changes"),
        ("tickets", "0010_fixed_contact_works_here"),
        ("tickets", "0011_reporter_proved"),
        ("tickets", "0012_answers_and_origin"),
        ("tickets", "0013_documents_again"),
        ("tickets", "0014_unknown_reports"),
        ("tickets", "0015_addresses_in_ascii"),
        ("tickets", "0016_numbering"),
        ("tickets", "0017_causes_of_breaches"),
        ("tickets", "0018_contacts_rights"),
        ("tickets", "0019_opinions"),
        ("tickets", "0020_contact_sees_reports"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        UnaccentExtension(),
        CreateModels(
            [
                migrations.CreateModel(
                    name="Team",
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
                            "email",
                            tickets.addresses.AddressField(
                                max_length=254, verbose_name="e-mail address"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "team",
                        "verbose_name_plural": "teams",
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="User",
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
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "email",
                            tickets.addresses.AddressField(
                                max_length=254, unique=True, verbose_name="e-mail address"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("customer", "Customer"),
                                    ("agent", "Agent"),
                                    ("lead", "Team lead"),
                                    ("manager", "Manager"),
                                    ("admin", "Administrator"),
                                ],
                                default="customer",
                                max_length=12,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="members",
                                to="tickets.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("nl", "Nederlands"), ("en", "English")],
                                default="nl",
                                max_length=2,
                                verbose_name="language",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="since"
                            ),
                        ),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("email", django.db.models.functions.text.Lower("email"))
                                ),
                                name="user_email_lower_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("role__in", ["customer", "agent", "lead", "manager", "admin"])
                                ),
                                name="user_role_is_known",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Organisation",
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
                            "name",
                            models.CharField(max_length=120, unique=True, verbose_name="name"),
                        ),
                        (
                            "fixed_contact",
                            models.ForeignKey(
                                blank=True,
                                help_text="Our own person for this organisation (3.F).",
                                limit_choices_to={
                                    "is_active": True,
                                    "role__in": ("agent", "lead", "manager", "admin"),
                                },
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="fixed_contact_of",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="fixed contact",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("nl", "Nederlands"), ("en", "English")],
                                db_default="nl",
                                default="nl",
                                help_text="Of its monthly reports, for whoever has no account with a language.",
                                max_length=2,
                                verbose_name="language",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "organisation",
                        "verbose_name_plural": "organisations",
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="OrganisationNote",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notes",
                                to="tickets.organisation",
                            ),
                        ),
                        ("text", models.TextField(max_length=2000, verbose_name="note")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "note about a customer",
                        "verbose_name_plural": "notes about customers",
                        "ordering": ["-at", "-pk"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="EmailDomain",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="domains",
                                to="tickets.organisation",
                            ),
                        ),
                        (
                            "domain",
                            tickets.addresses.DomainField(
                                max_length=253,
                                unique=True,
                                validators=[tickets.validators.validate_domain],
                                verbose_name="mail domain",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail domain",
                        "verbose_name_plural": "mail domains",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("domain", django.db.models.functions.text.Lower("domain"))
                                ),
                                name="domain_lower_case",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
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
                                related_name="contacts",
                                to="tickets.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "may_phone",
                            models.BooleanField(
                                default=False,
                                help_text="Agreed as somebody who may phone (3.C).",
                                verbose_name="may phone",
                            ),
                        ),
                        (
                            "sees_all",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Reads and answers what colleagues at the organisation reported too.",
                                verbose_name="reads all reports",
                            ),
                        ),
                        (
                            "keeps_list",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Says for the organisation who may phone and who reads what.",
                                verbose_name="keeps the list",
                            ),
                        ),
                        (
                            "sees_reports",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Named by the organisation. Reads all of them, with what colleagues there reported.",
                                verbose_name="gets the monthly reports",
                            ),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                blank=True,
                                help_text="With an account this person sees their own reports on the web.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="contact",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="account",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contact",
                        "verbose_name_plural": "contacts",
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ContactAddress",
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
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="addresses",
                                to="tickets.contact",
                            ),
                        ),
                        (
                            "email",
                            tickets.addresses.AddressField(
                                max_length=254, unique=True, verbose_name="e-mail address"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "e-mail address",
                        "verbose_name_plural": "e-mail addresses",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("email", django.db.models.functions.text.Lower("email"))
                                ),
                                name="contact_email_lower_case",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ContactNumber",
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
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="numbers",
                                to="tickets.contact",
                            ),
                        ),
                        (
                            "number",
                            models.CharField(
                                max_length=32,
                                validators=[tickets.validators.validate_phone],
                                verbose_name="telephone number",
                            ),
                        ),
                        (
                            "bare",
                            models.CharField(
                                db_index=True,
                                editable=False,
                                max_length=32,
                                validators=[django.core.validators.RegexValidator("^\\d+$")],
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "telephone number",
                        "verbose_name_plural": "telephone numbers",
                        "ordering": ["pk"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Numbering",
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
                        ("scattered", models.BooleanField()),
                    ],
                    options={
                        "verbose_name": "numbering of tickets",
                        "verbose_name_plural": "numberings of tickets",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Ticket",
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
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("incident", "Incident"),
                                    ("question", "Question"),
                                    ("wish", "Wish"),
                                    ("setting", "Setting"),
                                    ("support", "Support request"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "proposed_priority",
                            models.CharField(
                                blank=True,
                                choices=[("hoog", "High"), ("middel", "Medium"), ("laag", "Low")],
                                max_length=8,
                                verbose_name="proposed priority",
                            ),
                        ),
                        (
                            "priority",
                            models.CharField(
                                blank=True,
                                choices=[("hoog", "High"), ("middel", "Medium"), ("laag", "Low")],
                                max_length=8,
                                verbose_name="priority",
                            ),
                        ),
                        (
                            "priority_is_definitive",
                            models.BooleanField(default=False, verbose_name="definitive"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("new", "New"),
                                    ("open", "Open"),
                                    ("waiting", "Waiting for the customer"),
                                    ("resolved", "Solved"),
                                    ("declined", "Not an incident"),
                                    ("closed", "Closed"),
                                    ("merged", "Merged"),
                                ],
                                default="new",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("phone", "Phone"),
                                    ("email", "E-mail"),
                                    ("web", "Web form"),
                                    ("widget", "Widget"),
                                    ("api", "API"),
                                    ("monitor", "Monitoring"),
                                ],
                                max_length=8,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="tickets.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assigned_tickets",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="assignee",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="tickets.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="tickets.contact",
                                verbose_name="contact",
                            ),
                        ),
                        (
                            "reporter_name",
                            models.CharField(blank=True, max_length=120, verbose_name="reporter"),
                        ),
                        (
                            "reporter_email",
                            tickets.addresses.AddressField(
                                blank=True, max_length=254, verbose_name="reporter's e-mail"
                            ),
                        ),
                        (
                            "reporter_proved",
                            models.BooleanField(
                                default=False,
                                help_text="Was it sure at the report that this address is the reporter's own?",
                                verbose_name="address proved",
                            ),
                        ),
                        (
                            "answers_to",
                            tickets.addresses.AddressField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=254,
                                verbose_name="answers go to",
                            ),
                        ),
                        (
                            "came_to",
                            tickets.addresses.AddressField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=254,
                                verbose_name="came in at",
                            ),
                        ),
                        ("reported_at", models.DateTimeField(verbose_name="reported")),
                        ("updated_at", models.DateTimeField(verbose_name="last change")),
                        (
                            "wrote_after",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="written to after closing"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "ticket",
                        "verbose_name_plural": "tickets",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status__in", ["new", "open", "waiting"])),
                                fields=["assignee", "team"],
                                name="ticket_active",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("organisation__isnull", True), ("status", "new")
                                ),
                                fields=["reported_at", "id"],
                                name="ticket_unknown",
                            ),
                            models.Index(
                                fields=["organisation", "-reported_at"], name="ticket_organisation"
                            ),
                            models.Index(
                                fields=["reporter_email", "-reported_at"], name="ticket_reporter"
                            ),
                            models.Index(
                                condition=models.Q(("wrote_after__isnull", False)),
                                fields=["wrote_after"],
                                name="ticket_wrote_after",
                            ),
                            models.Index(fields=["updated_at"], name="ticket_updated"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        [
                                            "new",
                                            "open",
                                            "waiting",
                                            "resolved",
                                            "declined",
                                            "closed",
                                            "merged",
                                        ],
                                    )
                                ),
                                name="ticket_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("priority__in", ["", "hoog", "middel", "laag"])
                                ),
                                name="ticket_priority_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        ["incident", "question", "wish", "setting", "support"],
                                    )
                                ),
                                name="ticket_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tag",
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
                        ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
                        (
                            "tickets",
                            models.ManyToManyField(
                                related_name="tags", to="tickets.ticket", verbose_name="tickets"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tag",
                        "verbose_name_plural": "tags",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("name", django.db.models.functions.text.Lower("name"))
                                ),
                                name="tag_lower_case",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Link",
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
                                related_name="links",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="linked_from",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("related", "belongs with"),
                                    ("duplicate", "duplicate of"),
                                    ("caused", "caused by"),
                                    ("follows", "follows"),
                                    ("split", "split off from"),
                                    ("merged", "merged into"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "link",
                        "verbose_name_plural": "links",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ticket", "other", "kind"), name="link_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "merged")),
                                fields=("ticket",),
                                name="link_merged_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ticket", models.F("other")), _negated=True),
                                name="link_to_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "related",
                                            "duplicate",
                                            "caused",
                                            "follows",
                                            "split",
                                            "merged",
                                        ],
                                    )
                                ),
                                name="link_kind_known",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistItem",
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
                                related_name="checklist",
                                to="tickets.ticket",
                            ),
                        ),
                        ("text", models.CharField(max_length=200, verbose_name="to do")),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "checklist item",
                        "verbose_name_plural": "checklist items",
                        "ordering": ["pk"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Touch",
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
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "touch",
                        "verbose_name_plural": "touches",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Change",
                    fields=[
                        (
                            "ticket",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="change",
                                serialize=False,
                                to="tickets.ticket",
                            ),
                        ),
                        ("number", models.BigIntegerField(unique=True)),
                        ("at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "change",
                        "verbose_name_plural": "changes",
                        "ordering": ["number"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
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
                            ),
                            models.Index(
                                condition=models.Q(("version", 0)),
                                fields=["ticket"],
                                name="document_again",
                            ),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="TicketEvent",
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
                                related_name="events",
                                to="tickets.ticket",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
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
                                    ("answers_go_to", "Answers go to"),
                                    ("linked", "Linked"),
                                    ("unlinked", "Link removed"),
                                    ("tagged", "Tag added"),
                                    ("untagged", "Tag removed"),
                                    ("field_set", "Filled in"),
                                    ("checklist", "Checklist"),
                                    ("absent", "The customer seems to be away"),
                                    ("returned", "Our mail came back"),
                                    ("left_closed", "Left closed"),
                                    ("renamed", "Subject changed"),
                                    ("cause_given", "Why a promise was missed"),
                                    ("rated", "The customer's opinion"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("data", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                        "ordering": ["ticket", "version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ticket", "version"), name="event_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "reported",
                                            "called",
                                            "classified",
                                            "prioritised",
                                            "replied",
                                            "customer_replied",
                                            "waiting",
                                            "resumed",
                                            "planned",
                                            "resolved",
                                            "reopened",
                                            "declined",
                                            "closed",
                                            "merged",
                                            "assigned",
                                            "identified",
                                            "noted",
                                            "participant_added",
                                            "participant_removed",
                                            "answers_go_to",
                                            "linked",
                                            "unlinked",
                                            "tagged",
                                            "untagged",
                                            "field_set",
                                            "checklist",
                                            "absent",
                                            "returned",
                                            "left_closed",
                                            "renamed",
                                            "cause_given",
                                            "rated",
                                        ],
                                    )
                                ),
                                name="event_kind_known",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="CustomField",
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
                        ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                        (
                            "kinds",
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
                            "type",
                            models.CharField(
                                choices=[
                                    ("text", "Text"),
                                    ("number", "Number"),
                                    ("date", "Date"),
                                    ("choice", "Choice"),
                                    ("yes_no", "Yes or no"),
                                ],
                                max_length=8,
                                verbose_name="type",
                            ),
                        ),
                        (
                            "choices",
                            models.TextField(
                                blank=True, help_text="One a line.", verbose_name="choices"
                            ),
                        ),
                        (
                            "required",
                            models.BooleanField(
                                default=False,
                                help_text="A ticket can't be solved while this is empty.",
                                verbose_name="needed before solving",
                            ),
                        ),
                        (
                            "customers_see",
                            models.BooleanField(default=False, verbose_name="customers see it"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "field",
                        "verbose_name_plural": "fields",
                        "ordering": ["position", "name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("type__in", ["text", "number", "date", "choice", "yes_no"])
                                ),
                                name="field_type_known",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="FieldValue",
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
                                related_name="field_values",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "field",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="values",
                                to="tickets.customfield",
                            ),
                        ),
                        ("value", models.CharField(max_length=500)),
                    ],
                    options={
                        "verbose_name": "value",
                        "verbose_name_plural": "values",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ticket", "field"), name="field_value_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                                related_name="messages",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("customer", "Customer"),
                                    ("reply", "Reply"),
                                    ("note", "Internal note"),
                                    ("call", "Phone call"),
                                    ("automatic", "Automatic message"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("public", models.BooleanField()),
                        (
                            "channel",
                            models.CharField(
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
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("sender_name", models.CharField(blank=True, max_length=120)),
                        (
                            "sender_email",
                            tickets.addresses.AddressField(blank=True, max_length=254),
                        ),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        ("text", models.TextField()),
                        ("quoted", models.TextField(blank=True)),
                        ("html", models.TextField(blank=True)),
                        ("mail_id", models.CharField(blank=True, db_index=True, max_length=255)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                        "ordering": ["at", "pk"],
                        "indexes": [models.Index(fields=["ticket", "at"], name="message_ticket")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "note"), _negated=True),
                                    ("public", False),
                                    _connector="OR",
                                ),
                                name="message_note_internal",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
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
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="tickets.message",
                            ),
                        ),
                        ("file", models.FileField(max_length=200, upload_to="")),
                        ("name", models.CharField(max_length=150)),
                        ("content_type", models.CharField(max_length=120)),
                        ("size", models.PositiveBigIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("content_id", models.CharField(blank=True, max_length=255)),
                    ],
                    options={
                        "verbose_name": "attachment",
                        "verbose_name_plural": "attachments",
                        "ordering": ["pk"],
                        "indexes": [models.Index(fields=["sha256"], name="attachment_content")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Participant",
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
                                related_name="participants",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "email",
                            tickets.addresses.AddressField(
                                max_length=254, verbose_name="e-mail address"
                            ),
                        ),
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
                    ],
                    options={
                        "verbose_name": "participant",
                        "verbose_name_plural": "participants",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ticket", "email"), name="participant_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
            ]
        ),
        migrations.RunPython(begin),
        migrations.RunSQL(Path(__file__).with_name("guards.sql").read_text()),
    ]

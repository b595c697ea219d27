"""The tables of channels, the desk and reports, and what guards them (guards.sql)."""

from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
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
import support.audit.models
import support.widget.models
import tickets.addresses
import uuid

# What a house may begin with; its managers change the list as they like.
CAUSES = (
    ("Te druk", "Too busy"),
    ("Te laat gezien", "Seen too late"),
    ("Verkeerd beoordeeld", "Judged wrongly"),
    ("Lastiger dan gedacht", "Harder than expected"),
    ("Wachten op leverancier", "Waiting for a supplier"),
    ("Grote storing", "Major outage"),
    ("Anders", "Other"),
)


def begin(apps, _schema_editor):
    Cause = apps.get_model("support", "Cause")
    for position, (dutch, english) in enumerate(CAUSES, start=1):
        Cause.objects.create(name_nl=dutch, name_en=english, position=position)
    apps.get_model("support", "CauseRule").objects.create(pk=1)
    apps.get_model("support", "KeptGoal").objects.create(pk=1)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("support", "0001_initial"),
        ("support", "0002_told_and_asked"),
        ("support", "0003_api"),
        ("support", "0004_mailboxes"),
        ("support", "0005_reading"),
        ("support", "0006_widget"),
        ("support", "0007_webhooks"),
        ("support", "0008_composer"),
        ("support", "0009_views"),
        ("support", "0010_notifications"),
        ("support", "0011_automation"),
        ("support", "0012_push"),
        ("support", "0013_copies_of_mail"),
        ("support", "0014_believed_mail"),
        ("support", "0015_change_notices"),
        ("support", "0016_sent_forms"),
        ("support", "0017_unjudged_and_taken_back_told"),
        ("support", "0018_mail_by_address"),
        ("support", "0019_mailbox_private"),
        ("support", "0020_addresses_in_ascii"),
        ("support", "0021_macros_held_back"),
        ("support", "0022_what_stands_still"),
        ("support", "0023_shared_by_scope"),
        ("support", "0024_one_name_for_each_step"),
        ("support", "0025_heard_places"),
        ("support", "0026_contract_letters"),
        ("support", "0027_status_page"),
        ("support", "0028_maintenance_told"),
        ("support", "0029_outages_told"),
        ("support", "0030_causes_of_breaches"),
        ("support", "0031_help_centre"),
        ("support", "0032_audit"),
        ("support", "0033_monthly_reports"),
        ("support", "0034_reports_by_mail"),
    ]

    dependencies = [
        ("tickets", "0001_squashed_0020_contact_sees_reports"),
        ("sla", "0001_squashed_0027_reports_frozen"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        TrigramExtension(),
        CreateModels(
            [
                migrations.CreateModel(
                    name="IncomingMail",
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
                        ("raw", models.BinaryField()),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("twin", models.CharField(max_length=64, null=True, unique=True)),
                        (
                            "copy_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="copies",
                                to="support.incomingmail",
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("stored", "to be read"),
                                    ("taken", "taken in"),
                                    ("copy", "came once more, changed on its way"),
                                    ("ignored", "automatic, not answered"),
                                    ("quarantine", "could not be read"),
                                    ("waiting", "waits for a colleague"),
                                ],
                                default="stored",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=300, verbose_name="reason"),
                        ),
                        (
                            "sender",
                            models.CharField(blank=True, max_length=254, verbose_name="from"),
                        ),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=200, verbose_name="subject"),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_try_at", models.DateTimeField(null=True)),
                        (
                            "ticket",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mails",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="tickets.message",
                            ),
                        ),
                        (
                            "mentions",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mentioned_by",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "unconfirmed",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("brake", "too many mails from this address"),
                                    ("helpdesk", "another helpdesk wrote it"),
                                    ("mark", "it asks for no automatic answer"),
                                    ("machine", "nobody reads this address"),
                                    ("ours", "the address is our own"),
                                    ("cap", "too many confirmations at once"),
                                    ("by-hand", "a colleague made it a ticket"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "came_to",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=254,
                                verbose_name="to",
                            ),
                        ),
                        (
                            "reply_to",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=254,
                                verbose_name="answers to",
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "not said"),
                                    ("pass", "is the sender's"),
                                    ("fail", "may be false"),
                                ],
                                db_default="",
                                default="",
                                max_length=4,
                            ),
                        ),
                        (
                            "meant",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("answer", "an answer to the customer"),
                                    ("note", "an internal note"),
                                ],
                                db_default="",
                                default="",
                                max_length=6,
                            ),
                        ),
                        ("text", models.TextField(blank=True, db_default="", default="")),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "incoming mail",
                        "verbose_name_plural": "incoming mail",
                        "ordering": ["-received_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["stored", "quarantine"])),
                                fields=["received_at"],
                                name="mail_in_waiting",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["ignored", "quarantine", "waiting"])
                                ),
                                fields=["-received_at"],
                                name="mail_in_aside",
                            ),
                            models.Index(fields=["sender", "received_at"], name="mail_in_sender"),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="OutgoingMail",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outgoing",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outgoing",
                                to="tickets.message",
                            ),
                        ),
                        (
                            "sender",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=420,
                                verbose_name="from",
                            ),
                        ),
                        (
                            "colleague",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("to", tickets.addresses.AddressField(max_length=254, verbose_name="to")),
                        (
                            "cc",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=tickets.addresses.AddressField(max_length=254),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("subject", models.CharField(max_length=255, verbose_name="subject")),
                        ("text", models.TextField()),
                        ("html", models.TextField(blank=True)),
                        ("calendar", models.TextField(blank=True, db_default="", default="")),
                        (
                            "report_file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.reportfile",
                            ),
                        ),
                        (
                            "report_name",
                            models.CharField(blank=True, db_default="", default="", max_length=120),
                        ),
                        ("mail_id", models.CharField(max_length=255, unique=True)),
                        ("in_reply_to", models.CharField(blank=True, max_length=255)),
                        ("references", models.TextField(blank=True)),
                        ("automatic", models.BooleanField(default=True)),
                        ("broadcast", models.BooleanField(default=False)),
                        ("unasked", models.BooleanField(db_default=False, default=False)),
                        (
                            "leaves_at",
                            models.CharField(blank=True, db_default="", default="", max_length=500),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "to be sent"),
                                    ("sent", "sent"),
                                    ("failed", "failed"),
                                ],
                                default="queued",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="written")),
                        ("next_try_at", models.DateTimeField(null=True)),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                        (
                            "attempts",
                            models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
                        ),
                        (
                            "error",
                            models.CharField(blank=True, max_length=300, verbose_name="error"),
                        ),
                        ("bounced_at", models.DateTimeField(null=True, verbose_name="came back")),
                    ],
                    options={
                        "verbose_name": "outgoing mail",
                        "verbose_name_plural": "outgoing mail",
                        "ordering": ["-created_at"],
                        "indexes": [
                            models.Index(fields=["to", "created_at"], name="mail_out_to"),
                            models.Index(
                                condition=models.Q(("state", "queued")),
                                fields=["next_try_at"],
                                name="mail_out_due",
                            ),
                            models.Index(
                                condition=models.Q(("unasked", True)),
                                fields=["created_at"],
                                name="mail_out_unasked",
                            ),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
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
                                related_name="proposals",
                                to="tickets.ticket",
                            ),
                        ),
                        ("email", tickets.addresses.AddressField(max_length=254)),
                        ("name", models.CharField(blank=True, max_length=150)),
                        ("proposed_at", models.DateTimeField()),
                        ("agreed", models.BooleanField(default=None, null=True)),
                    ],
                    options={
                        "verbose_name": "proposed participant",
                        "verbose_name_plural": "proposed participants",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ticket", "email"), name="proposal_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Mailbox",
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
                            "address",
                            tickets.addresses.AddressField(
                                help_text="Where customers write to.",
                                max_length=254,
                                verbose_name="e-mail address",
                            ),
                        ),
                        (
                            "sends_as",
                            tickets.addresses.AddressField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="Empty: from the address above. Your mail server must let us send as it.",
                                max_length=254,
                                verbose_name="answers leave from",
                            ),
                        ),
                        (
                            "sends_name",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="Empty: the name of the house.",
                                max_length=80,
                                verbose_name="under the name",
                            ),
                        ),
                        ("host", models.CharField(max_length=253, verbose_name="server")),
                        (
                            "port",
                            models.PositiveIntegerField(
                                default=993,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(65535),
                                ],
                                verbose_name="port",
                            ),
                        ),
                        (
                            "security",
                            models.CharField(
                                choices=[
                                    ("tls", "TLS (port 993)"),
                                    ("starttls", "STARTTLS (port 143)"),
                                    ("plain", "none"),
                                ],
                                default="tls",
                                max_length=8,
                                verbose_name="security",
                            ),
                        ),
                        ("username", models.CharField(max_length=254, verbose_name="user name")),
                        (
                            "sign_in",
                            models.CharField(
                                choices=[
                                    ("password", "password"),
                                    ("oauth2", "OAuth2 (Microsoft 365, Google)"),
                                ],
                                default="password",
                                max_length=8,
                                verbose_name="sign in with",
                            ),
                        ),
                        ("password", models.TextField(blank=True, verbose_name="password")),
                        (
                            "token_url",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="token address"
                            ),
                        ),
                        (
                            "client_id",
                            models.CharField(blank=True, max_length=300, verbose_name="client ID"),
                        ),
                        (
                            "client_secret",
                            models.TextField(blank=True, verbose_name="client secret"),
                        ),
                        (
                            "refresh_token",
                            models.TextField(blank=True, verbose_name="refresh token"),
                        ),
                        ("access_token", models.TextField(blank=True, editable=False)),
                        ("access_until", models.DateTimeField(editable=False, null=True)),
                        (
                            "folder",
                            models.CharField(
                                default="INBOX", max_length=200, verbose_name="folder"
                            ),
                        ),
                        (
                            "read_from",
                            models.DateField(
                                default=django.utils.timezone.localdate,
                                help_text="What came before it is left as it is.",
                                verbose_name="mail from this day on",
                            ),
                        ),
                        (
                            "afterwards",
                            models.CharField(
                                choices=[
                                    ("seen", "leave it, marked as read"),
                                    ("move", "move it to a folder"),
                                    ("delete", "delete it"),
                                ],
                                default="seen",
                                max_length=6,
                                verbose_name="afterwards",
                            ),
                        ),
                        (
                            "move_to",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="move to folder"
                            ),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="is read")),
                        ("uid_validity", models.BigIntegerField(editable=False, null=True)),
                        ("last_uid", models.BigIntegerField(default=0, editable=False)),
                        ("taken_on", models.DateField(editable=False, null=True)),
                        ("taken", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "watched_from",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        (
                            "last_read_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="last read"
                            ),
                        ),
                        ("emptied_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "last_tried_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="last tried"
                            ),
                        ),
                        (
                            "last_error",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "in order"),
                                    ("refused", "the name or the password was refused"),
                                    (
                                        "consent",
                                        "the access by OAuth2 was refused: give consent again",
                                    ),
                                    (
                                        "token",
                                        "the server that gives out access tokens did not answer properly",
                                    ),
                                    (
                                        "secret",
                                        "the stored password can no longer be opened: enter it again",
                                    ),
                                    ("name", "there is no server of this name"),
                                    ("unreachable", "the server can't be reached"),
                                    (
                                        "private",
                                        "the server is inside a private network (WERKDAG_PRIVATE_HOSTS)",
                                    ),
                                    (
                                        "certificate",
                                        "the server's certificate is not valid for this name",
                                    ),
                                    ("tls", "no protected connection could be made"),
                                    (
                                        "plain",
                                        "a connection without protection is not allowed here",
                                    ),
                                    ("folder", "the folder to read does not exist"),
                                    (
                                        "afterwards",
                                        "taken in, but the server would not mark, move or delete it",
                                    ),
                                    ("cut", "the connection was cut off while reading"),
                                    ("other", "the server answered something unexpected"),
                                ],
                                default="",
                                editable=False,
                                max_length=12,
                                verbose_name="what is wrong",
                            ),
                        ),
                        ("last_said", models.CharField(blank=True, editable=False, max_length=300)),
                        ("claimed_at", models.DateTimeField(editable=False, null=True)),
                        ("alarmed_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "mailbox",
                        "verbose_name_plural": "mailboxes",
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="EditionNotice",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="sla.edition",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tickets.contact",
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="support.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notice of an edition",
                        "verbose_name_plural": "notices of editions",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("edition", "contact"), name="edition_notice_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
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
                            models.CharField(
                                help_text="What it is for.", max_length=80, verbose_name="name"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        ("prefix", models.CharField(max_length=16, verbose_name="begins with")),
                        ("sha256", models.CharField(max_length=64, unique=True)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("read", "read"),
                                        ("write", "write"),
                                        ("reports", "reports"),
                                    ],
                                    max_length=10,
                                ),
                                size=None,
                                verbose_name="scopes",
                            ),
                        ),
                        (
                            "per_minute",
                            models.PositiveIntegerField(
                                default=600,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000000),
                                ],
                                verbose_name="requests a minute",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="made")),
                        ("expires_at", models.DateTimeField(verbose_name="expires")),
                        ("last_used_at", models.DateTimeField(null=True, verbose_name="last used")),
                        ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                    ],
                    options={
                        "verbose_name": "API token",
                        "verbose_name_plural": "API tokens",
                        "ordering": ["-created_at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ApiAnswer",
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
                            "token",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="support.apitoken",
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("request_sha256", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField()),
                        ("headers", models.JSONField(default=dict)),
                        ("body", models.TextField()),
                        ("at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "kept answer",
                        "verbose_name_plural": "kept answers",
                        "constraints": [
                            models.UniqueConstraint(fields=("token", "key"), name="api_answer_once")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Category",
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
                            "slug",
                            models.CharField(
                                max_length=60,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[a-z0-9]+(-[a-z0-9]+)*\\Z",
                                        "Use small letters, digits and single hyphens only.",
                                    )
                                ],
                                verbose_name="address",
                            ),
                        ),
                        ("name_nl", models.CharField(max_length=80, verbose_name="name in Dutch")),
                        (
                            "name_en",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="name in English"
                            ),
                        ),
                        (
                            "about_nl",
                            models.CharField(
                                blank=True,
                                max_length=200,
                                verbose_name="what it is about, in Dutch",
                            ),
                        ),
                        (
                            "about_en",
                            models.CharField(
                                blank=True,
                                max_length=200,
                                verbose_name="what it is about, in English",
                            ),
                        ),
                        (
                            "place",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="The lowest number comes first.",
                                verbose_name="place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "category of the help centre",
                        "verbose_name_plural": "categories of the help centre",
                        "ordering": ["place", "name_nl", "pk"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Picture",
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
                        ("key", models.CharField(max_length=24, unique=True)),
                        ("name", models.CharField(max_length=150, verbose_name="name")),
                        ("file", models.CharField(max_length=255)),
                        ("content_type", models.CharField(max_length=20)),
                        ("size", models.PositiveIntegerField()),
                        ("width", models.PositiveIntegerField()),
                        ("height", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "picture of the help centre",
                        "verbose_name_plural": "pictures of the help centre",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Article",
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
                            "slug",
                            models.CharField(
                                max_length=80,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[a-z0-9]+(-[a-z0-9]+)*\\Z",
                                        "Use small letters, digits and single hyphens only.",
                                    )
                                ],
                                verbose_name="address",
                            ),
                        ),
                        (
                            "published",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="support.articleversion",
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "review_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="look at it again on"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "article",
                        "verbose_name_plural": "articles",
                        "ordering": ["slug"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("published", None),
                                    models.Q(
                                        ("published_at__isnull", False), ("withdrawn_at", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="published_article_since",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleVersion",
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
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="support.article",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="support.category",
                                verbose_name="category",
                            ),
                        ),
                        (
                            "readers",
                            models.CharField(
                                choices=[
                                    ("everybody", "everybody"),
                                    ("customers", "customers who signed in"),
                                    ("organisation", "one organisation"),
                                    ("staff", "only people who work here"),
                                ],
                                default="everybody",
                                max_length=12,
                                verbose_name="who may read it",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tickets.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "title_nl",
                            models.CharField(max_length=120, verbose_name="title in Dutch"),
                        ),
                        (
                            "body_nl",
                            models.TextField(max_length=40000, verbose_name="text in Dutch"),
                        ),
                        (
                            "title_en",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="title in English"
                            ),
                        ),
                        (
                            "body_en",
                            models.TextField(
                                blank=True, max_length=40000, verbose_name="text in English"
                            ),
                        ),
                        ("plain_nl", models.TextField(editable=False)),
                        ("plain_en", models.TextField(blank=True, editable=False)),
                        (
                            "restored",
                            models.PositiveIntegerField(blank=True, editable=False, null=True),
                        ),
                        ("at", models.DateTimeField()),
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
                            "words_nl",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.contrib.postgres.search.CombinedSearchVector(
                                    django.contrib.postgres.search.SearchVector(
                                        "title_nl", config="dutch", weight="A"
                                    ),
                                    "||",
                                    django.contrib.postgres.search.SearchVector(
                                        "plain_nl", config="dutch", weight="C"
                                    ),
                                    django.contrib.postgres.search.SearchConfig("dutch"),
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                        (
                            "words_en",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.contrib.postgres.search.CombinedSearchVector(
                                    django.contrib.postgres.search.SearchVector(
                                        "title_en", config="english", weight="A"
                                    ),
                                    "||",
                                    django.contrib.postgres.search.SearchVector(
                                        "plain_en", config="english", weight="C"
                                    ),
                                    django.contrib.postgres.search.SearchConfig("english"),
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                        (
                            "pictures",
                            models.ManyToManyField(
                                editable=False, related_name="versions", to="support.picture"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "version of an article",
                        "verbose_name_plural": "versions of articles",
                        "ordering": ["-number"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["words_nl"], name="article_words_nl"
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["words_en"], name="article_words_en"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "number"), name="article_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("organisation__isnull", False), ("readers", "organisation")
                                    ),
                                    models.Q(
                                        models.Q(("readers", "organisation"), _negated=True),
                                        ("organisation", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="article_of_organisation",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("body_en", ""), ("title_en", "")),
                                    models.Q(
                                        models.Q(("title_en", ""), _negated=True),
                                        models.Q(("body_en", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="article_english_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HelpMark",
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
                        ("word", models.CharField(max_length=24)),
                    ],
                    options={
                        "verbose_name": "mark of the help centre",
                        "verbose_name_plural": "marks of the help centre",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleVote",
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
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="votes",
                                to="support.article",
                            ),
                        ),
                        ("visitor", models.CharField(max_length=64)),
                        ("helped", models.BooleanField(verbose_name="it helped")),
                        (
                            "text",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what was missing"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "vote on an article",
                        "verbose_name_plural": "votes on articles",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "visitor"), name="article_vote_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="OpenedSuggestion",
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
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="openings",
                                to="support.article",
                            ),
                        ),
                        ("visit", models.CharField(max_length=40)),
                        ("at", models.DateTimeField()),
                        ("sent", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "suggestion that was opened",
                        "verbose_name_plural": "suggestions that were opened",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "visit"), name="suggestion_opened_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="UnansweredSearch",
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
                            "words",
                            models.CharField(max_length=60, unique=True, verbose_name="search"),
                        ),
                        ("times", models.PositiveIntegerField(default=1)),
                        ("last_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "search that found nothing",
                        "verbose_name_plural": "searches that found nothing",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEntry",
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
                        ("at", models.DateTimeField(verbose_name="moment")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("added", "added"),
                                    ("changed", "changed"),
                                    ("removed", "removed"),
                                    ("signed_in", "signed in"),
                                    ("sign_in_failed", "sign-in failed"),
                                    ("signed_out", "signed out"),
                                    ("exported", "taken out"),
                                    ("done", "done"),
                                    ("forgotten", "log cleared"),
                                ],
                                max_length=14,
                                verbose_name="what",
                            ),
                        ),
                        ("subject", models.CharField(max_length=60, verbose_name="subject")),
                        ("subject_pk", models.CharField(blank=True, max_length=40)),
                        ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                        ("part_of", models.CharField(blank=True, max_length=60)),
                        ("part_of_pk", models.CharField(blank=True, max_length=40)),
                        (
                            "changes",
                            models.JSONField(
                                blank=True, default=dict, verbose_name="from what to what"
                            ),
                        ),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("person", "by a person"),
                                    ("token", "by a program with a token"),
                                    ("visitor", "by a visitor"),
                                    ("command", "by a command"),
                                    ("house", "by Werkdag itself"),
                                ],
                                max_length=8,
                                verbose_name="how",
                            ),
                        ),
                        ("who", models.BigIntegerField(null=True)),
                        (
                            "who_name",
                            models.CharField(blank=True, max_length=200, verbose_name="who"),
                        ),
                        (
                            "via",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="by means of"
                            ),
                        ),
                        (
                            "address",
                            models.GenericIPAddressField(null=True, verbose_name="from address"),
                        ),
                        ("bucket", models.CharField(max_length=120, null=True, unique=True)),
                        ("times", models.PositiveIntegerField(default=1, verbose_name="times")),
                        ("last_at", models.DateTimeField(null=True, verbose_name="the last time")),
                        (
                            "words",
                            models.GeneratedField(
                                db_persist=True,
                                expression=support.audit.models.WordsOf(
                                    "name", "who_name", "via", "changes"
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of the audit log",
                        "verbose_name_plural": "audit log",
                        "ordering": ["-at", "-pk"],
                        "indexes": [
                            models.Index(fields=["at", "id"], name="audit_at"),
                            models.Index(fields=["who", "at"], name="audit_who"),
                            models.Index(fields=["how", "at"], name="audit_how"),
                            models.Index(fields=["kind", "at"], name="audit_kind"),
                            models.Index(fields=["subject", "at"], name="audit_subject"),
                            models.Index(fields=["address", "at"], name="audit_address"),
                            models.Index(fields=["subject", "subject_pk", "at"], name="audit_one"),
                            models.Index(
                                fields=["part_of", "part_of_pk", "at"], name="audit_part_of"
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["words"], name="audit_words"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("times__gte", 1)), name="audit_times"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("bucket", None), ("times", 1)),
                                    models.Q(("bucket__isnull", False), ("last_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="audit_only_buckets_are_counted",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Macro",
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
                            "scope",
                            models.CharField(
                                choices=[
                                    ("own", "only me"),
                                    ("team", "my team"),
                                    ("all", "everybody"),
                                ],
                                default="own",
                                max_length=4,
                                verbose_name="who may use it",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
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
                                related_name="+",
                                to="tickets.team",
                                verbose_name="team",
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="title")),
                        ("steps", models.JSONField(default=list)),
                    ],
                    options={
                        "verbose_name": "macro",
                        "verbose_name_plural": "macros",
                        "ordering": ["title", "pk"],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("scope", "team"), ("team__isnull", False)),
                                    models.Q(
                                        models.Q(("scope", "team"), _negated=True), ("team", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="macro_team_has_one",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Trigger",
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
                                    models.Q(
                                        ("active", False), ("off_why__in", ["hand", "failing"])
                                    ),
                                    models.Q(
                                        ("active", True),
                                        ("hears_from__isnull", False),
                                        ("off_why", ""),
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
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="AutomationPlace",
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
                        ("heard_events", models.BigIntegerField(default=0, editable=False)),
                        ("heard_alerts", models.BigIntegerField(default=0, editable=False)),
                        ("mark_events", models.BigIntegerField(default=0, editable=False)),
                        ("mark_alerts", models.BigIntegerField(default=0, editable=False)),
                        ("mark_transaction", models.BigIntegerField(editable=False, null=True)),
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
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="AutomationRun",
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
                        ("name", models.CharField(max_length=80)),
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
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="automation_runs",
                                to="tickets.ticket",
                            ),
                        ),
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
                            "alert",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.alert",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("first_version", models.PositiveIntegerField()),
                        ("last_version", models.PositiveIntegerField()),
                        ("done", models.JSONField(default=list)),
                        ("problem", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "verbose_name": "automation run",
                        "verbose_name_plural": "automation runs",
                        "ordering": ["-at", "-pk"],
                        "indexes": [
                            models.Index(fields=["ticket", "-at"], name="run_of_ticket"),
                            models.Index(fields=["trigger", "-at"], name="run_of_trigger"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("trigger", "kind", "event"), name="run_event_once"
                            ),
                            models.UniqueConstraint(
                                fields=("trigger", "kind", "alert"), name="run_alert_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("alert", None),
                                        ("by__isnull", False),
                                        ("event", None),
                                        ("kind", ""),
                                    ),
                                    models.Q(models.Q(("kind", ""), _negated=True), ("by", None)),
                                    _connector="OR",
                                ),
                                name="run_of_a_person_or_an_event",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChangeNotice",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="change_notice",
                                to="tickets.ticket",
                            ),
                        ),
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
                            ),
                        ),
                        (
                            "priority",
                            models.CharField(
                                blank=True,
                                choices=[("hoog", "High"), ("middel", "Medium"), ("laag", "Low")],
                                max_length=8,
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("due_at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "notice of a change",
                        "verbose_name_plural": "notices of changes",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Cause",
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
                            "name_nl",
                            models.CharField(
                                max_length=60, unique=True, verbose_name="name in Dutch"
                            ),
                        ),
                        (
                            "name_en",
                            models.CharField(
                                max_length=60, unique=True, verbose_name="name in English"
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "cause of a missed promise",
                        "verbose_name_plural": "causes of missed promises",
                        "ordering": ["position", "name_nl"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CauseRule",
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
                            "asked",
                            models.CharField(
                                choices=[
                                    ("off", "no: leads say it when they like"),
                                    ("ask", "yes: it is asked for, and may be left open"),
                                    ("require", "yes: without one a ticket can't be solved"),
                                ],
                                default="ask",
                                max_length=7,
                                verbose_name="asked for when a ticket is solved",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule about causes",
                        "verbose_name_plural": "rule about causes",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pk", 1)), name="cause_rule_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("asked__in", ["off", "ask", "require"])),
                                name="cause_rule_known",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="GivenCause",
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
                                related_name="given_causes",
                                to="tickets.ticket",
                            ),
                        ),
                        ("target_key", models.CharField(max_length=50)),
                        ("started_at", models.DateTimeField()),
                        (
                            "cause",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="given",
                                to="support.cause",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "given cause",
                        "verbose_name_plural": "given causes",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ticket", "target_key", "started_at"),
                                name="cause_given_once",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Notification",
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
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notifications",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("mention", "A colleague mentions you"),
                                    ("assigned", "A ticket is put on your name"),
                                    ("customer", "The customer writes or phones"),
                                    ("left", "A colleague left work to your team"),
                                    ("note", "A colleague writes a note"),
                                    ("reopened", "A ticket is opened again"),
                                    ("returned", "Our mail to the customer came back"),
                                    ("monitored", "Our monitoring reports something"),
                                    ("warned", "A deadline is near"),
                                    ("breached", "A deadline was missed"),
                                    ("unjudged", "A report was not judged yet"),
                                    ("taken_back", "A warning came too early"),
                                    ("team_breach", "Your team missed a deadline"),
                                ],
                                max_length=12,
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
                            "event",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tickets.ticketevent",
                            ),
                        ),
                        (
                            "alert",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sla.alert",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("in_app", models.BooleanField(default=True)),
                        ("seen_at", models.DateTimeField(blank=True, null=True)),
                        ("mail_due_at", models.DateTimeField(blank=True, null=True)),
                        ("push_due_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "mail",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notifications",
                                to="support.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notification",
                        "verbose_name_plural": "notifications",
                        "ordering": ["-at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("seen_at", None)),
                                fields=["recipient", "-at"],
                                name="notification_unseen",
                            ),
                            models.Index(
                                fields=["recipient", "-at", "-id"], name="notification_of_person"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("mail", None),
                                    ("mail_due_at__isnull", False),
                                    ("seen_at", None),
                                ),
                                fields=["mail_due_at"],
                                name="notification_to_mail",
                            ),
                            models.Index(
                                condition=models.Q(("push_due_at__isnull", False)),
                                fields=["push_due_at"],
                                name="notification_to_push",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("recipient", "kind", "message"), name="notification_once"
                            ),
                            models.UniqueConstraint(
                                fields=("recipient", "event"), name="notification_of_event_once"
                            ),
                            models.UniqueConstraint(
                                fields=("recipient", "alert"), name="notification_of_alert_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "mention",
                                            "assigned",
                                            "customer",
                                            "left",
                                            "note",
                                            "reopened",
                                            "returned",
                                            "monitored",
                                            "warned",
                                            "breached",
                                            "unjudged",
                                            "taken_back",
                                            "team_breach",
                                        ],
                                    )
                                ),
                                name="notification_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("alert", None),
                                        ("event", None),
                                        ("kind", "mention"),
                                        ("message__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("kind", "mention"), _negated=True),
                                        ("alert", None),
                                        ("event__isnull", False),
                                        ("message", None),
                                    ),
                                    models.Q(
                                        models.Q(("kind", "mention"), _negated=True),
                                        ("alert__isnull", False),
                                        ("event", None),
                                        ("message", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="notification_has_one_cause",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NotificationChoice",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notification_choices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("mention", "A colleague mentions you"),
                                    ("assigned", "A ticket is put on your name"),
                                    ("customer", "The customer writes or phones"),
                                    ("left", "A colleague left work to your team"),
                                    ("note", "A colleague writes a note"),
                                    ("reopened", "A ticket is opened again"),
                                    ("returned", "Our mail to the customer came back"),
                                    ("monitored", "Our monitoring reports something"),
                                    ("warned", "A deadline is near"),
                                    ("breached", "A deadline was missed"),
                                    ("unjudged", "A report was not judged yet"),
                                    ("taken_back", "A warning came too early"),
                                    ("team_breach", "Your team missed a deadline"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("in_app", models.BooleanField()),
                        (
                            "mail",
                            models.CharField(
                                choices=[
                                    ("now", "at once"),
                                    ("digest", "once a day"),
                                    ("none", "not"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("push", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "choice of notifications",
                        "verbose_name_plural": "choices of notifications",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "kind"), name="notification_choice_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "mention",
                                            "assigned",
                                            "customer",
                                            "left",
                                            "note",
                                            "reopened",
                                            "returned",
                                            "monitored",
                                            "warned",
                                            "breached",
                                            "unjudged",
                                            "taken_back",
                                            "team_breach",
                                        ],
                                    ),
                                    ("mail__in", ["now", "digest", "none"]),
                                ),
                                name="notification_choice_known",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="DigestHour",
                    fields=[
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="digest_hour",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("hour", models.PositiveSmallIntegerField(verbose_name="hour")),
                    ],
                    options={
                        "verbose_name": "hour of the digest",
                        "verbose_name_plural": "hours of the digest",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("hour__range", (6, 20))),
                                name="digest_hour_by_day",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="NotificationPlace",
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
                        ("heard_events", models.BigIntegerField(default=0, editable=False)),
                        ("heard_alerts", models.BigIntegerField(default=0, editable=False)),
                        ("mark_events", models.BigIntegerField(default=0, editable=False)),
                        ("mark_alerts", models.BigIntegerField(default=0, editable=False)),
                        ("mark_transaction", models.BigIntegerField(editable=False, null=True)),
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
                        "verbose_name": "place of notifications",
                        "verbose_name_plural": "places of notifications",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="AlertNotice",
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
                            "alert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="sla.alert",
                            ),
                        ),
                        (
                            "email",
                            tickets.addresses.AddressField(max_length=254, verbose_name="to"),
                        ),
                        ("language", models.CharField(max_length=2)),
                        ("due_at", models.DateTimeField()),
                        ("urgent", models.BooleanField(default=False)),
                        (
                            "mail",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="alert_notices",
                                to="support.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notice of an alert",
                        "verbose_name_plural": "notices of alerts",
                        "ordering": ["due_at", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("mail", None)),
                                fields=["due_at"],
                                name="alert_notice_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("alert", "email"), name="alert_notice_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CannedReply",
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
                            "scope",
                            models.CharField(
                                choices=[
                                    ("own", "only me"),
                                    ("team", "my team"),
                                    ("all", "everybody"),
                                ],
                                default="own",
                                max_length=4,
                                verbose_name="who may use it",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
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
                                related_name="+",
                                to="tickets.team",
                                verbose_name="team",
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
                                choices=[
                                    ("", "any language"),
                                    ("nl", "Nederlands"),
                                    ("en", "English"),
                                ],
                                max_length=2,
                                verbose_name="language",
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
                    ],
                    options={
                        "verbose_name": "standard answer",
                        "verbose_name_plural": "standard answers",
                        "ordering": ["title", "pk"],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("scope", "team"), ("team__isnull", False)),
                                    models.Q(
                                        models.Q(("scope", "team"), _negated=True), ("team", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="cannedreply_team_has_one",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ContractLetter",
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
                            "rate",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="sla.rate",
                            ),
                        ),
                        (
                            "credit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="sla.credit",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tickets.contact",
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="support.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter about a contract",
                        "verbose_name_plural": "letters about contracts",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("credit", None), ("rate__isnull", False)),
                                    models.Q(("credit__isnull", False), ("rate", None)),
                                    _connector="OR",
                                ),
                                name="contract_letter_about_one",
                            ),
                            models.UniqueConstraint(
                                fields=("rate", "credit", "contact"),
                                name="contract_letter_once",
                                nulls_distinct=False,
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[("reply", "Answer"), ("note", "Note")], max_length=5
                            ),
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
                            "macro",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="support.macro",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "draft",
                        "verbose_name_plural": "drafts",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "sending")),
                                fields=["send_at"],
                                name="draft_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("author", "ticket", "kind"), name="draft_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", "reply"),
                                        ("send_at__isnull", False),
                                        ("state", "sending"),
                                    ),
                                    models.Q(("send_at", None), ("state", "writing")),
                                    _connector="OR",
                                ),
                                name="draft_sending_has_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DraftFile",
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
                            "draft",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="support.draft",
                            ),
                        ),
                        ("file", models.FileField(max_length=200, upload_to="")),
                        ("name", models.CharField(max_length=150)),
                        ("content_type", models.CharField(max_length=120)),
                        ("size", models.PositiveBigIntegerField()),
                    ],
                    options={
                        "verbose_name": "file of a draft",
                        "verbose_name_plural": "files of drafts",
                        "ordering": ["pk"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SentForm",
                    fields=[
                        ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.ticket",
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=2000
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "form that was sent",
                        "verbose_name_plural": "forms that were sent",
                        "ordering": ["-at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="MaintenanceLetter",
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
                                related_name="letters",
                                to="sla.maintenance",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        (
                            "what",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "nothing new"),
                                    ("announced", "announced"),
                                    ("changed", "changed"),
                                    ("cancelled", "cancelled"),
                                    ("over", "takes longer than announced"),
                                    ("done", "done"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("begins_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField(null=True)),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.contact",
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="support.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter about maintenance",
                        "verbose_name_plural": "letters about maintenance",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("maintenance", "contact", "version", "what"),
                                name="maintenance_letter_once",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="MaintenanceFeed",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="maintenance_feed",
                                to="tickets.contact",
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "calendar of maintenance",
                        "verbose_name_plural": "calendars of maintenance",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PushKey",
                    fields=[
                        (
                            "id",
                            models.PositiveSmallIntegerField(
                                default=1, primary_key=True, serialize=False
                            ),
                        ),
                        ("public", models.CharField(max_length=87)),
                        ("sealed_private", models.TextField()),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "push key",
                        "verbose_name_plural": "push keys",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="push_key_only_one"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="PushSubscription",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="push_subscriptions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("endpoint", models.CharField(max_length=1000, unique=True)),
                        ("p256dh", models.CharField(max_length=87)),
                        ("sealed_auth", models.TextField()),
                        ("user_agent", models.CharField(blank=True, max_length=400)),
                        ("created_at", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField(null=True)),
                        ("failures", models.PositiveSmallIntegerField(default=0)),
                        ("resting_until", models.DateTimeField(null=True)),
                        (
                            "fault",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "in order"),
                                    ("answer", "the push service did not accept it"),
                                    ("unreachable", "the push service did not answer"),
                                    ("busy", "the push service was too busy"),
                                    ("refused", "the address of the push service is refused"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("failed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "browser with push",
                        "verbose_name_plural": "browsers with push",
                        "ordering": ["-created_at", "-pk"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PushMessage",
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
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="support.pushsubscription",
                            ),
                        ),
                        (
                            "notification",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="push_messages",
                                to="support.notification",
                            ),
                        ),
                        ("due_at", models.DateTimeField()),
                        ("give_up_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "push message",
                        "verbose_name_plural": "push messages",
                        "indexes": [models.Index(fields=["due_at"], name="push_message_due")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("subscription", "notification"), name="push_message_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
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
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to="tickets.team",
                            ),
                        ),
                        ("chosen", models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                        "ordering": ["name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("team", None)),
                                fields=("owner", "name"),
                                name="own_view_named_once",
                                violation_error_message="You have a view of this name already.",
                            ),
                            models.UniqueConstraint(
                                fields=("team", "name"),
                                name="team_view_named_once",
                                violation_error_message="Your team has a view of this name already.",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="QueueColumns",
                    fields=[
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="queue_columns",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "names",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), size=None
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "columns of the queue",
                        "verbose_name_plural": "columns of the queue",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SavedReport",
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
                            "scope",
                            models.CharField(
                                choices=[
                                    ("own", "only me"),
                                    ("team", "my team"),
                                    ("all", "everybody"),
                                ],
                                default="own",
                                max_length=4,
                                verbose_name="who may use it",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
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
                                related_name="+",
                                to="tickets.team",
                                verbose_name="team",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("asked", models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        "verbose_name": "saved report",
                        "verbose_name_plural": "saved reports",
                        "ordering": ["name", "pk"],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("scope", "team"), ("team__isnull", False)),
                                    models.Q(
                                        models.Q(("scope", "team"), _negated=True), ("team", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="savedreport_team_has_one",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="KeptGoal",
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
                            "guarantee",
                            models.PositiveSmallIntegerField(
                                default=100, verbose_name="guarantees, in percent"
                            ),
                        ),
                        (
                            "effort",
                            models.PositiveSmallIntegerField(
                                default=90, verbose_name="efforts, in percent"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "goal for promises",
                        "verbose_name_plural": "goals for promises",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pk", 1)), name="kept_goal_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("effort__lte", 100), ("guarantee__lte", 100)),
                                name="kept_goal_is_a_share",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="RegularReport",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="support.savedreport",
                                verbose_name="saved report",
                            ),
                        ),
                        (
                            "receiver",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="regular_reports",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="receiver",
                            ),
                        ),
                        (
                            "rhythm",
                            models.CharField(
                                choices=[
                                    ("daily", "every working day"),
                                    ("weekly", "every week"),
                                    ("monthly", "every month"),
                                ],
                                max_length=7,
                                verbose_name="how often",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked for by",
                            ),
                        ),
                        ("told_at", models.DateTimeField(verbose_name="last sent")),
                        (
                            "mail",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="support.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "report by mail",
                        "verbose_name_plural": "reports by mail",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "receiver"),
                                name="regular_report_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rhythm__in", ["daily", "weekly", "monthly"])),
                                name="regular_report_rhythm_is_known",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="SignInLink",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sign_in_links",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "sign-in link",
                        "verbose_name_plural": "sign-in links",
                        "ordering": ["-expires_at"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Trial",
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
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "trial of the database",
                        "verbose_name_plural": "trials of the database",
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ShownService",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shown",
                                to="sla.service",
                            ),
                        ),
                        (
                            "public",
                            models.BooleanField(
                                default=False, verbose_name="on the public status page"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                blank=True,
                                help_text="Everybody reads this name; let it not tell who is a customer.",
                                max_length=120,
                                verbose_name="public name",
                            ),
                        ),
                        (
                            "place",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="The lowest number comes first.",
                                verbose_name="place on the page",
                            ),
                        ),
                        ("since", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "service on the status page",
                        "verbose_name_plural": "services on the status page",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("public", False),
                                    models.Q(
                                        models.Q(("name", ""), _negated=True),
                                        ("since__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="public_service_has_a_name",
                                violation_error_message="Give it the name that everybody will read.",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Subscriber",
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
                        ("email", tickets.addresses.AddressField(max_length=254)),
                        (
                            "language",
                            models.CharField(
                                choices=[("nl", "Dutch"), ("en", "English")], max_length=2
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("confirmed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "subscriber of the status page",
                        "verbose_name_plural": "subscribers of the status page",
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("email"),
                                name="subscriber_once",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="StatusNews",
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
                            "event",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="news",
                                to="sla.outageevent",
                            ),
                        ),
                        (
                            "upkeep",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="news",
                                to="sla.maintenanceevent",
                            ),
                        ),
                        ("told_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "news of the status page",
                        "verbose_name_plural": "news of the status page",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("told_at", None)),
                                fields=["id"],
                                name="status_news_untold",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("event__isnull", False), ("upkeep", None)),
                                    models.Q(("event", None), ("upkeep__isnull", False)),
                                    _connector="OR",
                                ),
                                name="status_news_about_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatusLetter",
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
                            "news",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="letters",
                                to="support.statusnews",
                            ),
                        ),
                        (
                            "subscriber",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="letters",
                                to="support.subscriber",
                            ),
                        ),
                        (
                            "mail",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="support.outgoingmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter of the status page",
                        "verbose_name_plural": "letters of the status page",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("news", "subscriber"), name="status_letter_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Webhook",
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
                        ("heard_events", models.BigIntegerField(default=0, editable=False)),
                        ("heard_alerts", models.BigIntegerField(default=0, editable=False)),
                        ("mark_events", models.BigIntegerField(default=0, editable=False)),
                        ("mark_alerts", models.BigIntegerField(default=0, editable=False)),
                        ("mark_transaction", models.BigIntegerField(editable=False, null=True)),
                        (
                            "name",
                            models.CharField(
                                help_text="What it is for.",
                                max_length=80,
                                unique=True,
                                verbose_name="name",
                            ),
                        ),
                        ("url", models.CharField(max_length=500, verbose_name="address")),
                        (
                            "events",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("ticket.opened", "A ticket was opened"),
                                        ("ticket.replied", "We answered"),
                                        ("ticket.customer_replied", "The customer wrote"),
                                        ("ticket.called", "The customer phoned"),
                                        ("ticket.status", "The status changed"),
                                        ("ticket.prioritised", "The priority was set"),
                                        ("ticket.classified", "The kind was changed"),
                                        ("ticket.assigned", "Somebody else has it"),
                                        ("ticket.identified", "It became known whose it is"),
                                        ("ticket.planned", "It was planned into a release"),
                                        ("clock.warned", "A deadline is near"),
                                        ("clock.breached", "A deadline was missed"),
                                        ("clock.unjudged", "A report was not judged yet"),
                                        ("clock.taken_back", "A warning came too early"),
                                        ("clock.moved", "A deadline moved"),
                                        ("outage.reported", "A customer reported an outage"),
                                        ("outage.detected", "We found that a service is down"),
                                        ("outage.restored", "A service is there again"),
                                        ("outage.cause", "An outage got its cause"),
                                        (
                                            "outage.corrected",
                                            "The times of an outage were put right",
                                        ),
                                        ("outage.withdrawn", "An outage was withdrawn"),
                                        ("maintenance.announced", "Maintenance was announced"),
                                        ("maintenance.changed", "Maintenance got other times"),
                                        ("maintenance.started", "Maintenance began"),
                                        ("maintenance.finished", "Maintenance is done"),
                                        ("maintenance.cancelled", "Maintenance was cancelled"),
                                    ],
                                    max_length=30,
                                ),
                                size=None,
                                verbose_name="events",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                help_text="Only tickets of this organisation. Empty: of everybody.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhooks",
                                to="tickets.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        ("sealed_secret", models.TextField(editable=False)),
                        ("sealed_old_secret", models.TextField(blank=True, editable=False)),
                        ("old_secret_until", models.DateTimeField(editable=False, null=True)),
                        ("active", models.BooleanField(default=True, editable=False)),
                        ("created_at", models.DateTimeField(editable=False, verbose_name="made")),
                        ("failing_since", models.DateTimeField(editable=False, null=True)),
                        (
                            "disabled_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="switched off"
                            ),
                        ),
                        (
                            "disabled_why",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "in use"),
                                    ("hand", "switched off by hand"),
                                    ("failing", "nothing arrived for five days"),
                                    ("gone", "the receiver says that it is gone (410)"),
                                ],
                                default="",
                                editable=False,
                                max_length=8,
                            ),
                        ),
                        ("hears_from", models.DateTimeField(editable=False)),
                        ("leased_until", models.DateTimeField(editable=False, null=True)),
                        ("resting_until", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "webhook",
                        "verbose_name_plural": "webhooks",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "events__contained_by",
                                        [
                                            "ticket.opened",
                                            "ticket.replied",
                                            "ticket.customer_replied",
                                            "ticket.called",
                                            "ticket.status",
                                            "ticket.prioritised",
                                            "ticket.classified",
                                            "ticket.assigned",
                                            "ticket.identified",
                                            "ticket.planned",
                                            "clock.warned",
                                            "clock.breached",
                                            "clock.unjudged",
                                            "clock.taken_back",
                                            "clock.moved",
                                            "outage.reported",
                                            "outage.detected",
                                            "outage.restored",
                                            "outage.cause",
                                            "outage.corrected",
                                            "outage.withdrawn",
                                            "maintenance.announced",
                                            "maintenance.changed",
                                            "maintenance.started",
                                            "maintenance.finished",
                                            "maintenance.cancelled",
                                        ],
                                    ),
                                    ("events__len__gte", 1),
                                ),
                                name="webhook_events_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("active", True),
                                        ("disabled_at", None),
                                        ("disabled_why", ""),
                                    ),
                                    models.Q(
                                        ("active", False),
                                        ("disabled_at__isnull", False),
                                        ("disabled_why__in", ["hand", "failing", "gone"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="webhook_off_has_reason",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookDelivery",
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
                            "webhook",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="support.webhook",
                            ),
                        ),
                        ("event_id", models.UUIDField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("ticket.opened", "A ticket was opened"),
                                    ("ticket.replied", "We answered"),
                                    ("ticket.customer_replied", "The customer wrote"),
                                    ("ticket.called", "The customer phoned"),
                                    ("ticket.status", "The status changed"),
                                    ("ticket.prioritised", "The priority was set"),
                                    ("ticket.classified", "The kind was changed"),
                                    ("ticket.assigned", "Somebody else has it"),
                                    ("ticket.identified", "It became known whose it is"),
                                    ("ticket.planned", "It was planned into a release"),
                                    ("clock.warned", "A deadline is near"),
                                    ("clock.breached", "A deadline was missed"),
                                    ("clock.unjudged", "A report was not judged yet"),
                                    ("clock.taken_back", "A warning came too early"),
                                    ("clock.moved", "A deadline moved"),
                                    ("outage.reported", "A customer reported an outage"),
                                    ("outage.detected", "We found that a service is down"),
                                    ("outage.restored", "A service is there again"),
                                    ("outage.cause", "An outage got its cause"),
                                    ("outage.corrected", "The times of an outage were put right"),
                                    ("outage.withdrawn", "An outage was withdrawn"),
                                    ("maintenance.announced", "Maintenance was announced"),
                                    ("maintenance.changed", "Maintenance got other times"),
                                    ("maintenance.started", "Maintenance began"),
                                    ("maintenance.finished", "Maintenance is done"),
                                    ("maintenance.cancelled", "Maintenance was cancelled"),
                                    ("webhook.test", "A test"),
                                ],
                                max_length=30,
                                verbose_name="event",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tickets.ticket",
                            ),
                        ),
                        ("payload", models.TextField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "to be sent"),
                                    ("sent", "sent"),
                                    ("failed", "failed"),
                                ],
                                default="queued",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "attempts",
                            models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
                        ),
                        ("next_attempt_at", models.DateTimeField(null=True)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        (
                            "fault",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "in order"),
                                    ("answer", "the receiver did not accept it"),
                                    (
                                        "redirect",
                                        "the receiver sent us elsewhere, where we do not go",
                                    ),
                                    ("unreachable", "no whole answer came"),
                                    ("refused", "this address is refused"),
                                    (
                                        "secret",
                                        "the secret can no longer be opened: make a new one",
                                    ),
                                    ("off", "the webhook was switched off before it was sent"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("error", models.CharField(blank=True, max_length=300)),
                        ("answer", models.TextField(blank=True)),
                        ("duration_ms", models.PositiveIntegerField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "redelivery_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="redeliveries",
                                to="support.webhookdelivery",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "webhook delivery",
                        "verbose_name_plural": "webhook deliveries",
                        "ordering": ["-created_at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "queued")),
                                fields=["webhook", "next_attempt_at"],
                                name="webhook_delivery_due",
                            ),
                            models.Index(
                                fields=["webhook", "-created_at"], name="webhook_delivery_log"
                            ),
                            models.Index(fields=["created_at"], name="webhook_delivery_old"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("redelivery_of", None)),
                                fields=("webhook", "event_id"),
                                name="webhook_delivery_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("finished_at", None),
                                        ("next_attempt_at__isnull", False),
                                        ("state", "queued"),
                                    ),
                                    models.Q(
                                        ("next_attempt_at", None),
                                        ("state__in", ["sent", "failed"]),
                                        ("finished_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="webhook_delivery_state",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WhatIf",
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
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked")),
                        ("question", models.JSONField(default=dict)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("last_ticket", models.PositiveBigIntegerField(default=0)),
                        ("outcome", models.JSONField(default=dict)),
                        ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                        (
                            "error",
                            models.CharField(blank=True, max_length=300, verbose_name="error"),
                        ),
                    ],
                    options={
                        "verbose_name": "what-if",
                        "verbose_name_plural": "what-ifs",
                        "ordering": ["-asked_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("finished_at", None)),
                                fields=["asked_at"],
                                name="whatif_open",
                            )
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="WidgetSite",
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
                            models.TextField(
                                default=support.widget.models.new_secret, editable=False
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ],
                    options={
                        "verbose_name": "widget site",
                        "verbose_name_plural": "widget sites",
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
            ]
        ),
        migrations.RunPython(begin),
        migrations.RunSQL(Path(__file__).with_name("guards.sql").read_text()),
    ]

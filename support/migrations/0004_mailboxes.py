"""Mailboxes that are read."""

from typing import ClassVar

import django.core.validators
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mailboxes that are read."""

    dependencies: ClassVar = [("support", "0003_api")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                (
                    "address",
                    models.EmailField(
                        help_text="Where customers write to.",
                        max_length=254,
                        verbose_name="e-mail address",
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
                    models.CharField(blank=True, max_length=300, verbose_name="token address"),
                ),
                (
                    "client_id",
                    models.CharField(blank=True, max_length=300, verbose_name="client ID"),
                ),
                ("client_secret", models.TextField(blank=True, verbose_name="client secret")),
                ("refresh_token", models.TextField(blank=True, verbose_name="refresh token")),
                ("access_token", models.TextField(blank=True, editable=False)),
                ("access_until", models.DateTimeField(editable=False, null=True)),
                (
                    "folder",
                    models.CharField(default="INBOX", max_length=200, verbose_name="folder"),
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
                    models.CharField(blank=True, max_length=200, verbose_name="move to folder"),
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
                    models.DateTimeField(editable=False, null=True, verbose_name="last read"),
                ),
                (
                    "last_tried_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last tried"),
                ),
                (
                    "last_error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "in order"),
                            ("refused", "the name or the password was refused"),
                            ("consent", "the access by OAuth2 was refused: give consent again"),
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
                            ("certificate", "the server's certificate is not valid for this name"),
                            ("tls", "no protected connection could be made"),
                            ("plain", "a connection without protection is not allowed here"),
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
            },
        ),
    ]

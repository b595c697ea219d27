"""Who may be believed: what our mail server says, what waits for a person, what went unanswered."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is known of a mail besides its words."""

    dependencies: ClassVar = [
        ("support", "0013_copies_of_mail"),
        ("tickets", "0012_answers_and_origin"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, max_length=150)),
                ("proposed_at", models.DateTimeField()),
                ("agreed", models.BooleanField(default=None, null=True)),
            ],
            options={
                "verbose_name": "proposed participant",
                "verbose_name_plural": "proposed participants",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="came_to",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=254, verbose_name="to"
            ),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="meant",
            field=models.CharField(
                blank=True,
                choices=[("answer", "an answer to the customer"), ("note", "an internal note")],
                db_default="",
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="reply_to",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=254, verbose_name="answers to"
            ),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="text",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[("", "not said"), ("pass", "is the sender's"), ("fail", "may be false")],
                db_default="",
                default="",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="sends_as",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                help_text="Empty: from the address above. Your mail server must let us send as it.",
                max_length=254,
                verbose_name="answers leave from",
            ),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="sends_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Empty: the name of the house.",
                max_length=80,
                verbose_name="under the name",
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="colleague",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="sender",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=420, verbose_name="from"
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="unasked",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="incomingmail",
            name="state",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="incomingmail",
            name="unconfirmed",
            field=models.CharField(
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
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                condition=models.Q(("state__in", ["ignored", "quarantine", "waiting"])),
                fields=["-received_at"],
                name="mail_in_aside",
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("unasked", True)),
                fields=["created_at"],
                name="mail_out_unasked",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="tickets.ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(fields=("ticket", "email"), name="proposal_once"),
        ),
    ]

"""What became of mail."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What became of mail."""

    dependencies: ClassVar = [("support", "0004_mailboxes"), ("tickets", "0003_participants")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="incomingmail",
            name="mentions",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mentioned_by",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="incomingmail",
            name="unconfirmed",
            field=models.CharField(
                blank=True,
                choices=[
                    ("brake", "too many mails from this address"),
                    ("helpdesk", "another helpdesk wrote it"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["sender", "received_at"], name="mail_in_sender"),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="cc",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.EmailField(max_length=254), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="broadcast",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="bounced_at",
            field=models.DateTimeField(null=True, verbose_name="came back"),
        ),
    ]

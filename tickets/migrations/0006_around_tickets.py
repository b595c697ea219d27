"""Tags, fields, links and checklists of tickets, and notes about customers."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tags, fields, links and checklists of tickets, and notes about customers."""

    dependencies: ClassVar = [
        ("tickets", "0005_search"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="to do")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "checklist item",
                "verbose_name_plural": "checklist items",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CustomField",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.TextField(blank=True, help_text="One a line.", verbose_name="choices"),
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
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "field",
                "verbose_name_plural": "fields",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="FieldValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.CharField(max_length=500)),
            ],
            options={
                "verbose_name": "value",
                "verbose_name_plural": "values",
            },
        ),
        migrations.CreateModel(
            name="Link",
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
                            ("related", "belongs with"),
                            ("duplicate", "duplicate of"),
                            ("caused", "caused by"),
                            ("split", "split off from"),
                            ("merged", "merged into"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "link",
                "verbose_name_plural": "links",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="OrganisationNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "note about a customer",
                "verbose_name_plural": "notes about customers",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["name"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="ticketevent",
            name="event_kind_known",
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(
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
                    ("linked", "Linked"),
                    ("unlinked", "Link removed"),
                    ("tagged", "Tag added"),
                    ("untagged", "Tag removed"),
                    ("field_set", "Filled in"),
                    ("checklist", "Checklist"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketevent",
            constraint=models.CheckConstraint(
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
                            "linked",
                            "unlinked",
                            "tagged",
                            "untagged",
                            "field_set",
                            "checklist",
                        ],
                    )
                ),
                name="event_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checklist",
                to="tickets.ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["text", "number", "date", "choice", "yes_no"])),
                name="field_type_known",
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="field",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="tickets.customfield",
            ),
        ),
        migrations.AddField(
            model_name="fieldvalue",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="field_values",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="linked_from",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="organisationnote",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AddField(
            model_name="organisationnote",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="tickets.organisation",
            ),
        ),
        migrations.AddField(
            model_name="tag",
            name="tickets",
            field=models.ManyToManyField(
                related_name="tags", to="tickets.ticket", verbose_name="tickets"
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldvalue",
            constraint=models.UniqueConstraint(fields=("ticket", "field"), name="field_value_once"),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("ticket", "other", "kind"), name="link_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "merged")), fields=("ticket",), name="link_merged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(("ticket", models.F("other")), _negated=True),
                name="link_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["related", "duplicate", "caused", "split", "merged"])
                ),
                name="link_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", django.db.models.functions.text.Lower("name"))),
                name="tag_lower_case",
            ),
        ),
    ]

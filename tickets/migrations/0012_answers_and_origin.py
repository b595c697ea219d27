"""Where answers go, and at which of our addresses a report came in."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns of a ticket, and one more kind of event."""

    dependencies: ClassVar = [
        ("tickets", "0011_reporter_proved"),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name="ticketevent",
            name="event_kind_known",
        ),
        migrations.AddField(
            model_name="ticket",
            name="answers_to",
            field=models.EmailField(
                blank=True, db_default="", default="", max_length=254, verbose_name="answers go to"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="came_to",
            field=models.EmailField(
                blank=True, db_default="", default="", max_length=254, verbose_name="came in at"
            ),
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
                        ],
                    )
                ),
                name="event_kind_known",
            ),
        ),
    ]

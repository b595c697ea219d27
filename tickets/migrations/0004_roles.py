"""The role of lead, and no other roles than the known ones."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROLES = [
    ("customer", "Customer"),
    ("agent", "Agent"),
    ("lead", "Team lead"),
    ("manager", "Manager"),
    ("admin", "Administrator"),
]


class Migration(migrations.Migration):
    """The role of lead."""

    dependencies: ClassVar = [
        ("tickets", "0003_participants"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=ROLES, default="customer", max_length=12, verbose_name="role"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="fixed_contact",
            field=models.ForeignKey(
                blank=True,
                help_text="Our own person for this organisation (3.F).",
                limit_choices_to={"role__in": ("agent", "lead", "manager", "admin")},
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="fixed_contact_of",
                to=settings.AUTH_USER_MODEL,
                verbose_name="fixed contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(role__in=[role for role, _label in ROLES]),
                name="user_role_is_known",
            ),
        ),
    ]

import django.db.models.deletion
import tickets.addresses
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0043_links_and_opinions"),
        ("tickets", "0025_what_organisations_allow"),
    ]

    operations = [
        migrations.AddField(
            model_name="subscriber",
            name="gone_at",
            field=models.DateTimeField(null=True, verbose_name="comes back since"),
        ),
        migrations.AlterField(
            model_name="subscriber",
            name="asked_at",
            field=models.DateTimeField(verbose_name="asked"),
        ),
        migrations.AlterField(
            model_name="subscriber",
            name="brand",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.brand",
                verbose_name="brand",
            ),
        ),
        migrations.AlterField(
            model_name="subscriber",
            name="confirmed_at",
            field=models.DateTimeField(null=True, verbose_name="confirmed"),
        ),
        migrations.AlterField(
            model_name="subscriber",
            name="email",
            field=tickets.addresses.AddressField(max_length=254, verbose_name="e-mail address"),
        ),
        migrations.AlterField(
            model_name="subscriber",
            name="language",
            field=models.CharField(
                choices=[("nl", "Dutch"), ("en", "English")], max_length=2, verbose_name="language"
            ),
        ),
    ]

"""Characteristics: required by stage, shown under a condition, and taking remarks of their key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0011_leaner_indexes")]

    operations = [
        migrations.AddField(
            "characteristicdefinition",
            "required_for",
            models.JSONField(blank=True, default=list, verbose_name="Required for"),
        ),
        migrations.AddField(
            "characteristicdefinition",
            "shown_if",
            models.JSONField(blank=True, default=dict, verbose_name="Shown only when"),
        ),
        migrations.AddField(
            "characteristicdefinition",
            "takes_remarks",
            models.BooleanField(default=False, verbose_name="Takes remarks of its key"),
        ),
    ]

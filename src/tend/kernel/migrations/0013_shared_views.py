import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0012_characteristics_in_depth"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="savedview",
            name="group_by",
            field=models.CharField(blank=True, max_length=120, verbose_name="Grouped by"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="has_totals",
            field=models.BooleanField(default=False, verbose_name="With totals"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.TEAM_MODEL,
                verbose_name="Shared with the team",
            ),
        ),
        migrations.AlterField(
            model_name="savedview",
            name="is_shared",
            field=models.BooleanField(default=False, verbose_name="Shared with everybody"),
        ),
        migrations.CreateModel(
            name="ViewPin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Changed")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("trashed_at", models.DateTimeField(editable=False, null=True)),
                ("at", models.CharField(max_length=40, verbose_name="List")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="Position")),
                ("is_pinned", models.BooleanField(default=True, verbose_name="Pinned")),
                ("is_default", models.BooleanField(default=False, verbose_name="Opens first")),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Of",
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pins",
                        to="kernel.savedview",
                        verbose_name="Saved view",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pinned view",
                "verbose_name_plural": "Pinned views",
                "ordering": ["at", "position", "id"],
                "constraints": [models.UniqueConstraint(fields=("user", "at", "view"), name="view_pinned_once")],
            },
        ),
    ]

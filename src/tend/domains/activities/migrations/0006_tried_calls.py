from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    """Calls that were tried in vain before this column stood."""
    activity = apps.get_model("activities", "Activity")
    tries = activity._base_manager.filter(
        state="done", trashed_at=None, outcome__effect="attempt", parent__isnull=False
    )
    activity._base_manager.filter(pk__in=tries.values("parent_id")).update(is_tried=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_leaner_indexes"),
        ("activities", "0005_leaner_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="is_tried",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("is_tried", True), ("state", "planned"), ("trashed_at__isnull", True)),
                fields=["planned_on", "id"],
                name="activity_missed",
            ),
        ),
    ]

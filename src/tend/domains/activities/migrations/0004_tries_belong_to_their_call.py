from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Until now only tries had a parent, and the call they tried had none."""
    activity = apps.get_model("activities", "Activity")
    activity._base_manager.filter(parent__isnull=False).update(thread_id=F("parent_id"))


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0003_conversations_and_places"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]

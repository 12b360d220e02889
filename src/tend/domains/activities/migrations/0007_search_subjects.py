"""Activities are found by their subject, those that have one."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from tend.base.names import normalise
from tend.kernel.search.index import search_index

CHUNK = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    """The subjects that there are already."""
    activity, text = apps.get_model("activities", "Activity"), apps.get_model("activities", "ActivitySearch")
    last = 0
    while True:
        rows = activity._base_manager.filter(pk__gt=last).exclude(subject="").order_by("pk")
        found = list(rows.values_list("pk", "subject")[:CHUNK])
        if not found:
            return
        text.objects.bulk_create(text(record_id=pk, head=normalise(subject)) for pk, subject in found)
        last = found[-1][0]


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_tried_calls"), ("kernel", "0006_trigrams")]

    operations = [
        migrations.CreateModel(
            name="ActivitySearch",
            fields=[
                ("head", models.TextField(default="")),
                ("names", models.TextField(default="")),
                ("numbers", models.TextField(default="")),
                ("emails", models.TextField(default="")),
                ("phones", models.TextField(default="")),
                ("body", models.TextField(default="")),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="activities.activity",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        search_index("activities_activitysearch"),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

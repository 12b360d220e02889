from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_forecast_from_indexes"),
        ("activities", "0007_search_subjects"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="activity",
            name="activity_open_of",
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("state", "planned"), ("trashed_at__isnull", True)),
                fields=["responsible", "planned_on", "id", "state", "trashed_at"],
                name="activity_open_of",
            ),
        ),
    ]

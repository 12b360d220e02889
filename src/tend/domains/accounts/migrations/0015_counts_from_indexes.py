from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_forecast_from_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="account", name="account_by_status"),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["status", "name", "id", "lifecycle", "trashed_at"], name="account_by_status"),
        ),
        migrations.RemoveIndex(model_name="account", name="account_by_owner_status"),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                fields=["owner", "status", "name", "id", "lifecycle", "trashed_at"], name="account_by_owner_status"
            ),
        ),
        migrations.RemoveIndex(model_name="account", name="account_by_interaction"),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                fields=["interaction_status", "name", "id", "lifecycle", "trashed_at"], name="account_by_interaction"
            ),
        ),
    ]

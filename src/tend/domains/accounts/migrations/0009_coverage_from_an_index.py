from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_merging"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="account", name="account_count_by_owner"),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                fields=[
                    "owner",
                    "next_contact_on",
                    "lifecycle",
                    "trashed_at",
                    "interaction_status",
                    "last_contact_at",
                    "do_not_contact",
                    "cycle_paused",
                    "unreachable",
                    "archived",
                    "merged_into",
                    "category",
                ],
                name="account_count_by_owner",
            ),
        ),
    ]

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_search_remarks"),
        ("people", "0007_security_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("next_contact_on__isnull", False)),
                fields=["interaction_status", "next_contact_on", "name", "id"],
                name="account_due_of_status",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("interaction_status__isnull", True), ("trashed_at__isnull", True)),
                fields=["lifecycle", "archived"],
                name="account_without_status",
            ),
        ),
    ]

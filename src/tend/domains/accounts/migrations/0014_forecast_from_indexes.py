from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_due_of_status"),
        ("people", "0007_security_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="account",
            name="account_due_of_status",
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("next_contact_on__isnull", False)),
                fields=[
                    "interaction_status",
                    "next_contact_on",
                    "name",
                    "id",
                    "owner",
                    "cycle_anchor",
                    "cycle_attempts",
                ],
                name="account_due_of_status",
            ),
        ),
    ]

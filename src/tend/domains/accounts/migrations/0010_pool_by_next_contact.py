from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_coverage_from_an_index")]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                fields=["team", "next_contact_on", "name", "id"],
                name="account_pool_by_next_contact",
                condition=models.Q(team__isnull=False),
            ),
        ),
    ]

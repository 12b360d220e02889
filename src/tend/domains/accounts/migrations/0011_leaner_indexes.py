import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_pool_by_next_contact"),
        ("kernel", "0011_leaner_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accountpoint",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="points",
                to="accounts.account",
            ),
        ),
        migrations.AlterField(
            model_name="accountremarkvalue",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="remark_values",
                to="accounts.account",
            ),
        ),
        migrations.AlterField(
            model_name="accounttag",
            name="tag",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.tag"
            ),
        ),
        migrations.AlterField(
            model_name="apart",
            name="record",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="apart", to="accounts.account"
            ),
        ),
        migrations.AlterField(
            model_name="interest",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="interests",
                to="accounts.account",
            ),
        ),
        migrations.AlterField(
            model_name="responsible",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="responsibles",
                to="accounts.account",
            ),
        ),
        migrations.AddIndex(
            model_name="accountpoint",
            index=models.Index(fields=["record", "kind"], name="points_of_account"),
        ),
    ]

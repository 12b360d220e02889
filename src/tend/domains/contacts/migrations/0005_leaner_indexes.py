import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_leaner_indexes"),
        ("contacts", "0004_merging"),
        ("kernel", "0011_leaner_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="membership",
            name="membership_by_account",
        ),
        migrations.AlterField(
            model_name="contactpointof",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="points",
                to="contacts.contact",
            ),
        ),
        migrations.AlterField(
            model_name="contactremarkvalue",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="remark_values",
                to="contacts.contact",
            ),
        ),
        migrations.AlterField(
            model_name="contacttag",
            name="tag",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.tag"
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="accounts.account",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="record",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="contacts.contact",
            ),
        ),
        migrations.AddIndex(
            model_name="contactpointof",
            index=models.Index(fields=["record", "kind"], name="points_of_contact"),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["account", "is_primary", "until", "record"], name="membership_by_account"),
        ),
    ]

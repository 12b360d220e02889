from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0016_view_shape"),
    ]

    operations = [
        migrations.AddField(
            model_name="viewpin",
            name="is_in_navigation",
            field=models.BooleanField(default=False, verbose_name="In the navigation"),
        ),
    ]

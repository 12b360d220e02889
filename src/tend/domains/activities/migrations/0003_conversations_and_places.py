from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_escalated"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=models.SET_NULL,
                related_name="replies",
                to="activities.activity",
                verbose_name="Follows",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="thread",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="+",
                to="activities.activity",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="place",
            field=models.CharField(blank=True, max_length=200, verbose_name="Where"),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("thread__isnull", False)), fields=["thread"], name="activity_thread"
            ),
        ),
    ]

"""PostgreSQL's trigrams, on which search stands; SQLite has them built in."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_imports")]
    operations = [TrigramExtension()]

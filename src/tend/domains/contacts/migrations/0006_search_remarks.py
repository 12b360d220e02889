"""What is remarked is searched too: the searchable text of records that have remarks already."""

from django.db import migrations

from tend.kernel.search.index import remarks_searched


class Migration(migrations.Migration):
    dependencies = [("contacts", "0005_leaner_indexes")]

    operations = [remarks_searched("contacts_contactsearch", "contacts_contactremark")]

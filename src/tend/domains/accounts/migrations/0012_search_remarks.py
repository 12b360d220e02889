"""What is remarked is searched too: the searchable text of records that have remarks already."""

from django.db import migrations

from tend.kernel.search.index import remarks_searched


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_leaner_indexes")]

    operations = [remarks_searched("accounts_accountsearch", "accounts_accountremark")]

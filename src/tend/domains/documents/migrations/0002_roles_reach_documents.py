from typing import Any

from django.db import migrations


def reach(apps: Any, schema_editor: Any) -> None:
    """Whoever may do something to contacts may do it to documents, until an administrator says otherwise."""
    for role in apps.get_model("people", "Role").objects.all():
        if "contacts" in role.scopes and "documents" not in role.scopes:
            role.scopes = {**role.scopes, "documents": dict(role.scopes["contacts"])}
            role.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("people", "0005_calendar_feeds")]

    operations = [migrations.RunPython(reach, migrations.RunPython.noop, elidable=True)]

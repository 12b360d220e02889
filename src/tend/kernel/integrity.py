"""The kernel's own checks for `tend doctor`: the database file, its references, and the derived texts of search."""

from __future__ import annotations

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tend.kernel.doctor import Finding, check
from tend.kernel.entity import entities
from tend.kernel.search.models import search_model
from tend.kernel.search.projection import rebuild, searchable

EXAMPLES = 5


@check("database")
def check_database(repair: bool) -> list[Finding]:
    """Is the database whole? SQLite reads every page; PostgreSQL checks its pages as it reads them, so one look suffices."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
            count = cursor.fetchone()[0]
            return [Finding(_("constraints of the database that are not proved"), count)] if count else []
        cursor.execute("PRAGMA integrity_check(20)")
        wrong = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        loose = cursor.fetchall()
    findings = [Finding(_("the database file is damaged: %(what)s") % {"what": one}, 1) for one in wrong]
    if loose:
        findings.append(
            Finding(
                _("rows that point to something that is not there"),
                len(loose),
                tuple(r[1] or 0 for r in loose[:EXAMPLES]),
            )
        )
    return findings


@check("search")
def check_search(repair: bool) -> list[Finding]:
    """Every record that can be searched has its text."""
    findings = []
    for entity in entities():
        model = search_model(entity.model)
        if model is None:
            continue
        rows = entity.model.objects.as_system("doctor looks at every record")  # type: ignore[attr-defined]
        lacking = searchable(entity, rows).filter(~Exists(model.objects.filter(pk=OuterRef("pk"))))
        count = lacking.count()
        if count:
            examples = tuple(lacking.order_by("pk").values_list("pk", flat=True)[:EXAMPLES])
            if repair:
                rebuild(entity)
            text = _("%(what)s without their searchable text") % {"what": entity.label_plural}
            findings.append(Finding(text, count, examples, repair))
    return findings

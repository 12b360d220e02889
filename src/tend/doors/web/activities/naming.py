"""What an activity is called in lists and on boards: its subject, else how it ended or what it is, and with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from tend.domains.activities.models import Activity
from tend.doors.web.records import cells
from tend.doors.web.records.columns import Drawn
from tend.doors.web.records.places import claims
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of

NEEDS = ("subject", "kind", "outcome", "account")


def called(values: Mapping[str, Any]) -> str:
    """The name of these values; those that are hidden from the reader are absent. Blank when nothing of it may be seen."""
    if values.get("subject"):
        return str(values["subject"])
    by_name = entity_of(Activity).by_name
    what = next((cells.plain(by_name[n], values[n]) for n in ("outcome", "kind") if values.get(n)), "")
    whom = cells.plain(by_name["account"], values.get("account"))
    return " · ".join(filter(None, (what, whom)))


def _draw(actor: Actor, records: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> dict[int, SafeString]:
    return {r.pk: format_html("{}", called(row) or str(r)) for r, row in zip(records, rows, strict=True)}


claims("activities", "column:subject")(
    Drawn(gettext_lazy("Subject"), NEEDS, _draw)  # type: ignore[arg-type]
)

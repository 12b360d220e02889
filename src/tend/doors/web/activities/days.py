"""The day of an activity in lists and on boards: somebody waits for it only while it is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from tend.domains.activities.models import Activity, State
from tend.doors.web.records import cells
from tend.doors.web.records.columns import Drawn
from tend.doors.web.records.places import claims
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of


def _draw(actor: Actor, records: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> dict[int, SafeString]:
    entity = entity_of(Activity)
    field, tells = entity.by_name["planned_on"], entity.right(actor, "state") != "hidden"
    found = {}
    for record, row in zip(records, rows, strict=True):
        is_over = tells and record.state != State.PLANNED
        found[record.pk] = (cells.day if is_over else cells.show)(field, row.get("planned_on"))
    return found


claims("activities", "column:planned_on")(
    Drawn(gettext_lazy("Planned on"), ("planned_on",), _draw, columns=("state",))  # type: ignore[arg-type]
)

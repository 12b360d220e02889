"""By what a list stands in groups: a value of few, or the month of a day; as an address, a view and the API name it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Refused
from tend.kernel.query import find_target

VALUES = ("link", "choice", "yesno")
DAYS = ("date", "datetime")
MONTH = "month"


@dataclass(frozen=True)
class GroupKey:
    """What a list is grouped by. `name` is what an address says: `status`, or `next_contact_on.month`."""

    name: str
    field: Field
    is_by_month: bool


def group_key(entity: Entity, actor: Actor, said: str) -> GroupKey:
    """What a list is grouped by. Unknown and hidden names are refused alike, and so are fields without few values."""
    whole, _dot, unit = said.rpartition(".")
    by_month = unit == MONTH and bool(whole)
    target = find_target(entity, actor, whole if by_month else said)
    kinds = DAYS if by_month else VALUES
    if target.hops or target.through is not None or target.kind not in kinds:
        raise Refused(_("There are no groups by “%(name)s”.") % {"name": said}, field=said, code="not_groupable")
    return GroupKey(said, target.field, by_month)

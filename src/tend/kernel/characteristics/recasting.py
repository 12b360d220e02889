"""Another type for a characteristic, or other options: seen before it is done, done as an operation, taken back by Undo.

What cannot be converted is not lost: it becomes a remark of its record, where the record type has remarks, and stays in
the history in any case. Whoever may change settings does this to records out of his sight too: he chooses words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.characteristics.asking import PREFIX, words_of
from tend.kernel.characteristics.converting import Type, as_text, converted
from tend.kernel.characteristics.filterable import holders
from tend.kernel.entity import Entity, entity_by_code
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.imports.files import plan_of
from tend.kernel.imports.models import Import
from tend.kernel.jobs.stages import AT_ONCE, Stage, deed, everywhere, length_of, run_or_queue
from tend.kernel.operations import Operation, advance, name_operation, start
from tend.kernel.query.operators import check_operator
from tend.kernel.query.targets import Target
from tend.kernel.query.tree import Condition, conditions, read_tree
from tend.kernel.traits.characteristics import CharacteristicDefinition, definitions, keep_side_table
from tend.kernel.unit import Unit
from tend.kernel.verbs import CHUNK

RIGHT = "settings"
KIND = "recast"
SHOWN = 50  # values that do not convert, by name; the rest is counted
WHY = "what a characteristic becomes concerns all records, views and imports"
name_operation(KIND, gettext_lazy("Change a characteristic's type"))


@dataclass(frozen=True)
class Recast:
    """What a characteristic is to become: its type, its options, and which options become others."""

    to: str
    choices: tuple[str, ...] = ()
    said_as: Mapping[str, str] = field(default_factory=dict)

    def of(self, value: Any) -> Any:
        return converted(value, self.to, self.choices, self.said_as)


@dataclass
class Foreseen:
    """What a change would do: how many values convert, which do not and why, and what names the characteristic elsewhere."""

    total: int = 0
    converts: int = 0
    fails: list[tuple[str, int, str]] = field(default_factory=list)  # value, records, reason
    fails_beside: int = 0  # records with further such values
    views: list[str] = field(default_factory=list)  # that would no longer work, by name
    views_beside: int = 0  # of others, not shared: counted, not named
    views_kept: int = 0
    imports: int = 0
    conditions: list[str] = field(default_factory=list)  # characteristics whose condition names what goes

    @property
    def failing(self) -> int:
        return self.total - self.converts


def planned(
    definition: CharacteristicDefinition, to: str, choices: Iterable[str], said_as: Mapping[str, str]
) -> Recast:
    """The change as it was asked for. Refused for an unknown type, a choice without options, and an option that is not there."""
    options = tuple(dict.fromkeys(c.strip() for c in choices if c.strip()))
    if to not in Type.values:
        raise Refused(_("“%(value)s” is no type.") % {"value": to}, field="type", code="choice")
    if to in (Type.CHOICE, Type.CHOICES) and not options:
        raise Refused(_("Name what can be chosen, one a line."), field="choices", code="required")
    for old, new in said_as.items():
        if new not in options:
            raise Refused(
                _("“%(value)s” is none of: %(offered)s.") % {"value": new, "offered": ", ".join(options)},
                field="merge",
                code="choice",
            )
        if old == new:
            raise Refused(_("“%(value)s” cannot become itself.") % {"value": old}, field="merge", code="choice")
    if to == Type.YESNO and (definition.is_required or definition.required_for):
        raise Refused(_("Yes or no is never lacking: what nobody ticked says no."), field="type", code="type")
    return Recast(to, options, dict(said_as))


def merging(definition: CharacteristicDefinition, old: str, new: str) -> Recast:
    """Two options become one: records that say `old` say `new` from then on. A new word renames the option."""
    if definition.type not in (Type.CHOICE, Type.CHOICES) or old not in definition.choices:
        raise Refused(_("There is no option “%(value)s”.") % {"value": old}, field="merge", code="choice")
    new = new.strip()
    if not new or len(new) > 200:
        raise Refused(_("Name what it becomes."), field="into", code="required")
    options = [new if c == old and new not in definition.choices else c for c in definition.choices]
    left = [c for c in options if c != old]
    return planned(definition, definition.type, left, {old: new})


def foresee(actor: Actor, definition: CharacteristicDefinition, recast: Recast) -> Foreseen:
    """What the change would do, without doing it: one question about the values, one each about views and imports."""
    if not actor.has_right(RIGHT):
        raise NotAllowed(RIGHT)
    entity, found = entity_by_code(definition.record_type), Foreseen()
    held = holders(entity, definition.key).order_by().values_list(f"characteristics__{definition.key}")
    for value, count in held.annotate(n=Count("pk")).order_by("-n"):
        found.total += count
        try:
            recast.of(value)
        except Refused as no:
            if len(found.fails) < SHOWN:
                found.fails.append((as_text(value), count, no.message))
            else:
                found.fails_beside += count
        else:
            found.converts += count
    _see_views(actor, definition, recast, found)
    rows = Import.objects.filter(operation__isnull=False).order_by("-pk")[:100]
    found.imports = sum(1 for run in rows if f"{PREFIX}{definition.key}" in plan_of(run).fields)
    lost = _lost_options(definition, recast)
    found.conditions = [
        d.name
        for d in definitions(definition.record_type)
        if d.shown_if.get("field") == f"{PREFIX}{definition.key}"
        and (recast.to not in (Type.CHOICE, Type.CHOICES, Type.YESNO) or lost & set(words_of(d.shown_if["values"])))
    ]
    return found


def _lost_options(definition: CharacteristicDefinition, recast: Recast) -> set[str]:
    return {c for c in definition.choices if c not in recast.choices}


def _see_views(actor: Actor, definition: CharacteristicDefinition, recast: Recast, found: Foreseen) -> None:
    """Views whose filter would not be understood any more: one's own and shared ones by name, others counted."""
    from tend.kernel.views import SavedView

    entity, name = entity_by_code(definition.record_type), f"{PREFIX}{definition.key}"
    rows = SavedView.objects.as_system(WHY).filter(record_type=entity.code, trashed_at=None)
    for view in rows:
        mine = [c for c in conditions(read_tree(view.filter)) if c.field == name]
        if not mine and name not in view.columns and name not in view.sort:
            continue
        if all(_holds(c, definition, entity, recast) for c in mine):
            found.views_kept += 1
        elif view.is_shared or view.owner_id == actor.user_id:
            found.views.append(view.name)
        else:
            found.views_beside += 1


def _holds(condition: Condition, definition: CharacteristicDefinition, entity: Entity, recast: Recast) -> bool:
    """Would this condition mean something for the new type?"""
    kind = {"choice": "option", "choices": "options", "money": "number"}.get(recast.to, recast.to)
    from tend.kernel.entity import Field

    target = Target(condition.field, Field(condition.field, kind=kind), kind, entity)
    try:
        check_operator(target, condition.op)
        if condition.op in ("empty", "filled", "contains", "starts_with") or kind == "date":
            return True
        for one in condition.value if isinstance(condition.value, list) else [condition.value]:
            converted(one, str(Type.CHOICE) if recast.to == Type.CHOICES else recast.to, recast.choices)
    except Refused:
        return False
    return True


def recast(
    actor: Actor, definition: CharacteristicDefinition, to: Recast, *, now: dt.datetime | None = None,
    at_once: int = AT_ONCE,
) -> Operation:  # fmt: skip
    """Change the type or the options of a characteristic with all its values, as one operation.

    Few values change now, many in the background. Refused while a condition of another names what would go.
    """
    if not actor.has_right(RIGHT):
        raise NotAllowed(RIGHT)
    now, entity = now or clock.now(), entity_by_code(definition.record_type)
    seen = foresee(actor, definition, to)
    if seen.conditions:
        raise Refused(
            _("%(names)s is shown only under a value that would go. Change that first.")
            % {"names": ", ".join(seen.conditions)},
            field="type",
            code="in_use",
        )
    given = {"definition": definition.pk, "to": to.to, "choices": list(to.choices), "said_as": dict(to.said_as)}
    params = {"name": definition.name, "from": definition.type, "to": to.to, "merge": dict(to.said_as)}
    with transaction.atomic():
        stages = [Stage("recast-definition", [definition.pk], given=given)]
        if seen.total:
            stages.append(Stage("recast-values", size=seen.total, given=given))
        operation = start(actor, KIND, entity.code, total=length_of(stages), params=params, now=now)
        return run_or_queue(actor, operation, stages, now, at_once=at_once)


@deed("recast-definition")
def recast_definition(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, definition: int, to: str,
    choices: list[str], said_as: dict[str, str],
) -> None:  # fmt: skip
    """The definition itself comes first, so that whoever writes meanwhile writes values of the new type."""
    from tend.kernel.characteristics.commands import CHARACTERISTIC

    with Unit(everywhere(actor, RIGHT), verb=KIND, now=now, operation=operation) as unit:
        held = unit.open_one(CHARACTERISTIC, definition, RIGHT)
        held.type = to
        held.choices = choices if to in (Type.CHOICE, Type.CHOICES) else []
        unit.finish()
        advance(operation, len(ids), changed=1)


@deed("recast-values")
def recast_values(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, definition: int, to: str,
    choices: list[str], said_as: dict[str, str],
) -> None:  # fmt: skip
    """The values of the next records, behind the last one that was done; which that is stands in the operation."""
    row = CharacteristicDefinition.objects.as_system(WHY).get(pk=definition)
    entity, change = entity_by_code(row.record_type), Recast(to, tuple(choices), said_as)
    after = operation.summary.get("after", 0)
    with Unit(everywhere(actor, RIGHT), verb=KIND, now=now, operation=operation) as unit:
        found = holders(entity, row.key).filter(pk__gt=after)[:CHUNK]
        records = unit.load(found.select_for_update(of=("self",), no_key=True))
        if "remarks" in entity.traits:
            unit.preload(entity, records, ["remarks"])
        refused = [[r.pk, why] for r in records if (why := _recast_one(unit, entity, row, r, change))]
        same = [r for r in records if r.characteristics == unit.before(r, "characteristics")]
        unit.finish()
        if "characteristics" in entity.traits:
            keep_side_table(entity.traits["characteristics"].model, entity.code, unit, same)
        operation.summary = {**operation.summary, "after": records[-1].pk if records else after}
        operation.save(update_fields=["summary"])
        left = max(1, operation.total - operation.done_through)
        # Whoever got or lost a value since it was counted is counted with the last chunk.
        done = min(len(records), left) if records else left
        advance(operation, done, changed=len(records) - len(refused) - len(same), refused=refused)


def _recast_one(unit: Unit, entity: Entity, row: CharacteristicDefinition, record: Any, change: Recast) -> str:
    """Convert the value of one record; the reason when it cannot be, and it became a remark."""
    value = record.characteristics[row.key]
    rest = {k: v for k, v in record.characteristics.items() if k != row.key}
    try:
        record.characteristics = {**rest, row.key: change.of(value)}
    except Refused as no:
        record.characteristics = rest
        if "remarks" in entity.traits:
            entity.traits["remarks"].write_down(unit, record, f"{row.name}: {as_text(value)}")  # type: ignore[attr-defined]
        return no.message
    return ""

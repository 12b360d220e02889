"""What was written to a record in the moment in which it was merged: `tend doctor` finds it and lets it follow."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.actor import system
from tend.kernel.doctor import Finding, check
from tend.kernel.entity import Entity, entities
from tend.kernel.merging.comparing import is_mergeable
from tend.kernel.merging.leading import merged_chain
from tend.kernel.merging.ties import Tie, ties_to
from tend.kernel.unit import Unit

WHY = "what hangs on a merged record moves with it, whoever sees it"
CHUNK = 1000
EXAMPLES = 5


@check("merged")
def check_merged(repair: bool) -> list[Finding]:
    """Records that point to one that was merged; parts do not count, for what both had stays with each."""
    findings = []
    for entity in entities():
        for tie in ties_to(entity.model) if is_mergeable(entity) else ():
            if tie.is_part or tie.model is entity.model:
                continue
            rows = _stray(entity, tie)
            count = rows.count()
            if count:
                examples = tuple(rows.values_list("pk", flat=True)[:EXAMPLES])
                if repair:
                    _follow(entity, tie)
                text = _("records that hang on one that was merged: %(what)s") % {
                    "what": tie.model._meta.verbose_name_plural
                }
                findings.append(Finding(text, count, examples, repair))
    return findings


def _stray(entity: Entity, tie: Tie) -> Any:
    merged: Any = entity.model.objects.as_system(WHY).filter(merged_into__isnull=False)  # type: ignore[attr-defined]
    model: Any = tie.model
    return model.objects.as_system(WHY).filter(**{f"{tie.column}__in": merged.values("pk")}).order_by("pk")


def _follow(entity: Entity, tie: Tie) -> None:
    """Each points to where its record went, in chunks."""
    while True:
        with Unit(system(WHY), verb="doctor") as unit:
            rows = unit.load(_stray(entity, tie)[:CHUNK])
            ends = {pk: merged_chain(entity.model, pk) for pk in {r.__dict__[tie.column] for r in rows}}
            for row in rows:
                setattr(row, tie.column, ends[row.__dict__[tie.column]][-1])
        if len(rows) < CHUNK:
            return

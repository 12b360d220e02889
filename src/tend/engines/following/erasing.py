"""When a colleague is erased: she follows nothing any more, and texts that named her after an @ say "Erased person" there."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from tend.base.mentions import pieces
from tend.engines.following.followers import FOLLOWED, table_of
from tend.engines.following.mentions import COLUMNS
from tend.engines.following.models import Mention
from tend.kernel.entity import entity_of
from tend.kernel.events import reacts_to
from tend.kernel.record import Record
from tend.kernel.search import renew
from tend.kernel.taking import drop, take
from tend.kernel.traits import owner_of
from tend.kernel.unit import Unit
from tend.people.erasing import ERASING
from tend.people.events import user_erased

WHY = "what is erased is erased everywhere, whoever sees it"


@reacts_to(user_erased, order=30)
def forget_mentions(unit: Unit, events: list[user_erased]) -> None:
    """Texts are known by the mentions that were noted with them; their history loses the name as well."""
    for event, work in zip(events, unit.memory[ERASING], strict=True):
        mentions = Mention.objects.as_system(WHY).filter(user_id=event.user.pk)
        written: dict[str, dict[int, set[str]]] = {}
        for label, pk, word in mentions.values_list("source_type", "source_id", "written"):
            written.setdefault(label, {}).setdefault(pk, set()).add(word)
        for label, by_row in written.items():
            model: Any = apps.get_model(label)
            texts = model.objects.as_system(WHY).filter(pk__in=sorted(by_row))
            owner: Any = model if issubclass(model, Record) else owner_of(model)
            ids, column = set(), COLUMNS.get(label, "text")
            for row in texts.order_by("pk"):
                named = dict.fromkeys(by_row[row.pk], work.instead)
                said = "".join(piece for piece, _is_name in pieces(getattr(row, column), named))
                work.met.add((label, row.pk))
                take(texts.filter(pk=row.pk), **{column: said})  # not by the unit, whose history would hold the name
                ids.add(row.pk if owner is model else row.record_id)
            work.counts["texts"] += len(by_row)
            work.reword_history(entity_of(owner).code, sorted(ids))
            renew(entity_of(owner), list(owner.objects.as_system(WHY).filter(pk__among=sorted(ids)).order_by("pk")))
        drop(mentions)
        for entity in FOLLOWED:
            drop(table_of(entity).objects.as_system(WHY).filter(user_id=event.user.pk))

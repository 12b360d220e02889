"""Remarks on a record's page: what is data (a line key=value) as chips, what is text with the people named in it."""

from __future__ import annotations

from functools import cache
from typing import Any

from tend.base.remarks import parse_remark
from tend.doors.web.mentions import draw_in
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.prepared import Prepared


def shown_on(entity: Entity, actor: Actor, pk: int) -> dict[str, Any]:
    """`remark_pairs` and `remark_texts` of a record in sight, newest first, and whether its reader sees remarks at all."""
    if entity.right(actor, "remarks") == "hidden":
        return {"shows_remarks": False, "remark_pairs": [], "remark_texts": []}
    model = entity.traits["remarks"].model
    pairs: list[Any] = []
    texts: list[Any] = []
    for remark in _of(model)([pk]):
        (pairs if _is_pair(remark.text) else texts).append(remark)
    draw_in(model, texts)
    return {"shows_remarks": True, "remark_pairs": pairs, "remark_texts": texts}


@cache
def _of(model: Any) -> Prepared:
    return Prepared(lambda ids: model.objects.of(ids).order_by("-written_at", "-pk"), list)


def _is_pair(text: str) -> bool:
    return "\n" not in text.strip() and bool(list(parse_remark(text)))

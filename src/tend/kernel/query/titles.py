"""Part of a record's name: by the index of search where the record type is searched, else by folding each row."""

from __future__ import annotations

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from tend.base.names import normalise
from tend.kernel.entity import Entity
from tend.kernel.query import fold
from tend.kernel.search.matching import PREFIXED, RARE, TRIGRAM, among, beginning, in_index
from tend.kernel.search.models import search_model


def title_holds(entity: Entity, op: str, text: str) -> Q:
    """The condition that a record's title contains the text, or begins with it (`op` starts_with), folded."""
    model = search_model(entity.model)
    if model is None:
        return (fold.contains if op == "contains" else fold.starts_with)(entity.title, text)
    folded = normalise(text)
    if op == "starts_with":
        return among(beginning(model, folded), PREFIXED)
    if len(folded) < TRIGRAM:  # so common that the list's own order is walked
        return Q(Exists(model.objects.filter(pk=OuterRef("pk"), head__contains=folded)))
    if connection.vendor == "sqlite":
        return Q(pk__in=in_index(model, ["head"], folded))
    return among(model.objects.filter(head__contains=folded), RARE)

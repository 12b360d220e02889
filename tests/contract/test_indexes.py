"""Indexes earn their place: each write pays for every one of them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models


def test_no_link_has_an_index_that_another_one_begins_with() -> None:
    repeated = [
        f"{model._meta.label}.{field.name} is found by {name} as well"
        for model in apps.get_models()
        if model.__module__.startswith("tend.")
        for field in model._meta.concrete_fields
        if field.db_index and not field.unique
        for name, fields in _whole(model)
        if fields[0].lstrip("-") == field.name
    ]
    assert repeated == []


def _whole(model: type[models.Model]) -> list[tuple[str, Any]]:
    """The indexes and constraints over all rows, with their fields."""
    uniques = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    return [(i.name, i.fields) for i in (*model._meta.indexes, *uniques) if i.fields and i.condition is None]

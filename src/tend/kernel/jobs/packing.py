"""What a verb was given, as JSON that a job keeps: records by type and id, dates and decimals by their kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models


def pack(value: Any) -> Any:
    """Verb options as JSON."""
    if isinstance(value, models.Model):
        return {"$": "record", "of": value._meta.label_lower, "id": value.pk}
    if isinstance(value, dt.datetime):
        return {"$": "datetime", "is": value.isoformat()}
    if isinstance(value, dt.date):
        return {"$": "date", "is": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$": "decimal", "is": str(value)}
    if isinstance(value, dict):
        return {"$": "dict", "is": [[pack(k), pack(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [pack(v) for v in value]
    return value


def unpack(value: Any) -> Any:
    """The inverse of `pack`. Records are read anew, so that a job does not work with what they were."""
    if isinstance(value, list):
        return [unpack(v) for v in value]
    if not isinstance(value, dict):
        return value
    kind = value["$"]
    if kind == "record":
        rows = apps.get_model(value["of"])._default_manager
        return rows.as_system("the options of a bulk job were looked up by its actor").get(pk=value["id"])
    if kind == "dict":
        return {unpack(k): unpack(v) for k, v in value["is"]}
    revive: dict[str, Callable[[str], Any]] = {
        "datetime": dt.datetime.fromisoformat,
        "date": dt.date.fromisoformat,
        "decimal": Decimal,
    }
    return revive[kind](value["is"])

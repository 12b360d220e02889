"""What a whole database says, in a form that can be compared: `python -m tests.soak.told exact|linked|live [TABLE]`.

`exact` is every row as it stands. `linked` leaves out ids and times and names what a row hangs on by what that says, so that
two databases filled in another order can be equal. `live` is the same of what is not in the trash, without versions. With a
table, its rows are listed, to see where two differ.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import django

APPS = ("accounts", "contacts", "activities", "kernel")
MACHINERY = (
    "kernel.job", "kernel.slot", "kernel.import", "kernel.operation", "kernel.notice", "kernel.change",
    "kernel.accessepoch", "kernel.idempotency", "kernel.lastwrite", "kernel.tries",
    "contacts.alikepeople", "contacts.alikemark",  # found in rounds, whenever a worker comes to it
)  # fmt: skip
UNSAID = ("act", "at", "fold", "number", "numbers", "version")
NUMBERED = re.compile(r"\b[A-Z]-\d+\b", re.IGNORECASE)  # numbers of records follow their ids


def models() -> list[Any]:
    from django.apps import apps

    found = [m for m in apps.get_models() if m._meta.app_label in APPS]
    return [m for m in found if not m._meta.label_lower.startswith(MACHINERY)]


def rows_of(model: Any, mode: str) -> Iterator[str]:
    rows = model._base_manager.order_by("pk")
    if mode == "exact":
        for row in rows.values_list(*[f.attname for f in model._meta.concrete_fields]).iterator():
            yield json.dumps(row, default=str, sort_keys=True)
        return
    own, links = _plain(model), [f for f in model._meta.concrete_fields if f.is_relation]
    names = {f: _names(f.related_model) for f in links}
    for row in rows.filter(**_in_sight(model, mode)).values_list(*own, *[f.attname for f in links]).iterator():
        said = [NUMBERED.sub("#", json.dumps(value, default=str, sort_keys=True)) for value in row[: len(own)]]
        for field, pk in zip(links, row[len(own) :], strict=True):
            said.append("" if pk is None else names[field].get(pk, f"? {pk}"))
        yield "|".join(said)


def _plain(model: Any) -> list[str]:
    """Columns that say something by themselves."""
    from django.db.models import DateTimeField

    return [
        f.attname for f in model._meta.concrete_fields
        if not (f.primary_key or f.is_relation or isinstance(f, DateTimeField) or f.attname in UNSAID or f.attname.endswith("_id"))
    ]  # fmt: skip


_named: dict[Any, dict[int, str]] = {}


def _names(model: Any) -> dict[int, str]:
    """What each row of a table says by itself, shortened: a name for it that needs no id."""
    if model not in _named:
        rows = model._base_manager.values_list("pk", *_plain(model)).iterator()
        _named[model] = {
            pk: hashlib.blake2s(
                NUMBERED.sub("#", json.dumps(row, default=str, sort_keys=True)).encode(), digest_size=8
            ).hexdigest()
            for pk, *row in rows
        }
    return _named[model]


def _in_sight(model: Any, mode: str) -> dict[str, Any]:
    """For `live`: neither in the trash itself nor a row of something that is."""
    if mode != "live":
        return {}
    found: dict[str, Any] = {"trashed_at": None} if _has_trash(model) else {}
    for field in model._meta.concrete_fields:
        if field.is_relation and _has_trash(field.related_model):
            found[f"{field.name}__trashed_at"] = None
    return found


def _has_trash(model: Any) -> bool:
    return any(f.name == "trashed_at" for f in model._meta.concrete_fields)


def main(mode: str, table: str = "") -> None:
    if table:
        for line, count in sorted(Counter(rows_of(next(m for m in models() if m._meta.label == table), mode)).items()):
            print(count, line)
        return
    told = {}
    for model in models():
        total, count = 0, 0
        for line in rows_of(model, mode):  # a sum does not mind the order and holds no row
            total = (total + int.from_bytes(hashlib.blake2b(line.encode(), digest_size=16).digest())) % 2**128
            count += 1
        told[model._meta.label] = [count, f"{total:032x}"]
    from tend.kernel.history import Change

    rows = Change._base_manager.all()
    if mode != "exact":  # colleagues who edit by hand meanwhile are nobody's difference
        rows = rows.exclude(verb="edit").exclude(record_type__startswith="people.")
    kinds = Counter(rows.values_list("record_type", "kind"))
    told["history"] = [sum(kinds.values()), json.dumps(sorted([*key, n] for key, n in kinds.items()))]
    print(json.dumps(told))


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])

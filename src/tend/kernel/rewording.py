"""Texts that write the name of somebody who was erased: how it may be spelled, where it may stand, and other words in its place.

For names that may stand on any record, as those of colleagues do: every text column of the record types is walked, and the
history of all of them, in short transactions. What names a record itself (`own_words`) stays: a customer who is called the
same keeps his name. Rows that belong to a person are emptied elsewhere (`kernel.erasing`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Max, Min, Q, TextField
from django.db.models.functions import Cast

from tend.base.names import normalise
from tend.kernel.actor import Actor
from tend.kernel.history import Change
from tend.kernel.record import Part, Record
from tend.kernel.taking import take
from tend.kernel.traits import owner_of
from tend.kernel.unit import Unit

WHY = "what is erased is erased everywhere, whoever sees it"
SHORTEST = 4  # letters of a word that is looked for: shorter ones stand in too many others
STRETCH = 50_000  # keys of a table that one question looks at
_PIECE = re.compile(r"[\w@.+-]+")
CHUNK = 200  # rows that one transaction writes


class Wording:
    """The words of a person in all their spellings, and what stands in their place."""

    def __init__(self, words: Iterable[str], instead: str) -> None:
        self.instead = instead
        self.words = sorted({w.strip() for w in words if len(w.strip()) >= SHORTEST}, key=len, reverse=True)
        spellings = {s for w in self.words for s in (w, json.dumps(w)[1:-1], normalise(w))}
        self.spellings = sorted((s for s in spellings if len(s) >= SHORTEST), key=len, reverse=True)
        said = "|".join(map(re.escape, self.spellings))
        self._pattern = re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE)
        self._sieves = sorted({s for w in self.words for s in _cases(max(_PIECE.findall(w), key=len, default=w))})

    def without(self, value: Any) -> Any:
        """A value in which the other words stand; containers too."""
        if isinstance(value, str):
            return self._pattern.sub(self.instead, value) if self.spellings else value
        if isinstance(value, dict):
            return {k: self.without(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.without(v) for v in value]
        return value

    def is_written_in(self, value: Any) -> bool:
        """Does a value write one of the words?"""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return bool(self.spellings) and self._pattern.search(text) is not None

    def sieve(self, name: str, *, is_json: bool) -> Q:
        """The rows that may hold one of the words: cheap for a database, to be looked at closely afterwards."""
        found = Q()
        for piece in self._sieves:
            for spelled in dict.fromkeys((piece, json.dumps(piece)[1:-1]) if is_json else (piece,)):
                found |= Q(**{f"{name}__contains": spelled})
        return found


def _cases(word: str) -> set[str]:
    """A word as people write it. SQLite tells no case of letters without accents; PostgreSQL is far quicker when it may."""
    plain = normalise(word)
    if connection.vendor == "sqlite" and word.isascii():
        return {plain}
    return {word, word.lower(), word.upper(), word.capitalize(), plain, plain.capitalize()}


@dataclass(frozen=True)
class Places:
    """A table with the columns in which somebody may be named."""

    model: Any
    columns: tuple[str, ...]

    @property
    def owner(self) -> Any:
        return self.model if issubclass(self.model, Record) else owner_of(self.model)


@dataclass(frozen=True)
class Written:
    """How often a name is written: in texts of records, and in entries of the history; `is_more` when not all were looked at."""

    texts: int
    history: int
    is_more: bool


def places_of(codes: Collection[str]) -> list[Places]:
    """The text columns of these record types and of the rows that hang on them; records first."""
    found = []
    for model in apps.get_models():
        if issubclass(model, (Record, Part)):
            owner = model if issubclass(model, Record) else owner_of(model)
            columns = text_columns(model)
            if columns and owner._meta.label_lower in codes:
                found.append(Places(model, columns))
    return sorted(found, key=lambda p: not issubclass(p.model, Record))


def text_columns(model: Any) -> tuple[str, ...]:
    """The columns of a model that may name somebody."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return tuple(
        c.name
        for c in model._meta.concrete_fields
        if isinstance(c, kinds) and not c.choices and not c.primary_key and c.name not in model.own_words
    )


class Rewording:
    """The walk through all texts of some record types, for one wording."""

    def __init__(self, wording: Wording, codes: Collection[str]) -> None:
        self.wording, self.codes = wording, sorted(codes)

    def count(self, seconds: float, but: Container[tuple[str, int]] = ()) -> Written:
        """How often the words are written, counted for so many seconds and no longer. It only reads.

        Rows named in `but`, by model and key, are counted elsewhere.
        """
        if not self.wording.words:
            return Written(0, 0, is_more=False)
        until, texts, history = time.monotonic() + seconds, 0, 0
        for place in places_of(self.codes):
            for rows in self._stretches(place.model.objects.as_system(WHY), place.columns):
                fresh = [r for r in rows if (place.model._meta.label_lower, r["pk"]) not in but]
                texts += sum(any(self.wording.is_written_in(r[n]) for n in place.columns) for r in fresh)
                if time.monotonic() > until:
                    return Written(texts, history, is_more=True)
        for rows in self._history():
            fresh = [r for r in rows if (Change._meta.label_lower, r["pk"]) not in but]
            history += sum(self.wording.is_written_in(r["body"]) for r in fresh)
            if time.monotonic() > until:
                return Written(texts, history, is_more=True)
        return Written(texts, history, is_more=False)

    def run(self, chunk: Callable[[], Any], actor: Actor, tell: Callable[[int], None]) -> dict[str, int]:
        """Put the other words wherever the words stand; how many texts and entries that were. Done twice it finds nothing.

        `chunk` opens a transaction, `tell` hears how many stretches have been looked at.
        """
        done, texts, entries = 0, 0, 0
        for place in places_of(self.codes):
            for rows in self._stretches(place.model.objects.as_system(WHY), place.columns):
                ids = [r["pk"] for r in rows]
                for at in range(0, len(ids), CHUNK):
                    with chunk():
                        texts += self._reword(place, ids[at : at + CHUNK], actor)
                done += 1
                tell(done)
        for rows in self._history():
            for at in range(0, len(rows), CHUNK):
                ids = [r["pk"] for r in rows[at : at + CHUNK]]
                with chunk():  # read once more: another erasure may have written them meanwhile
                    held = Change.objects.as_system(WHY).filter(pk__in=ids).select_for_update(of=("self",))
                    entries += sum(map(self._reword_entry, held.values("pk", "record_type", "body")))
            done += 1
            tell(done)
        return {"texts": texts, "entries": entries}

    def _reword(self, place: Places, ids: Sequence[int], actor: Actor) -> int:
        count = 0
        with Unit(actor, verb="erase") as unit:
            rows = unit.load(place.model.objects.as_system(WHY).filter(pk__in=ids).order_by("pk"))
            owners = {r.pk for r in rows} if place.model is place.owner else {r.record_id for r in rows}
            records = {
                r.pk: r for r in unit.load(place.owner.objects.as_system(WHY).filter(pk__in=owners).order_by("pk"))
            }
            for row in rows:
                changed = {n: fitted(row, n, self.wording.without(getattr(row, n))) for n in place.columns}
                if any(getattr(row, n) != value for n, value in changed.items()):
                    for name, value in changed.items():
                        setattr(row, name, value)
                    unit.forget(records[row.pk if place.model is place.owner else row.record_id])
                    count += 1
        return count

    def _reword_entry(self, row: dict[str, Any]) -> int:
        body = self._body(row["record_type"], row["body"])
        if body == row["body"]:
            return 0
        return take(Change.objects.as_system(WHY).filter(pk=row["pk"]), body=body)

    def _body(self, code: str, body: dict[str, Any]) -> dict[str, Any]:
        """An entry without the words, but for what names the record itself and its rows."""
        found = {**self.wording.without(body)}
        if "fields" in body:
            kept = apps.get_model(code).own_words
            found["fields"] = {n: body["fields"][n] if n in kept else pair for n, pair in found["fields"].items()}
        if "parts" in body:
            found["parts"] = [
                [*was[:3], {n: was[3][n] if n in _own_words(was[0]) else v for n, v in now[3].items()}]
                for was, now in zip(body["parts"], found["parts"], strict=True)
            ]
        return found

    def _history(self) -> Iterator[list[dict[str, Any]]]:
        rows = Change.objects.as_system(WHY).filter(record_type__in=self.codes)
        return self._stretches(rows, ("body",), "record_type")

    def _stretches(self, rows: Any, columns: Sequence[str], *also: str) -> Iterator[list[dict[str, Any]]]:
        """The rows that may hold the words, a stretch of keys after another; their keys and columns."""
        ends = rows.order_by().aggregate(first=Min("pk"), last=Max("pk"))
        if ends["first"] is None:
            return
        met, said = Q(), {}
        for name in columns:
            is_json = isinstance(rows.model._meta.get_field(name), models.JSONField)
            if is_json:
                said[f"said_{name}"] = Cast(name, TextField())
            met |= self.wording.sieve(f"said_{name}" if is_json else name, is_json=is_json)
        found = rows.annotate(**said).filter(met).order_by("pk")
        for first in range(ends["first"], ends["last"] + 1, STRETCH):
            yield list(found.filter(pk__gte=first, pk__lt=first + STRETCH).values("pk", *columns, *also))


def fitted(row: Any, name: str, value: Any) -> Any:
    """A value, no longer than its column holds."""
    length = getattr(row._meta.get_field(name), "max_length", None)
    return value[:length] if isinstance(value, str) and length else value


def _own_words(label: str) -> tuple[str, ...]:
    own: tuple[str, ...] = apps.get_model(label).own_words
    return own

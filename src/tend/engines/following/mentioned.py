"""Mentions as they are drawn: texts in pieces with today's names, and whom one may name while typing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Model

from tend.base.mentions import begins, pieces
from tend.base.names import normalise
from tend.engines.following.models import Mention
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.listing.totals import Asked, counts_of
from tend.people.access import access_epoch, actor_for
from tend.people.models import User

WHY = "names in texts that the reader has before him"
OFFERED = 8
ASKED = 40  # people of fitting names of whom it is asked whether they see the record


@dataclass(frozen=True)
class Piece:
    """Words of a text, or a person named in it."""

    text: str
    is_person: bool


def names_in(model: type[Model], texts: Mapping[int, str]) -> dict[int, Mapping[str, str]]:
    """For texts by the key of the row that holds each: how those are written who are named there, and how they are called today.

    One question, none when no text could name anybody.
    """
    ids = [pk for pk, text in texts.items() if begins(text or "")]
    found: dict[int, dict[str, str]] = {}
    if ids:
        rows = Mention.objects.as_system(WHY).filter(source_type=model._meta.label_lower, source_id__in=ids)
        for pk, written, name in rows.values_list("source_id", "written", "user__name"):
            found.setdefault(pk, {})[written] = name
    return dict(found)


def names_on(entity: Entity, ids: Iterable[int]) -> dict[int, Mapping[str, str]]:
    """By record: how those are written who are named in its texts, its own or the remarks on it, and how they are called today.

    For texts that come without their row (a history, a hit of the search): one question for the remarks, one for the names.
    """
    wanted = sorted(set(ids))
    holder = {pk: pk for pk in wanted}
    model = entity.model
    if "remarks" in entity.traits:
        model = entity.traits["remarks"].model
        rows = model.objects.of(wanted).filter(text__contains="@").order_by().values_list("pk", "record_id")  # type: ignore[attr-defined]
        holder = dict(rows) if wanted else {}
    found: dict[int, dict[str, str]] = {}
    if holder:
        mentions = Mention.objects.as_system(WHY).filter(
            source_type=model._meta.label_lower, source_id__among=sorted(holder)
        )
        for pk, written, name in mentions.values_list("source_id", "written", "user__name"):
            found.setdefault(holder[pk], {})[written] = name
    return dict(found)


def in_pieces(text: str, named: Mapping[str, str] | None) -> list[Piece]:
    """A text as it is drawn."""
    return [Piece(piece, is_name) for piece, is_name in pieces(text, named or {})]


def offered(actor: Actor, entity: Entity, pk: int, field: tuple[Entity, str], words: str) -> list[User]:
    """Colleagues who see the record and may read such a text, and whose name, or a part of it, begins with these words.

    Whoever sees it only by way of a record that is hidden from the actor is left out, or the hidden one would be told of.
    `field` is where the text will stand: what is said with an account becomes the text of an activity.
    """
    said = normalise(words)
    people = User.objects.seen_by(actor).filter(is_active=True).exclude(pk=actor.user_id).order_by("name", "pk")
    fitting = [u for u in people if _begins(normalise(u.name), said)][:ASKED]
    seeing = _seeing(actor, fitting, entity, pk, field)
    return [u for u in fitting if u.pk in seeing][:OFFERED]


def _begins(name: str, said: str) -> bool:
    return any(name[at:].startswith(said) for at in [0, *(i + 1 for i, c in enumerate(name) if c == " ")])


def _seeing(asker: Actor, people: Iterable[User], entity: Entity, pk: int, field: tuple[Entity, str]) -> set[int]:
    """Those of these colleagues who may read the field of the record: their scopes in one question."""
    asked: list[tuple[int, Asked]] = []
    epoch = access_epoch()
    for person in people:
        actor = actor_for(person, epoch)
        holder, name = field
        sees = any(actor.scope(line, "view") != "none" for line in holder.lines or (holder.plural,))
        if sees and holder.right(actor, name) != "hidden":
            rows = entity.model.objects.seen_by(actor, each=True).filter(pk=pk).order_by().values_list("pk")  # type: ignore[attr-defined]
            asked.append((person.pk, Asked(*_sql(for_asker(entity, rows, asker, actor)))))
    counts = counts_of([one for _user, one in asked])
    return {user for (user, _one), count in zip(asked, counts, strict=True) if count.number}


def for_asker(entity: Entity, rows: Any, asker: Actor, colleague: Actor) -> Any:
    """Of records that a colleague sees those of which the asker may know it."""
    narrow = entity.extra.get("seen by both")
    return rows if narrow is None or asker.is_system else narrow(rows, asker, colleague)


def _sql(rows: Any) -> tuple[str, Any]:
    try:
        sql, given = rows.query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return sql, given

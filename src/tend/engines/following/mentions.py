"""Mentions: who is named after an @ in what was said or remarked is noted with the text, and told once.

The text itself stays as it was typed. What is drawn from the notes is in `mentioned`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tend.base.mentions import begins, named_in
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.activities.entity import ACTIVITY
from tend.domains.contacts.entity import CONTACT
from tend.domains.documents.entity import DOCUMENT
from tend.engines.following.mentioned import for_asker
from tend.engines.following.models import Mention
from tend.kernel import write
from tend.kernel.actor import Actor, actor_again
from tend.kernel.entity import Entity, Projection
from tend.kernel.errors import NotAllowed
from tend.kernel.notices import notify
from tend.kernel.prepared import reaches
from tend.kernel.unit import Unit
from tend.people.models import User

WHY = "whoever is named in a text is looked for among all colleagues"
KIND = "mention"
ON = gettext_noop("%(who)s mentioned you on %(name)s.")
IN = gettext_noop("%(who)s mentioned you in “%(name)s”.")
COLUMNS = {"documents.document": "description"}  # where a text does not stand in a column of that name


@dataclass(frozen=True)
class Text:
    """A text that may name people: the row that holds it, and the record whose readers may read it."""

    row: Any
    record: Any
    field: str  # of the record type: whoever may not read it is not told

    @property
    def said(self) -> str:
        return str(getattr(self.row, COLUMNS.get(self.row._meta.label_lower, "text")) or "")


def note_in_talks(unit: Unit, created: list[Any], changed: list[Any]) -> None:
    """What was said in these activities. Work on many records (imports, bulk edits) names nobody."""
    if unit.operation is not None:
        return
    _note(unit, ACTIVITY, [Text(row, row, "text") for row in [*created, *changed] if begins(row.text or "")])


def note_in_documents(unit: Unit, created: list[Any], changed: list[Any]) -> None:
    """The notes on these documents; as above."""
    if unit.operation is not None:
        return
    rows = [row for row in [*created, *changed] if begins(row.description or "")]
    _note(unit, DOCUMENT, [Text(row, row, "description") for row in rows])


def note_in_remarks(entity: Entity, unit: Unit, created: list[Any], changed: list[Any]) -> None:
    """The remarks on these records that the unit holds; as above."""
    if unit.operation is not None:
        return
    records = {r.pk: r for r in [*created, *changed]}
    rows = unit.holding(entity.traits["remarks"].model)
    _note(
        unit,
        entity,
        [Text(r, records[r.record_id], "remarks") for r in rows if r.record_id in records and begins(r.text)],
    )


def _note(unit: Unit, entity: Entity, texts: Sequence[Text]) -> None:
    """Note and tell whoever is named for the first time."""
    if not texts:
        return
    people = dict(_colleagues().values_list("pk", "name"))
    known = _known(texts)
    fresh: list[Mention] = []
    blind: dict[int, str] = {}
    for text in texts:
        noted = known.get(text.row.pk, set())
        told = {pk for pk, _written in noted}
        for named in named_in(text.said, people):
            if len(named.people) > 1:
                if not any(written == named.written for _pk, written in noted):
                    unit.say(_("Several people are called “%(name)s”: write the whole name.") % {"name": named.written})
                continue
            (pk,) = named.people
            if (pk, named.written) in noted:
                continue
            if not sees(pk, entity, text.record.pk, text.field, asker=unit.actor):
                blind[pk] = people[pk]
                continue
            fresh.append(_mention(unit, text, pk, named.written))
            if pk not in told and pk != unit.actor.user_id:
                _tell(unit, entity, text.record, pk)
            told.add(pk)
    if fresh:
        write.insert(Mention, fresh)
    if blind:
        unit.say(
            ngettext(
                "%(names)s does not see this record and is not told.",
                "%(names)s do not see this record and are not told.",
                len(blind),
            )
            % {"names": ", ".join(blind.values())}
        )


def sees(user_id: int, entity: Entity, pk: int, field: str, *, asker: Actor) -> bool:
    """May this colleague read that field of that record, as far as the asker may know it?"""
    try:
        actor = actor_again(user_id, "")
    except NotAllowed:
        return False
    if entity.right(actor, field) == "hidden" or not reaches(actor, entity.model, "view")(pk):
        return False
    rows = entity.model.objects.seen_by(actor, each=True).filter(pk=pk)  # type: ignore[attr-defined]
    known = for_asker(entity, rows, asker, actor)
    return known is rows or bool(known.exists())


def _known(texts: Iterable[Text]) -> dict[int, set[tuple[int, str]]]:
    """By the row that holds the text: who is noted with it already, and how he was written."""
    of: dict[str, list[int]] = {text.row._meta.label_lower: [] for text in texts}
    for text in texts:
        of[text.row._meta.label_lower].append(text.row.pk)
    found: dict[int, set[tuple[int, str]]] = {}
    for label, ids in of.items():
        rows = Mention.objects.as_system(WHY).filter(source_type=label, source_id__in=ids)
        for pk, user, written in rows.values_list("source_id", "user_id", "written"):
            found.setdefault(pk, set()).add((user, written))
    return found


def _mention(unit: Unit, text: Text, user_id: int, written: str) -> Mention:
    return Mention(
        source_type=text.row._meta.label_lower, source_id=text.row.pk, user_id=user_id, written=written[:200],
        made_at=unit.now,
    )  # fmt: skip


def _tell(unit: Unit, entity: Entity, record: Any, user_id: int) -> None:
    """A notice about the record, named by its account where it has one."""
    about, words = record, IN if entity is DOCUMENT else ON
    if entity is ACTIVITY:
        account = None
        if record.account_id is not None:
            account = unit.held(Account, record.account_id) or record.account
        about, words = (account, ON) if account is not None else (record, IN)
    actor = actor_again(user_id, "")
    of = ACCOUNT if isinstance(about, Account) else entity
    title = str(about) if of.right(actor, of.title) != "hidden" else str(of.label)
    notify([user_id], KIND, words, {"who": unit.actor.name, "name": title}, record=record, is_new=True)


def _colleagues() -> Any:
    return User.objects.as_system(WHY).filter(is_active=True, trashed_at=None).order_by("pk")


ACTIVITY.derive(Projection(note_in_talks, frozenset({"text"})))
DOCUMENT.derive(Projection(note_in_documents, frozenset({"description"})))
for _entity in (ACCOUNT, CONTACT):
    _entity.derive(Projection(partial(note_in_remarks, _entity), frozenset(), frozenset({"remarks"})))

"""What happened to which record, read from entries of the history: one happening for each record and write.

Who follows the records, and who may know of it, is asked in `telling`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext_noop

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.activities.entity import ACTIVITY
from tend.domains.activities.models import Activity, State
from tend.domains.contacts.models import Membership
from tend.domains.documents.models import OnAccount
from tend.engines.following.followers import FOLLOWED, Followers
from tend.kernel.entity import Entity, entities
from tend.kernel.history import Change

WHY = "what happened is read as it was written, then each follower's scope is asked"
Subject = tuple[str, int]  # record type, id

# What is told when one write did several of these: the first of them. Sentences of the notices, by what happened.
SENTENCES: Mapping[str, str] = {
    "trashed": gettext_noop("%(who)s put %(name)s into the trash."),
    "restored": gettext_noop("%(who)s took %(name)s out of the trash."),
    "merged": gettext_noop("%(who)s merged another record into %(name)s."),
    "done": gettext_noop("%(who)s has done this with %(name)s: %(kind)s."),
    "remark": gettext_noop("%(who)s wrote a remark on %(name)s."),
    "contact": gettext_noop("%(who)s added a person to %(name)s."),
    "document": gettext_noop("%(who)s added a document to %(name)s."),
    "fields": gettext_noop("%(who)s changed %(fields)s of %(name)s."),
}
MANY = gettext_noop("%(who)s changed records that you follow: %(count)s.")
# Parts by which something comes to an account, and what is told of it there.
JOINING: Mapping[str, str] = {Membership._meta.label_lower: "contact", OnAccount._meta.label_lower: "document"}
_RANK = {what: rank for rank, what in enumerate(SENTENCES)}


@dataclass(frozen=True)
class Changed:
    """A field that was changed. `ties` are the records it points or pointed to: one must be in sight, or all of a part."""

    name: str
    ties: tuple[Subject, ...] = ()
    needs_all: bool = False

    def is_told(self, seen: Container[Subject]) -> bool:
        """May whoever sees these records know of it? What leads out of his sight is as if it had never been entered."""
        if not self.ties:
            return True
        return (all if self.needs_all else any)(tie in seen for tie in self.ties)


@dataclass(frozen=True)
class Happening:
    """What somebody did to a record that may be followed. `source` is the record that was written, often the same."""

    subject: Subject
    what: str
    source: Subject
    act: int
    actor_id: int | None
    operation_id: int | None
    fields: frozenset[Changed] = field(default_factory=frozenset)
    kind: str = ""  # of an activity that was done
    texts: tuple[Subject, ...] = ()  # what was written: whoever is named there has been told of it

    @property
    def rank(self) -> tuple[int, int]:
        """Smaller is worth more: what it is, then accounts before people and talks."""
        return _RANK[self.what], [e.code for e in FOLLOWED].index(self.subject[0])

    @property
    def ties(self) -> set[Subject]:
        """All records to which what was changed points."""
        return {tie for changed in self.fields for tie in changed.ties}

    def with_fields(self, more: Iterable[Changed]) -> Happening:
        return replace(self, fields=self.fields | frozenset(more))


def happenings(changes: Sequence[Change]) -> list[Happening]:
    """What these entries tell of records that may be followed, of each write the most telling for each record."""
    talks, tied = _talks(changes), _tied(changes)
    found: dict[tuple[int, Subject], Happening] = {}
    for change in changes:
        for one in _of(change, talks, tied):
            key = (change.act, one.subject)
            known = found.get(key)
            if known is None or one.rank < known.rank:
                found[key] = one
            elif known.what == one.what == "fields":
                found[key] = known.with_fields(one.fields)
    return list(found.values())


Tied = Mapping[tuple[str, int], Mapping[str, Any]]  # (part, key) → the records to which its columns point


def _of(change: Change, talks: Mapping[int, tuple[int | None, str]], tied: Tied) -> Iterable[Happening]:
    entity = next((e for e in FOLLOWED if e.code == change.record_type), None)
    if entity is None:
        return
    own = (change.record_type, change.record_id)

    def happening(what: str, subject: Subject = own, **more: Any) -> Happening:
        return Happening(subject, what, own, change.act, change.actor_id, change.operation_id, **more)

    body = change.body
    fields, parts = body.get("fields", {}), body.get("parts", ())
    is_done = entity is ACTIVITY and fields.get("state", [None, None])[1] == State.DONE
    if is_done and change.record_id in talks:
        account, kind = talks[change.record_id]
        yield happening("done", kind=kind, texts=(own,))
        if account is not None:
            yield happening("done", (ACCOUNT.code, account), kind=kind, texts=(own,))
    for label, _pk, sign, said in parts:
        if sign == "+" and label in JOINING:
            yield happening(JOINING[label], (ACCOUNT.code, int(said["account_id"])))
    if change.kind == "create":
        return
    went = fields.get("merged_into_id", [None, None])[1]
    if went is not None:  # what it had, its followers too, is with the one that stays
        stays = (change.record_type, int(went))
        yield happening("merged", stays)
        return
    if "trashed_at" in fields:
        yield happening("trashed" if fields["trashed_at"][1] else "restored")
    remarks = tuple(
        (label, pk) for label, pk, sign, _s in parts if sign == "+" and _trait_of(entity, label) == "remarks"
    )
    if remarks:
        yield happening("remark", texts=remarks)
    found = [*_fields(entity, fields), *_traits(entity, parts, tied)]
    if found:
        yield happening("fields", fields=frozenset(found))


def _fields(entity: Entity, said: Mapping[str, Any]) -> Iterable[Changed]:
    """The fields that people change; what the cycle and the search keep by themselves is no news."""
    told = _told(entity)
    links = _links(entity.model)
    for attname, pair in said.items():
        if attname == "characteristics":
            old, new = pair[0] or {}, pair[1] or {}
            keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
            yield from (Changed(f"characteristics.{key}") for key in keys)
        elif attname in told:
            code = links.get(attname)
            yield Changed(told[attname], tuple((code, int(pk)) for pk in pair if pk) if code else ())


@cache
def _told(entity: Entity) -> Mapping[str, str]:
    own = {f.name: f.attname for f in entity.model._meta.concrete_fields}
    wanted = [f for f in entity.fields if f.edit or f.kind in ("yesno", "choice")]
    return {own[f.orm]: f.name for f in wanted if f.orm in own}


def _traits(entity: Entity, parts: Iterable[Any], tied: Tied) -> Iterable[Changed]:
    """A field of the trait whose part changed: the one that its value stands in, else the first."""
    for label, pk, sign, said in parts:
        name = _trait_of(entity, label)
        if not name or name == Followers.name or sign == ">" or (name == "remarks" and sign == "+"):
            continue
        links = _links_of_part(label)
        values = tied.get((label, pk), {}) if sign == "~" else said
        ties = tuple((code, int(values[c])) for c, code in links.items() if values.get(c))
        if sign == "~" and links and not values:
            continue  # the part is gone: where it pointed to cannot be asked any more
        shown = _shown_in(entity, name, values if sign == "~" else said)
        if shown:
            yield Changed(shown, ties, needs_all=True)


def _shown_in(entity: Entity, trait: str, said: Mapping[str, Any]) -> str:
    own = [f for f in entity.all_fields if f.trait == trait and "." not in f.name]
    for one in sorted(own, key=lambda f: not f.many):
        through = entity.traits[trait].through(one.name)
        if through is not None and said.get(through.column) and all(said.get(n, v) == v for n, v in through.where):
            return one.name
    return own[0].name if own else ""


@cache
def _links(model: type[Model]) -> Mapping[str, str]:
    """Columns that point to records of which somebody may see some and not others, with their record type."""
    scoped = {entity.model: entity.code for entity in entities() if entity.lines and not entity.book}
    columns = [c for c in model._meta.concrete_fields if c.name != "record" and c.related_model in scoped]
    return {c.attname: scoped[c.related_model] for c in columns}  # type: ignore[index]


def _links_of_part(label: str) -> Mapping[str, str]:
    return _links(cast("type[Model]", apps.get_model(label)))


def _tied(changes: Iterable[Change]) -> Tied:
    """Where the parts point to that were changed: their entries name only what differs. One question for each sort."""
    ids: dict[str, dict[int, int]] = {}
    for change in changes:
        for label, pk, sign, _said in change.body.get("parts", ()):
            if sign == "~":
                ids.setdefault(label, {})[pk] = change.record_id
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for label, owners in ids.items():
        model: Any = apps.get_model(label)
        rows = model.objects.of(owners.values()).filter(pk__in=list(owners)).order_by()
        found |= {
            (label, row["pk"]): row for row in rows.values("pk", *(c.attname for c in model._meta.concrete_fields))
        }
    return found


@cache
def _trait_of(entity: Entity, label: str) -> str:
    model = apps.get_model(label)
    return next((n for n, t in entity.traits.items() if getattr(t, "model", None) is model), "")


def _talks(changes: Iterable[Change]) -> dict[int, tuple[int | None, str]]:
    """The account and the kind of the activities that were done, in one question."""
    ids = [
        c.record_id
        for c in changes
        if c.record_type == ACTIVITY.code and c.body.get("fields", {}).get("state", [None, None])[1] == State.DONE
    ]
    if not ids:
        return {}
    rows = Activity.objects.as_system(WHY).filter(pk__in=ids).values_list("pk", "account_id", "kind")
    return {pk: (account, kind) for pk, account, kind in rows}

"""What happened to which record, read from entries of the history: one happening for each record and write.

Who follows the records, and who may know of it, is asked in `telling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_noop

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.activities.entity import ACTIVITY
from tend.domains.activities.models import Activity, State
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.models import Membership
from tend.engines.following.followers import FOLLOWED, Followers
from tend.kernel.entity import Entity
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
    "fields": gettext_noop("%(who)s changed %(fields)s of %(name)s."),
}
MANY = gettext_noop("%(who)s changed records that you follow: %(count)s.")
_RANK = {what: rank for rank, what in enumerate(SENTENCES)}


@dataclass(frozen=True)
class Happening:
    """What somebody did to a record that may be followed. `source` is the record that was written, often the same."""

    subject: Subject
    what: str
    source: Subject
    act: int
    actor_id: int | None
    operation_id: int | None
    fields: frozenset[str] = field(default_factory=frozenset)
    kind: str = ""  # of an activity that was done

    @property
    def rank(self) -> tuple[int, int]:
        """Smaller is worth more: what it is, then accounts before people and talks."""
        return _RANK[self.what], [e.code for e in FOLLOWED].index(self.subject[0])

    def with_fields(self, more: Iterable[str]) -> Happening:
        return replace(self, fields=self.fields | frozenset(more))


def happenings(changes: Sequence[Change]) -> list[Happening]:
    """What these entries tell of records that may be followed, of each write the most telling for each record."""
    talks = _talks(changes)
    found: dict[tuple[int, Subject], Happening] = {}
    for change in changes:
        for one in _of(change, talks):
            key = (change.act, one.subject)
            known = found.get(key)
            if known is None or one.rank < known.rank:
                found[key] = one
            elif known.what == one.what == "fields":
                found[key] = known.with_fields(one.fields)
    return list(found.values())


def _of(change: Change, talks: Mapping[int, tuple[int | None, str]]) -> Iterable[Happening]:
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
        yield happening("done", kind=kind)
        if account is not None:
            yield happening("done", (ACCOUNT.code, account), kind=kind)
    if entity is CONTACT:
        joined = [said for label, _pk, sign, said in parts if label == Membership._meta.label_lower and sign == "+"]
        for said in joined:
            yield happening("contact", (ACCOUNT.code, int(said["account_id"])))
    if change.kind == "create":
        return
    went = fields.get("merged_into_id", [None, None])[1]
    if went is not None:  # what it had, its followers too, is with the one that stays
        stays = (change.record_type, int(went))
        yield Happening(stays, "merged", stays, change.act, change.actor_id, change.operation_id)
        return
    if "trashed_at" in fields:
        yield happening("trashed" if fields["trashed_at"][1] else "restored")
    if any(sign == "+" and _trait_of(entity, label) == "remarks" for label, _pk, sign, _said in parts):
        yield happening("remark")
    names = [*_fields(entity, fields), *_traits(entity, parts)]
    if names:
        yield happening("fields", fields=frozenset(names))


def _fields(entity: Entity, said: Mapping[str, Any]) -> Iterable[str]:
    """The names of the fields that people change; what the cycle and the search keep by themselves is no news."""
    told = _told(entity)
    for attname, pair in said.items():
        if attname == "characteristics":
            old, new = pair[0] or {}, pair[1] or {}
            yield from (f"characteristics.{key}" for key in {**old, **new} if old.get(key) != new.get(key))
        elif attname in told:
            yield told[attname]


@cache
def _told(entity: Entity) -> Mapping[str, str]:
    own = {f.name: f.attname for f in entity.model._meta.concrete_fields}
    wanted = [f for f in entity.fields if f.edit or f.kind in ("yesno", "choice")]
    return {own[f.orm]: f.name for f in wanted if f.orm in own}


def _traits(entity: Entity, parts: Iterable[Any]) -> Iterable[str]:
    """The first field of each trait whose parts changed stands for all of it."""
    for label, _pk, sign, _said in parts:
        name = _trait_of(entity, label)
        if name and name != Followers.name and not (name == "remarks" and sign == "+"):
            first = next((f.name for f in entity.all_fields if f.trait == name and f.many), "") or next(
                (f.name for f in entity.all_fields if f.trait == name), ""
            )
            if first:
                yield first


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

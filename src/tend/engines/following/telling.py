"""Telling followers: every minute what is new in the history is read once, joined with who follows, and left as notices.

Nothing of this is done while somebody writes. The bookmark moves in the transaction that leaves the notices, and only
from where it was read: whoever is killed, or comes second, has told nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import AccountAccess
from tend.domains.activities.entity import ACTIVITY
from tend.domains.activities.models import Kind
from tend.domains.contacts.entity import CONTACT
from tend.domains.documents.entity import DOCUMENT
from tend.engines.following.followers import FOLLOWED, table_of
from tend.engines.following.happened import MANY, SENTENCES, Happening, Subject, happenings
from tend.engines.following.models import Bookmark, Mention
from tend.kernel import clock, write
from tend.kernel.actor import Actor, actor_again
from tend.kernel.entity import Entity, entity_by_code
from tend.kernel.errors import NotAllowed
from tend.kernel.feed import START, last_settled, settled
from tend.kernel.history import Change
from tend.kernel.jobs.declared import every, job
from tend.kernel.jobs.run import Run
from tend.kernel.notices import FIELDS, LIST, WORDS, Notice, leave, tally
from tend.kernel.operations import Operation
from tend.kernel.taking import take
from tend.people.mail_wishes import readers

WHY = "followers are found for all that happened, then each one's scope is asked"
KIND = "followed"
LIMIT = 1000  # entries of the history read at a time
NAME = "followers"


@every(seconds=60)
@job("tell_followers", tries=1)
def tell_followers(run: Run) -> dict[str, int]:
    """Tell followers what others did. A round that fails is made up for by the next one."""
    count = 0
    while (told := tell_next()) is not None:
        count += told
        run.check()
    return {"notices": count}


def tell_next(limit: int = LIMIT) -> int | None:
    """Tell of the next entries of the history; how many notices that were, None when nothing is new.

    The first time of all nothing is told: what was before somebody could follow is no news.
    """
    mark = Bookmark.objects.as_system(WHY).filter(name=NAME).first()
    if mark is None:
        _begin()
        return None
    changes, after = settled(mark.after, limit)
    if after == mark.after:
        return None
    changes, after = _whole_acts(changes, after, limit)
    rows, many = _prepared(changes)
    with transaction.atomic():
        if not take(Bookmark.objects.as_system(WHY).filter(pk=mark.pk, after=mark.after), after=after):
            return None  # another worker was faster
        count = leave(rows)
        for (operation, who, place), counts in many.items():
            tally(counts, KIND, MANY, {"who": who, LIST: place}, of=operation)
    return count + sum(len(counts) for counts in many.values())


def _begin() -> None:
    try:
        with transaction.atomic():
            write.insert(Bookmark, [Bookmark(name=NAME, after=last_settled(START))])
    except IntegrityError:
        return  # another worker begins as well


def _whole_acts(changes: list[Change], after: int, limit: int) -> tuple[list[Change], int]:
    """Leave the last write for the next time when it may go on there; one that is longer than all is told in pieces."""
    if len(changes) < limit:
        return changes, after
    whole = [c for c in changes if c.act != changes[-1].act]
    return (whole, whole[-1].pk) if whole else (changes, after)


# --- who is told what -------------------------------------------------------------------------------------------------
Many = dict[tuple[int, str, str], dict[int, int]]  # (operation, by whom, word of the list): user → how many records


def _prepared(changes: Sequence[Change]) -> tuple[list[Notice], Many]:
    """The notices of these entries, and the numbers of operations on many records."""
    found = happenings(changes)
    followers = _followers(found)
    if not followers:
        return [], {}
    concerned = [h for h in found if h.subject in followers]
    single, named = _single_operations(concerned), _named(concerned)
    told = _Told(concerned)
    by_user: dict[int, list[Happening]] = defaultdict(list)
    for one in concerned:
        for user in followers[one.subject] - {one.actor_id} - named.get(one, set()):
            by_user[user].append(one)
    rows: list[Notice] = []
    many: Many = {}
    for user, his in sorted(by_user.items()):
        actor = _actor(user)
        if actor is None:
            continue
        mine = _in_sight(actor, his)
        singly = _one_each(h for h in mine if h.operation_id is None or h.operation_id in single)
        rows += [told.notice(user, actor, one) for one in singly]
        for key, count in told.counted(h for h in mine if h.operation_id is not None and h.operation_id not in single):
            many.setdefault(key, {})[user] = count
    return rows, many


def _followers(found: Iterable[Happening]) -> dict[Subject, set[int]]:
    """Who follows these records: by their own choice, and those who are responsible where they wish to."""
    ids: dict[str, set[int]] = defaultdict(set)
    for one in found:
        ids[one.subject[0]].add(one.subject[1])
    followers: dict[Subject, set[int]] = defaultdict(set)
    for entity in FOLLOWED:
        if wanted := ids.get(entity.code):
            rows = table_of(entity).objects.of(wanted)
            for pk, user in rows.values_list("record_id", "user_id"):
                followers[entity.code, pk].add(user)
    own = {pk for pk, reader in readers().items() if reader.wishes.follows_own} if ids else set()
    if own:
        for code, pk, user in _responsible(ids, own):
            followers[code, pk].add(user)
    return dict(followers)


def _responsible(ids: Mapping[str, set[int]], own: set[int]) -> Iterable[tuple[str, int, int]]:
    """Owners and responsibles among these users."""
    access = AccountAccess.objects.filter(account_id__among=sorted(ids.get(ACCOUNT.code, ())), user_id__in=own)
    for pk, user in access.values_list("account_id", "user_id"):
        yield ACCOUNT.code, pk, user
    for entity, column in ((CONTACT, "owner_id"), (ACTIVITY, "responsible_id"), (DOCUMENT, "owner_id")):
        if wanted := ids.get(entity.code):
            rows = entity.model.objects.as_system(WHY).filter(  # type: ignore[attr-defined]
                **{"pk__among": sorted(wanted), f"{column}__in": own}
            )
            for pk, user in rows.values_list("pk", column):
                yield entity.code, pk, user


def _named(found: Sequence[Happening]) -> dict[Happening, set[int]]:
    """Who is named in what was written: a mention has told him already."""
    texts = {text for one in found for text in one.texts}
    users: dict[Subject, set[int]] = defaultdict(set)
    for label in {label for label, _pk in texts}:
        ids = [pk for of, pk in texts if of == label]
        rows = Mention.objects.as_system(WHY).filter(source_type=label, source_id__in=ids)
        for pk, user in rows.values_list("source_id", "user_id"):
            users[label, pk].add(user)
    return {one: set().union(*(users[text] for text in one.texts)) for one in found if one.texts}


def _single_operations(found: Iterable[Happening]) -> set[int]:
    """Operations on one record (a merge is one): they are told as any other write."""
    ids = {h.operation_id for h in found if h.operation_id is not None}
    rows = Operation.objects.as_system(WHY).filter(pk__in=ids, total__lte=1) if ids else ()
    return {o.pk for o in rows}


def _actor(user_id: int) -> Actor | None:
    try:
        return actor_again(user_id, "")
    except NotAllowed:
        return None


def _in_sight(actor: Actor, found: Sequence[Happening]) -> list[Happening]:
    """What this follower may know: he sees the record and what was written, and at least one of the fields."""
    ids: dict[str, set[int]] = defaultdict(set)
    for one in found:
        ids[one.subject[0]].add(one.subject[1])
        ids[one.source[0]].add(one.source[1])
        for code, pk in one.ties:
            ids[code].add(pk)
    seen: set[Subject] = set()
    for code, wanted in ids.items():
        rows = entity_by_code(code).model.objects.seen_by(actor, trashed=True, each=True)  # type: ignore[attr-defined]
        seen |= {(code, pk) for pk in rows.filter(pk__among=sorted(wanted)).order_by().values_list("pk", flat=True)}
    mine = [_narrowed(actor, h, seen) for h in found if h.subject in seen and h.source in seen]
    return [h for h in mine if h is not None]


def _narrowed(actor: Actor, one: Happening, seen: Container[Subject]) -> Happening | None:
    entity = entity_by_code(one.subject[0])
    if one.what == "remark" and entity.right(actor, "remarks") == "hidden":
        return None
    if one.what == "done" and ACTIVITY.right(actor, "state") == "hidden":
        return None
    if one.what != "fields":
        return one
    told = frozenset(c for c in one.fields if entity.right(actor, c.name) != "hidden" and c.is_told(seen))
    return replace(one, fields=told) if told else None


def _one_each(found: Iterable[Happening]) -> list[Happening]:
    """One for each write, the most telling; and one for all that somebody changed of a record in this round."""
    by_act: dict[int, Happening] = {}
    for one in found:
        known = by_act.get(one.act)
        if known is None or one.rank < known.rank:
            by_act[one.act] = one
    merged: dict[tuple[Subject, int | None, str], Happening] = {}
    for one in by_act.values():
        key = (one.subject, one.actor_id, one.what)
        known = merged.get(key)
        merged[key] = one if known is None else known.with_fields(one.fields)
    return list(merged.values())


# --- in words ---------------------------------------------------------------------------------------------------------
@dataclass
class _Told:
    """Makes notices: the names of records and people are read once for all of them."""

    found: Sequence[Happening]

    def __post_init__(self) -> None:
        people = {h.actor_id for h in self.found if h.actor_id is not None}
        self.people = _names_of_people(people)
        self.titles = {
            (entity.code, pk): title
            for entity in FOLLOWED
            for pk, title in _titles(entity, {h.subject[1] for h in self.found if h.subject[0] == entity.code})
        }

    def who(self, one: Happening) -> str:
        return self.people.get(one.actor_id or 0, "Tend")

    def notice(self, user_id: int, actor: Actor, one: Happening) -> Notice:
        """One sentence about the record; a talk leads to itself, so that whoever may not see talks reads nothing of it."""
        entity = entity_by_code(one.subject[0])
        shown = entity.right(actor, entity.title) != "hidden"
        name = self.titles.get(one.subject, "") if shown else ""
        values: dict[str, Any] = {"who": self.who(one), "name": name or f"{_word(entity)} {one.subject[1]}"}
        if one.what == "fields":
            values[FIELDS] = {"fields": [entity.code, sorted({c.name for c in one.fields})]}
        if one.what == "done":
            with translation.override(None):  # kept in the words of the source
                values[WORDS] = {"kind": str(Kind(one.kind).label)}
        about = one.source if one.what == "done" else one.subject
        return Notice(
            user_id=user_id, kind=KIND, text=SENTENCES[one.what], values=values, record_type=about[0],
            record_id=about[1], made_at=clock.now(),
        )  # fmt: skip

    def counted(self, found: Iterable[Happening]) -> list[tuple[tuple[int, str, str], int]]:
        """How many records each operation changed, with the word of the list in which one finds the first sort of them."""
        records: dict[tuple[int, str], set[Subject]] = defaultdict(set)
        for one in found:
            assert one.operation_id is not None
            records[one.operation_id, self.who(one)].add(one.subject)
        order = [entity.code for entity in FOLLOWED]
        first = {key: min(subjects, key=lambda s: order.index(s[0]))[0] for key, subjects in records.items()}
        return [((*key, entity_by_code(first[key]).plural), len(subjects)) for key, subjects in records.items()]


def _word(entity: Entity) -> str:
    with translation.override(None):
        return str(entity.label)


def _names_of_people(ids: set[int]) -> dict[int, str]:
    from tend.people.models import User

    return dict(User.objects.as_system(WHY).filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _titles(entity: Entity, ids: set[int]) -> Iterable[tuple[int, str]]:
    if not ids:
        return []
    rows = entity.model.objects.as_system(WHY).filter(pk__among=sorted(ids))  # type: ignore[attr-defined]
    return [(row.pk, str(row)) for row in rows]

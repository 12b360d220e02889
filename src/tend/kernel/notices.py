"""Notices: one sentence for one person about a record, shown only while that person may see the record."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from tend.base.dates.worded import worded_day
from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.entity import entities, entity_by_code
from tend.kernel.listing.totals import Asked
from tend.kernel.prepared import Prepared
from tend.kernel.scoped import Scoped
from tend.kernel.taking import drop, take

WHY = "a notice belongs to one person"
COUNTED = 100
LOOKED_AT = 1000
WORDS = "of our words"  # key of `values`: texts of ours, translated when the notice is read
DAYS = "of days"  # key of `values`: days as 2026-03-15, worded when the notice is read
LIST = "of a list"  # key of `values`: the word of the list in which one finds what the notice counts
FIELDS = (
    "of fields"  # key of `values`: {place: [record type, names]}, those that the reader may see named when it is read
)
KEEP = dt.timedelta(days=90)


class Notice(models.Model):
    """`text` is an English sentence marked for translation, `values` fill it: each reads it in his own language."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    record_type = models.CharField(max_length=40, blank=True)
    record_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = Scoped()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(
                fields=["user", "kind", "record_id"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
        ]


_sights: dict[str, Callable[[Actor], Any]] = {}


def sight_of(model: type[models.Model]) -> Callable[[Callable[[Actor], Any]], Callable[[Actor], Any]]:
    """Say which rows of a table that is no record type (operations, imports) a reader of notices may see."""

    def declare(rows: Callable[[Actor], Any]) -> Callable[[Actor], Any]:
        _sights[model._meta.label_lower] = rows
        return rows

    return declare


@dataclass(frozen=True)
class Shown:
    """A notice as its reader sees it."""

    id: int
    kind: str
    sentence: str
    record_type: str
    record_id: int | None
    made_at: dt.datetime
    is_read: bool
    list_of: str = ""  # of one that tells of many records: the word of their list


def notify(
    users: Iterable[int],
    kind: str,
    text: str,
    values: dict[str, Any] | None = None,
    *,
    record: Any = None,
    is_new: bool = False,
) -> int:
    """Leave a notice for each of these users, in the transaction that is open; how many.

    `text` is an English sentence from `gettext_noop` with `%(name)s` places. One that says the same of the same record
    and is still unread is not repeated; `is_new` says that nothing can have been said of the record yet. Whether the
    reader may see the record is asked when he reads.
    """
    wanted = sorted(set(users))
    code, pk = (record._meta.label_lower, record.pk) if record is not None else ("", None)
    if pk is not None and not is_new:
        unread = _UNREAD(wanted, kind, code, pk, text)
        known = {user for user, said in unread if said == (values or {})}
        wanted = [user for user in wanted if user not in known]
    now = clock.now()
    rows = [
        Notice(user_id=user, kind=kind, text=text, values=values or {}, record_type=code, record_id=pk, made_at=now)
        for user in wanted
    ]
    return _leave(rows)


_hearers: list[Callable[[list[Notice]], None]] = []


def heard_by(hear: Callable[[list[Notice]], None]) -> None:
    """Let a function hear of notices in the transaction that leaves them (to send them by mail, say)."""
    if hear not in _hearers:
        _hearers.append(hear)


_choosers: list[Callable[[list[Notice]], list[Notice]]] = []


def chosen_by(choose: Callable[[list[Notice]], list[Notice]]) -> None:
    """Let a function say which notices their readers wish to have at all, before they are left."""
    if choose not in _choosers:
        _choosers.append(choose)


def leave(rows: Sequence[Notice]) -> int:
    """Leave notices that were made ready, in the transaction that is open; how many. Whether one repeats another is not asked."""
    return _leave(list(rows))


def _leave(rows: list[Notice]) -> int:
    for choose in _choosers if rows else ():
        rows = choose(rows)
    if not rows:
        return 0
    with transaction.atomic(savepoint=False):  # nobody goes on when this fails
        for pk, row in zip(write.reserve_ids(Notice, len(rows), 0), rows, strict=True):
            row.pk = pk
        write.insert(Notice, rows)
        for hear in _hearers:
            hear(rows)
    return len(rows)


def tally(counts: Mapping[int, int], kind: str, text: str, values: dict[str, Any], *, of: int) -> None:
    """One notice a person for a whole operation, whose `%(count)s` grows with each chunk until it is read."""
    known = {
        row.user_id: row
        for row in _all().filter(
            user_id__in=list(counts), kind=kind, read_at=None, record_id=None, values__operation=of
        )
    }
    fresh = []
    for user, more in counts.items():
        row = known.get(user)
        if row is not None:
            take(_all().filter(pk=row.pk), values={**row.values, "count": row.values["count"] + more})
        else:
            said = {**values, "count": more, "operation": of}
            fresh.append(Notice(user_id=user, kind=kind, text=text, values=said, made_at=clock.now()))
    _leave(fresh)


def notices_of(
    actor: Actor,
    *,
    unread: bool = False,
    limit: int = 20,
    before: int | None = None,
    kinds: Sequence[str] | None = None,
    since: dt.datetime | None = None,
) -> list[Shown]:
    """The newest notices of a person, in her language, older than the notice `before` and made after `since`.

    Those about records out of her sight are absent, and take nobody's place: the scope is part of the question.
    """
    rows = _unread(actor) if unread else _mine(actor)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    if since is not None:
        rows = rows.filter(made_at__gt=since)
    rows = _in_sight(actor, rows)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        Shown(
            row.pk, row.kind, _sentence(actor, row), row.record_type, row.record_id, row.made_at, row.read_at is not None,
            row.values.get(LIST, ""),
        )
        for row in rows.order_by("-id")[:limit]
    ]  # fmt: skip


def kinds_of(actor: Actor) -> list[str]:
    """The kinds of the last thousand notices that a person has in sight."""
    rows = _in_sight(actor, _mine(actor)).order_by("-id")
    return sorted(set(rows.values_list("kind", flat=True)[:LOOKED_AT]))


def notice_of(actor: Actor, pk: int) -> Shown | None:
    """One notice, as far as it is in sight."""
    return next((one for one in notices_of(actor, limit=1, before=pk + 1) if one.id == pk), None)


def count_unread(actor: Actor) -> int:
    """How many notices wait, as far as the reader may see what they are about; counting stops at a hundred."""
    rows = _unread(actor)
    if not rows.exists():  # the usual case costs a look into one index
        return 0
    return int(_in_sight(actor, rows)[:COUNTED].count())


def unread_question(actor: Actor) -> Asked:
    """What `count_unread` counts, to be asked together with other counts: about whatever sort of record it is."""
    kept: Asked | None = actor.kept.get("unread notices")
    if kept is None:
        about: Any = Q(record_id=None)
        seen = {e.code: e.model.objects.seen_by(actor, trashed=True, each=True) for e in entities() if not e.book}  # type: ignore[attr-defined]
        for code, rows in {**seen, **{code: sight(actor) for code, sight in _sights.items()}}.items():
            about |= Q(record_type=code) & Exists(rows.order_by().filter(pk=OuterRef("record_id")))
        sql, given = _unread(actor).filter(about).order_by().values_list("pk")[:COUNTED].query.sql_with_params()
        kept = actor.kept["unread notices"] = Asked(f"SELECT * FROM ({sql}) unread", given)  # noqa: S608 - Django's own SQL
    return kept


def mark_read(actor: Actor, ids: Iterable[int] | None = None, *, up_to: int | None = None) -> int:
    """Mark a person's own notices as read, all in sight (up to one) when none is named; how many that changed."""
    rows = _unread(actor)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    return take(_in_sight(actor, rows), read_at=clock.now())


def mark_unread(actor: Actor, ids: Iterable[int]) -> int:
    """Let a person's own notices wait again, as far as they are in sight; how many that changed."""
    rows = _mine(actor).filter(pk__in=list(ids)).exclude(read_at=None)
    return take(_in_sight(actor, rows), read_at=None)


def forget_old(now: dt.datetime) -> int:
    """Forget notices of a quarter ago."""
    return drop(_all().filter(made_at__lt=now - KEEP))


def _mine(actor: Actor) -> Any:
    return _all().filter(user_id=actor.user_id)


def _unread(actor: Actor) -> Any:
    return _mine(actor).filter(read_at=None)


def _in_sight(actor: Actor, rows: Any) -> Any:
    """Notices whose record the reader sees now, asked for each row by its key, so that no scope is read as a whole."""
    about: Any = Q(record_id=None)
    for code in rows.exclude(record_type="").order_by().values_list("record_type", flat=True).distinct():
        sight = _sights.get(code) or _sight_of_records(code)
        seen = sight(actor)
        about |= Q(record_type=code) & Exists(seen.order_by().filter(pk=OuterRef("record_id")))
    return rows.filter(about)


def _sight_of_records(code: str) -> Callable[[Actor], Any]:
    """What was put into the trash may be told of."""
    model: Any = entity_by_code(code).model
    return lambda actor: model.objects.seen_by(actor, trashed=True)


def _sentence(actor: Actor, row: Notice) -> str:
    """In the reader's language: numbers and days as written there, words of ours, and fields as far as he sees them."""
    values = {
        n: number_format(v, force_grouping=True) if isinstance(v, int) else v
        for n, v in row.values.items()
        if n not in (WORDS, DAYS, FIELDS, LIST)
    }
    values.update({name: gettext(word) for name, word in row.values.get(WORDS, {}).items()})
    today, language = clock.now().date(), get_language() or "en"
    for name, day in row.values.get(DAYS, {}).items():
        values[name] = worded_day(dt.date.fromisoformat(day), today, language, weekday=False)
    for name, (code, fields) in row.values.get(FIELDS, {}).items():
        values[name] = ", ".join(_labels(actor, code, fields)) or gettext("something")
    return gettext(row.text) % values if values else gettext(row.text)


def _labels(actor: Actor, code: str, names: Iterable[str]) -> list[str]:
    """Fields as this reader calls them; one that is hidden from him is not named, nor one that is no more."""
    entity = entity_by_code(code)
    seen = [n for n in names if entity.right(actor, n) != "hidden"]
    own = characteristics_named(code) if any(n.startswith("characteristics.") for n in seen) else {}
    found = [own.get(n) or (entity.by_name[n].label if n in entity.by_name else "") for n in seen]
    return [str(label) for label in found if label]


def characteristics_named(code: str) -> Mapping[str, str]:
    """What the company calls its own fields of a record type, by `characteristics.key`; kept for a while."""
    from tend.kernel.traits.characteristics import definitions

    at, found = _own.get(code, (0.0, {}))
    if time.monotonic() - at > KEPT:
        found = {f"characteristics.{d.key}": d.name for d in definitions(code)}
        _own[code] = (time.monotonic(), found)
    return found


KEPT = 10.0  # seconds
_own: dict[str, tuple[float, Mapping[str, str]]] = {}


def _all() -> Any:
    return Notice.objects.as_system(WHY)


_UNREAD = Prepared(
    lambda users, kind, code, pk, text: (
        _all()
        .filter(user_id__among=users, kind=kind, record_type=code, record_id=pk, text=text, read_at=None)
        .values_list("user_id", "values")
    ),
    list, str, str, int, str,
)  # fmt: skip

"""Every verb of every record type: it needs a right, a refusal leaves no trace, and what it does is in the history once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from tend.kernel.actor import Actor
from tend.kernel.entity import entities
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.history import Change
from tend.kernel.verbs import Done, Verb
from tests.cast import BUILDER, Cast
from tests.contract.stage import TYPES, actor_with, kind_of_record, nobody, options_of, sample, whole_database

pytestmark = pytest.mark.django_db
BROKEN_ON_PURPOSE = {("plants", "peek"), ("plants", "spin")}
WORDS = [
    (e.plural, name)
    for e in entities()
    if e.plural in TYPES
    for name in sorted(e.verb_by_name)
    if (e.plural, name) not in BROKEN_ON_PURPOSE
]
# One book stands for all: they share their verbs.
CHOSEN = [
    (plural, name)
    for plural, name in WORDS
    if not kind_of_record(plural).book or plural in ("tags", "interaction-statuses")
]


def run(verb: Verb, actor: Actor, record: Any, options: dict[str, Any]) -> Done:
    return verb(actor, **options) if verb.creates else verb(actor, record.pk, **options)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("plural", "name"), CHOSEN)
def test_a_verb_without_its_right_changes_nothing(cast: Cast, plural: str, name: str) -> None:
    record = sample(plural, cast.admin)
    verb = kind_of_record(plural).verb_by_name[name]
    options = options_of(verb, record, cast.admin)
    stranger = actor_with(nobody())
    before = whole_database()
    with pytest.raises((NotAllowed, NotSeen, Refused)) as no:
        run(verb, stranger, record, options)
    assert whole_database() == before
    assert not isinstance(no.value, Refused) or no.value.code == "not_allowed"


@pytest.mark.parametrize(("plural", "name"), CHOSEN)
def test_a_verb_writes_one_history_entry_or_refuses(cast: Cast, plural: str, name: str) -> None:
    record = sample(plural, cast.admin)
    before = set(Change.objects.as_system("test").values_list("pk", flat=True))
    verb = kind_of_record(plural).verb_by_name[name]
    options = options_of(verb, record, cast.manager)
    made = set(Change.objects.as_system("test").values_list("pk", flat=True))
    try:
        with transaction.atomic():
            done = run(verb, BUILDER, record, options)
    except (Refused, NotAllowed):
        assert set(Change.objects.as_system("test").values_list("pk", flat=True)) == made >= before
        return
    entity = kind_of_record(plural)
    rows = (
        Change.objects.as_system("test").filter(record_type=entity.code, record_id=done.record.pk).exclude(pk__in=made)
    )
    assert rows.count() == (1 if done.act else 0) or _only_elsewhere(done, made, rows)
    if done.act:
        assert {c.act for c in Change.objects.as_system("test").exclude(pk__in=made)} == {done.act}


def _only_elsewhere(done: Done, made: set[int], rows: Any) -> bool:
    """A verb may write only what hangs on its record (logging a call writes an activity), never twice about the record."""
    return not rows.exists() and Change.objects.as_system("test").filter(act=done.act).exclude(pk__in=made).exists()


def test_one_book_stands_for_all() -> None:
    shapes = {tuple(sorted(kind_of_record(p).verb_by_name)) for p in TYPES if kind_of_record(p).book}
    assert len(shapes) == 1

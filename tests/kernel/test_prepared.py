"""Prepared questions, on made-up plants: they answer what the query set answers, and keep its scope."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.errors import Misuse
from tend.kernel.prepared import Prepared, parts_of, record_of, records_of
from tend.kernel.values import create_record
from tests.kernel.garden.entity import PLANT
from tests.kernel.garden.models import Plant, PlantPoint
from tests.kernel.test_unit import gardener

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


def plants(count: int, actor: Actor = SYSTEM) -> list[Any]:
    return [
        create_record(actor, PLANT, {"name": f"Rose {n}", "phone": f"+34 600 555 {n:03d}"}).record for n in range(count)
    ]


def columns(rows: Any) -> list[dict[str, Any]]:
    return [{n: v for n, v in row.__dict__.items() if n != "_state"} for row in rows]


def test_rows_are_those_of_the_query_set_with_the_same_types() -> None:
    made = plants(4)
    question = Prepared(
        lambda ids, name: Plant.objects.as_system("test").filter(pk__among=ids).exclude(name=name).order_by("-pk"),
        list,
        str,
    )
    ids = [p.pk for p in made[:3]]
    expected = Plant.objects.as_system("test").filter(pk__in=ids).exclude(name="Rose 1").order_by("-pk")
    assert columns(question(ids, "Rose 1")) == columns(expected)
    assert [p.pk for p in question(ids[:1], "nobody")] == ids[:1]
    assert question([], "nobody") == []


def test_parts_come_in_key_order_for_any_number_of_records_by_one_statement() -> None:
    made = plants(3)
    for ids in ([made[0].pk], [p.pk for p in made]):
        with CaptureQueriesContext(connection) as queries:
            found = parts_of(PlantPoint)(ids)
        assert columns(found) == columns(PlantPoint.objects.of(ids).order_by("pk"))
        assert len(queries) == 1


def test_rows_are_counted_as_far_as_the_question_reads() -> None:
    made = plants(3)
    question = Prepared(lambda ids: Plant.objects.as_system("test").filter(pk__among=ids).values_list("pk")[:2], list)
    assert [question.count([p.pk for p in made[:n]]) for n in (0, 1, 2, 3)] == [0, 1, 2, 2]
    nobody = Prepared(lambda: Plant.objects.as_system("test").none())
    assert nobody.count() == 0


def test_records_by_their_ids_are_those_in_sight() -> None:
    someone = gardener()
    mine, hidden = plants(1, someone)[0], plants(1)[0]
    assert list(records_of(someone, Plant, [hidden.pk, mine.pk, None])) == [mine.pk]
    assert records_of(someone, Plant, []) == {}


def test_values_come_as_tuples() -> None:
    made = plants(2)
    question = Prepared(lambda pk: Plant.objects.as_system("test").filter(pk=pk).values_list("name", "created_at"), int)
    assert question(made[1].pk) == [("Rose 1", made[1].created_at)]


def test_records_named_beside_come_with_their_own_columns_and_without_a_further_question() -> None:
    made, ana = plants(2), gardener()
    mine = create_record(ana, PLANT, {"name": "Iris"}).record
    question = Prepared(
        lambda ids: Plant.objects.as_system("test").filter(pk__among=ids).select_related("owner").order_by("pk"), list
    )
    found = question([made[0].pk, mine.pk])
    expected = list(
        Plant.objects.as_system("test").filter(pk__in=[made[0].pk, mine.pk]).select_related("owner").order_by("pk")
    )
    with CaptureQueriesContext(connection) as queries:
        assert [p.owner for p in found] == [p.owner for p in expected]
        assert [p.owner and p.owner.pk for p in found] == [None, ana.user_id]
        assert columns([found[1].owner]) == columns([expected[1].owner])
    assert not queries


def test_a_record_is_found_by_whom_the_scope_lets_see_it() -> None:
    ana, ivo = gardener(), gardener("Ivo")
    mine = plants(1, ana)[0]
    assert record_of(ana, Plant).first(mine.pk).pk == mine.pk
    assert record_of(ivo, Plant).first(mine.pk) is None
    assert record_of(Actor(9, "Eve", Grants({})), Plant).first(mine.pk) is None


def test_a_question_without_an_actor_is_a_mistake() -> None:
    with pytest.raises(Misuse, match="without an actor"):
        Prepared(lambda pk: Plant.objects.filter(pk=pk), int)(1)


def test_a_value_that_would_be_frozen_into_the_statement_is_a_mistake() -> None:
    with pytest.raises(Misuse, match="value 0"):
        Prepared(lambda pk: Plant.objects.as_system("test").filter(pk=pk + 1), int)(1)


def test_several_questions_are_one_statement_and_days_and_instants_are_values() -> None:
    made = plants(3)
    at = made[0].created_at
    question = Prepared(
        lambda since, name: (
            Plant.objects.as_system("test")
            .filter(created_at__gte=since)
            .exclude(name=name)
            .order_by("-pk")
            .values_list("pk", "created_at")[:2]
        ),
        dt.datetime,
        str,
    )
    before, after = at - dt.timedelta(days=1), at + dt.timedelta(days=1)
    assert question(before, "nobody") == [(made[2].pk, made[2].created_at), (made[1].pk, made[1].created_at)]
    with CaptureQueriesContext(connection) as queries:
        found = question.of_each([(before, "Rose 2"), (after, "nobody"), (before, "nobody")])
    assert [[pk for pk, _at in rows] for rows in found] == [[made[1].pk, made[0].pk], [], [made[2].pk, made[1].pk]]
    assert found[0][1] == (made[0].pk, made[0].created_at)
    assert len(queries) == 1
    assert question.of_each([]) == []
    by_day = Prepared(
        lambda day: Plant.objects.as_system("test").filter(created_at__date=day).values_list("pk"), dt.date
    )
    assert by_day.of_each([(at.date(),), (after.date(),)])[1] == []
    with pytest.raises(Misuse):
        Prepared(lambda pk: Plant.objects.as_system("test").filter(pk=pk), int).of_each([(1,)])

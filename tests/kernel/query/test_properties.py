"""The compiler against the plain evaluator: random records, random filters, the same answer on either database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tend.base.names import normalise
from tend.kernel.actor import system
from tend.kernel.declared import CHARACTERISTIC, TAG
from tend.kernel.query import Relation, compile_filter, parse_text, relate, to_text
from tend.kernel.query.fold import Folded
from tend.kernel.query.relations import forget_relations
from tend.kernel.query.tree import All, AnyOf, Condition, Node, Not, read_tree
from tend.kernel.traits.tags import Tag
from tend.kernel.unit import Unit
from tend.kernel.values import create_record
from tests.kernel.garden.entity import BED, PLANT
from tests.kernel.garden.models import Bed, Plant
from tests.kernel.query.evaluator import holds

SYSTEM = system("test")
NOW = dt.datetime(2026, 3, 15, 12, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
# Few letters, so that records and filters meet: cases, accents, Cyrillic, signs of patterns, a letter of several folds.
LETTERS = "abAé%_!'ßиЇ "
TEXT = st.text(LETTERS, max_size=6).map(str.strip)
SAID = st.text(LETTERS, min_size=1, max_size=3).filter(str.strip)
DAYS = ("2026-03-14", "2026-03-15", "2026-02-28", "2026-04-01", "2025-03-15")
RELATIVE = ("today", "yesterday", "this_month", "last 30 days", "next 2 weeks", "this_year", "last quarter", "overdue")
BEDS, TAGS = ("South", "North"), ("vip", "fair", "old")
DAY = st.sampled_from((*DAYS, *RELATIVE))
WHOLE = st.sampled_from((0, 1, 2, 5, 3000000000))
AMOUNT = st.sampled_from(("0", "1.5", "1.50", "2.25", "2.255", "1e15"))


def blank(values: Any) -> Any:
    return st.one_of(st.none(), values)


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "name": SAID.map(str.strip), "height": blank(st.sampled_from((0, 1, 2, 5))), "price": blank(st.sampled_from(("0", "1.50", "2.25"))),
            "planted_on": blank(st.sampled_from(DAYS)), "bed": blank(st.sampled_from(BEDS)), "mother": blank(st.integers(0, 4)),
            "needs_water": st.booleans(), "tags": st.lists(st.sampled_from(TAGS), unique=True, max_size=2),
            "address.city": blank(TEXT), "cities": st.lists(SAID.map(str.strip), max_size=1), "rooms": blank(st.sampled_from((1, 2, 5))),
            "use": st.lists(st.sampled_from(("food", "show")), unique=True), "stage": blank(SAID.map(str.strip)),
        }
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def lists(values: Any) -> Any:
    return st.lists(values, min_size=1, max_size=3)


def compared(field: str, values: Any, *ops: str) -> Any:
    """A condition on a field: the operators that every kind has, and those named."""
    choices = [st.tuples(st.sampled_from(("empty", "filled")), st.none())] if "blank" in ops else []
    choices.append(st.tuples(st.sampled_from(("is", "is_not")), values))
    if "in" in ops:
        choices.append(st.tuples(st.sampled_from(("in", "not_in")), lists(values)))
    if "set" in ops:
        choices.append(st.tuples(st.sampled_from(("any_of", "none_of", "all_of")), lists(values)))
    if "part" in ops:
        choices.append(st.tuples(st.sampled_from(("contains", "starts_with")), values))
    if "order" in ops:
        choices.append(st.tuples(st.sampled_from(("lt", "lte", "gt", "gte")), values))
        choices.append(st.tuples(st.just("between"), st.tuples(values, values).map(list)))
    return st.one_of(choices).map(
        lambda c: (
            {"field": field, "op": c[0]} if c[0] in ("empty", "filled") else {"field": field, "op": c[0], "value": c[1]}
        )
    )


CONDITIONS = st.one_of(
    compared("name", SAID, "in", "part", "blank"),
    compared("address.city", SAID, "in", "part", "blank"),
    compared("addresses.city", SAID, "in", "part", "blank"),
    compared("height", WHOLE, "in", "order", "blank"),
    compared("price", AMOUNT, "in", "order", "blank"),
    compared("planted_on", DAY, "in", "order", "blank"),
    compared("needs_water", st.sampled_from((True, False, "yes"))),
    compared("bed", st.sampled_from(BEDS), "in", "blank"),
    compared("bed", st.sampled_from(("So", "th", "x")), "part").filter(
        lambda c: c["op"] in ("contains", "starts_with")
    ),
    compared("tags", st.sampled_from(TAGS), "in", "set", "blank"),
    compared("characteristics.rooms", st.sampled_from((1, "2", 5, "1.5")), "in", "order", "blank"),
    compared("characteristics.use", st.sampled_from(("food", "show")), "in", "set", "blank"),
    compared("remarks.stage", SAID, "in", "part", "blank"),
    compared("mother.name", SAID, "in", "part", "blank"),
    compared("mother.height", WHOLE, "order", "blank"),
    compared("mother.tags", st.sampled_from(TAGS), "set", "blank"),
    compared("mother.mother.name", SAID, "part"),
    compared("children.name", SAID, "in", "part"),
    compared("children.planted_on", DAY, "order", "blank"),
)
TREES = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


@pytest.fixture
def books(db: Any) -> Any:
    for name in BEDS:
        create_record(SYSTEM, BED, {"name": name})
    for name in TAGS:
        create_record(SYSTEM, TAG, {"name": name})
    create_record(
        SYSTEM, CHARACTERISTIC, {"name": "Rooms", "key": "rooms", "type": "number", "record_type": "garden.plant"}
    )
    create_record(
        SYSTEM, CHARACTERISTIC,
        {"name": "Use", "key": "use", "type": "choices", "choices": ["food", "show"], "record_type": "garden.plant"},
    )  # fmt: skip
    relate("garden.plant", Relation("children", Plant, near="mother"))
    beds = {b.name: b for b in Bed.objects.as_system("test")}
    tags = {t.name: t for t in Tag.objects.as_system("test")}
    yield beds, tags
    forget_relations("garden.plant")


def planted(drawn: list[dict[str, Any]], beds: Any, tags: Any) -> dict[int, dict[str, Any]]:
    """Write the drawn records by their verb, and give them as plain rows by id."""
    made: list[Any] = []
    rows: dict[int, dict[str, Any]] = {}
    with Unit(SYSTEM, verb="test", now=NOW) as unit:
        for given_ in drawn:
            mother = made[given_["mother"]] if given_["mother"] is not None and given_["mother"] < len(made) else None
            addresses = [{"city": c, "is_primary": False, "street": "x"} for c in given_["cities"]]
            if given_["address.city"] is not None:
                addresses.insert(0, {"city": given_["address.city"], "is_primary": True, "street": "y"})
            values: dict[str, Any] = {
                "name": given_["name"], "height": given_["height"], "price": given_["price"], "bed": beds.get(given_["bed"]), "mother": mother,
                "tags": [tags[t] for t in given_["tags"]], "addresses": addresses,
                "planted_on": dt.date.fromisoformat(given_["planted_on"]) if given_["planted_on"] else None,
                "characteristics": {k: given_[k] for k in ("rooms", "use") if given_[k] is not None},
            }  # fmt: skip
            if given_["price"] is not None:
                from decimal import Decimal

                values["price"] = Decimal(given_["price"])
            plant = PLANT.create(unit, values=values)  # type: ignore[misc]
            plant.needs_water = given_["needs_water"]
            if given_["stage"] is not None:
                unit.create(
                    PLANT.traits["remarks"].values, record_id=plant.pk, key="stage", value=given_["stage"], number=None
                )  # type: ignore[attr-defined]
            made.append(plant)
            cities = [a["city"] for a in addresses]
            rows[plant.pk] = {
                "id": plant.pk, "name": given_["name"], "height": given_["height"], "price": values["price"], "planted_on": values["planted_on"],
                "needs_water": given_["needs_water"], "bed": given_["bed"], "mother": mother.pk if mother else None, "tags": given_["tags"],
                "address.city": cities[0] if cities else None, "addresses.city": cities, "characteristics.rooms": given_["rooms"],
                "characteristics.use": given_["use"], "remarks.stage": given_["stage"],
            }  # fmt: skip
    return rows


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=RECORDS, trees=st.lists(TREES, min_size=4, max_size=4))
def test_the_compiler_agrees_with_the_plain_evaluator(
    drawn: list[dict[str, Any]], trees: list[Any], books: Any
) -> None:
    rows = planted(drawn, *books)
    for tree in trees:
        found = (
            Plant.objects.seen_by(SYSTEM).filter(pk__in=list(rows)).filter(compile_filter(PLANT, SYSTEM, tree, now=NOW))
        )
        expected = {pk for pk, row in rows.items() if holds(tree, row, rows, TODAY)}
        assert set(found.values_list("pk", flat=True)) == expected, tree


ALPHABET = (
    st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd", "Pd", "Zs", "Mn"), max_codepoint=0x24F)
    | st.characters(min_codepoint=0x370, max_codepoint=0x52F, categories=("Lu", "Ll"))
    | st.sampled_from("%_'\"`’«»ﬁ–ẞ ")
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(ALPHABET, max_size=12))
def test_both_databases_fold_as_we_do(text: str, db: Any) -> None:
    from django.db.models import TextField, Value
    from django.db.models.functions import Cast

    row = Tag.objects.as_system("test").annotate(folded=Folded(Cast(Value(text), TextField())))
    compiled, parameters = (
        row.values_list("folded").query.get_compiler(connection=connection).compile(row.query.annotations["folded"])
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {compiled}", parameters)
        assert cursor.fetchone()[0] == normalise(text)


def simple(node: Node) -> Any:
    """A filter without the differences that its text form does not tell: groups of one, values as typed."""
    if isinstance(node, Not):
        return ("not", simple(node.part))
    if isinstance(node, (All, AnyOf)):
        if len(node.parts) == 1:
            return simple(node.parts[0])
        if isinstance(node, AnyOf) and not node.parts:
            return ("not", ("all", ()))
        return ("all" if isinstance(node, All) else "any", tuple(simple(p) for p in node.parts))
    assert isinstance(node, Condition)
    op = {"any_of": "in", "none_of": "not_in"}.get(node.op, node.op)
    values = node.value if isinstance(node.value, list) else [node.value]
    said = tuple(("yes" if v else "no") if isinstance(v, bool) else str(v) for v in values)
    if len(said) == 1:
        op = {"in": "is", "not_in": "is_not"}.get(op, op)
    return (node.field, op, said)


@given(tree=TREES)
def test_a_filter_reads_the_same_after_it_was_written_down(tree: Any) -> None:
    text = to_text(PLANT, tree)
    assert simple(read_tree(parse_text(PLANT, text))) == simple(read_tree(tree)), text

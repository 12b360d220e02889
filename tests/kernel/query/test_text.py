"""The short text form of a filter: what people type, and that it says the same when written back."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.entity import ACCOUNT
from tend.kernel.errors import Refused
from tend.kernel.query import parse_text, to_text
from tests.kernel.garden.entity import PLANT


def is_(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": "is", "value": value}


def test_the_example_of_the_manual_reads_as_meant() -> None:
    assert parse_text(ACCOUNT, "status:Open tag:vip city:Odesa stage=mature next<today") == {
        "all": [
            is_("status", "Open"),
            is_("tags", "vip"),
            is_("address.city", "Odesa"),
            is_("relationship_stage", "mature"),
            {"field": "next_contact_on", "op": "lt", "value": "today"},
        ]
    }


def test_a_key_that_names_no_field_is_what_a_remark_says() -> None:
    assert parse_text(ACCOUNT, "roof=slate") == is_("remarks.roof", "slate")
    assert parse_text(ACCOUNT, "roof!=slate")["field"] == "remarks.roof"


def test_bare_words_are_parts_of_the_name() -> None:
    assert parse_text(ACCOUNT, 'hotel "Mar i Sol"') == {
        "all": [
            {"field": "name", "op": "contains", "value": "hotel"},
            {"field": "name", "op": "contains", "value": "Mar i Sol"},
        ]
    }


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("status:Open,Lost", {"field": "status", "op": "in", "value": ["Open", "Lost"]}),
        ("status!:Open", {"field": "status", "op": "is_not", "value": "Open"}),
        ("status:#7", is_("status", {"id": 7})),
        ('status:"#7"', is_("status", "#7")),
        ("tag+:vip,fair", {"field": "tags", "op": "all_of", "value": ["vip", "fair"]}),
        ("name:Mar*", {"field": "name", "op": "starts_with", "value": "Mar"}),
        ("employees:10..20", {"field": "employees", "op": "between", "value": ["10", "20"]}),
        ("employees>=10", {"field": "employees", "op": "gte", "value": "10"}),
        ("city~ode", {"field": "address.city", "op": "contains", "value": "ode"}),
        ("no:city", {"field": "address.city", "op": "empty"}),
        ("has:phone", {"field": "phone", "op": "filled"}),
        ("-status:Open", {"not": is_("status", "Open")}),
        ('last:"last 30 days"', is_("last_contact_at", "last 30 days")),
        ("characteristics.rooms>5", {"field": "characteristics.rooms", "op": "gt", "value": "5"}),
        ("a b or c", {"any": [{"all": [{"field": "name", "op": "contains", "value": w} for w in "ab"]}, {"field": "name", "op": "contains", "value": "c"}]}),
        ("", {"all": []}),
    ],
)  # fmt: skip
def test_each_sign_means_one_operator(typed: str, tree: Any) -> None:
    assert parse_text(ACCOUNT, typed) == tree
    assert parse_text(ACCOUNT, to_text(ACCOUNT, tree)) == tree


@pytest.mark.parametrize(
    "typed", ["(", "a)", '"open', "status:", "status:,", "-(a", "a,b", "status<a,b", "(" * 40 + "a" + ")" * 40]
)
def test_what_cannot_be_read_is_refused_with_the_place(typed: str) -> None:
    with pytest.raises(Refused) as no:
        parse_text(ACCOUNT, typed)
    assert no.value.code == "filter"


def test_a_made_up_record_type_has_its_words_too() -> None:
    assert parse_text(PLANT, "bed:South tag:old") == {"all": [is_("bed", "South"), is_("tags", "old")]}

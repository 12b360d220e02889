"""What is typed is taken apart: narrowing words, shared values, remarks; every hit says why, and nothing hidden is found."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.models import Account, AccountRemark
from tend.domains.activities.models import ActivitySearch
from tend.kernel.actor import Actor, Grants, system
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Refused
from tend.kernel.finding import everywhere, nearest, page_of_hits, search, walking
from tend.kernel.finding.typed import read
from tend.kernel.finding.values import forget_values
from tend.kernel.integrity import check_search
from tend.kernel.listing import Listing
from tend.kernel.query.tree import Condition
from tend.kernel.search import rebuild
from tend.kernel.values import edit_record
from tests.cast import Cast, make

SYSTEM = system("test")
ACTIVITY = entity_by_code("activities.activity")
ACCOUNT, CONTACT = entity_by_code("accounts.account"), entity_by_code("contacts.contact")


def test_typed_text_is_taken_apart() -> None:
    typed = read('hotel city:Odessa rooms>30 stage="very mature" type:contact,lead -tag:vip')
    assert typed.words == "hotel"
    assert [(t.name, t.sign, t.value, t.is_not) for t in typed.terms] == [
        ("city", ":", "Odessa", False), ("rooms", ">", "30", False), ("stage", "=", '"very mature"', False), ("tag", ":", "vip", True),
    ]  # fmt: skip
    assert typed.types == ("contact", "lead")
    assert read("https://marisol.example a: b 10:30").terms == ()


@pytest.fixture
def office(cast: Cast) -> Any:
    make("characteristics", record_type="accounts.account", key="rooms", name="Rooms", type="number")
    make("tags", name="Key customer")
    make("relationship-stages", name="Growing")
    odessa = cast.account(
        "Hotel Marisol", addresses=[{"city": "Odessa", "street": "Sea road 1"}], characteristics={"rooms": 40},
        tags=["Key customer"], remarks="Wants a quiet room\nbudget=mature",
    )  # fmt: skip
    cast.account("Inn by the sea", characteristics={"rooms": 12}, addresses=[{"city": "Lviv"}])
    cast.account("Hotel of others", cast.stranger, addresses=[{"city": "Odessa"}], tags=["Key customer"],
                 remarks="A quiet one\nbudget=mature", characteristics={"rooms": 40})  # fmt: skip
    make("contacts", first_name="Lucia", last_name="Vidal", title="Head of Purchasing", accounts=[odessa])
    return odessa


CASES = [
    ("rooms=40", "Rooms: 40"), ("rooms>30", "Rooms: 40"), ("budget=mature", "budget: mature"), ("city:odessa", "City: Odessa"),
    ('tag:"Key customer"', "Tags: Key customer"), ("odessa", "City: Odessa"), ("key cust", "Tags: Key customer"),
    ("hotel odessa", "City: Odessa"), ("odessa marisol", "City: Odessa"), ("quiet room", "Remarks: wants a quiet room"),
    ("marisol rooms>30", "Rooms: 40"), ("foo>bar marisol", None), ("rooms>50", None), ("rooms>many", None),
    ("Оdessa zzz", None), ("tag:none", None), ("sea road", None),
]  # fmt: skip


def test_each_hit_says_why_and_nothing_out_of_sight_is_found(cast: Cast, office: Account) -> None:
    actor = cast.actor(cast.manager)
    for typed, why in CASES:
        hits = search(actor, typed, [ACCOUNT])
        assert [(h.record_id, h.why) for h in hits] == ([] if why is None else [(office.pk, why)]), typed


def test_a_hidden_field_narrows_nothing_and_explains_nothing(cast: Cast, office: Account) -> None:
    seen = cast.actor(cast.manager)
    for hidden, typed in (
        ("characteristics", "rooms=40"), ("tags", "key cust"), ("tags", "tag:'Key customer'"), ("address", "odessa"),
        ("addresses", "hotel odessa"), ("remarks", "quiet room"), ("remarks", "budget=mature"),
    ):  # fmt: skip
        rights = {(line, hidden): "hidden" for line in ("leads", "accounts")}
        blind = Actor(seen.user_id, seen.name, Grants(dict(seen.grants.scopes), rights), team_users=seen.team_users)
        assert search(blind, typed, [ACCOUNT]) == [], (hidden, typed)
        assert [h.title for h in search(blind, "marisol", [ACCOUNT])] == ["Hotel Marisol"]


def test_titles_are_found_among_few_and_remarks_follow_their_changes(cast: Cast, office: Account) -> None:
    junior = cast.actor(cast.junior)
    assert search(junior, "purchasing", [CONTACT]) == []
    make("contacts", first_name="Ivo", last_name="Kral", title="Head of Purchasing", owner=cast.junior)
    junior = cast.actor(cast.junior)
    forget_values()
    hits = search(junior, "head of purch", [CONTACT])
    assert [(h.title, h.why) for h in hits] == [("Ivo Kral", "Job title: Head of Purchasing")]
    actor = cast.actor(cast.manager)
    remark = AccountRemark.objects.of([office]).get()
    ACCOUNT.verb_by_name["erase-remark"](actor, office, remark=remark.pk)
    assert search(actor, "quiet room", [ACCOUNT]) == []
    ACCOUNT.verb_by_name["write-remark"](actor, office, text="Has a rooftop bar")
    assert [h.why for h in search(actor, "rooftop", [ACCOUNT])] == ["Remarks: has a rooftop bar"]


def test_pages_by_keyset_hold_each_hit_once_in_one_stretch(cast: Cast, office: Account) -> None:
    actor = cast.actor(cast.manager)
    names = [f"Odessa House {n}" for n in range(5)]
    for name in names:
        cast.account(name, addresses=[{"city": "Odessa"}])
    seen, cursor = [], ""
    for _page in range(9):
        hits = page_of_hits(ACCOUNT, actor, read("odessa"), cursor=cursor, limit=2)
        seen += [h.title for h in hits.hits]
        cursor = hits.next_cursor or ""
        if not cursor:
            break
    assert seen == [*names, "Hotel Marisol"]
    with pytest.raises(Refused):
        page_of_hits(ACCOUNT, actor, read("odessa"), cursor="99.x")


def test_only_what_is_in_sight_is_suggested(cast: Cast, office: Account) -> None:
    cast.account("Zeppelin", cast.stranger)
    actor = cast.actor(cast.manager)
    for wrong, right in (("marisal", "marisol"), ("hotal marisol", "hotel marisol"), ("zepelin", None), ("qqqq", None)):
        found = nearest(actor, [ACCOUNT, CONTACT], read(wrong))
        assert (found.words if found else None) == right, wrong
    assert nearest(cast.actor(cast.stranger), [ACCOUNT], read("zepelin")) == read("zeppelin")
    assert nearest(SYSTEM, [ACCOUNT], read("marisal type:account")) == read("marisol type:account")


def test_walking_an_index_finds_what_the_list_finds(
    cast: Cast, office: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "BATCH", 1)
    for n in range(12):
        cast.account(f"Hostel {n}", cast.stranger if n % 3 else cast.manager, addresses=[{"city": "Odessa"}],
                     tags=["Key customer"] if n % 2 else [], characteristics={"rooms": 20 + n}, remarks=f"budget={n % 4}")  # fmt: skip
    for actor in (cast.actor(cast.admin), SYSTEM, cast.actor(cast.manager)):
        for typed in (
            "city:Odessa", "rooms>25", "rooms=40", "budget=3", "tag:'Key customer' odessa", "odessa", "hostel odessa",
            "city:Odessa rooms<30", "rooms>20 tag:\"Key customer\"", "odessa -tag:\"Key customer\"", "rooms>90",
        ):  # fmt: skip
            quick = {h.record_id for h in search(actor, typed, [ACCOUNT], limit=100)}
            with monkeypatch.context() as slowly:
                slowly.setattr(everywhere, "walked", lambda *_args: None)
                assert quick == {h.record_id for h in search(actor, typed, [ACCOUNT], limit=100)}, typed
            assert {h.record_id for h in search(actor, typed, [ACCOUNT], limit=2)} <= quick
    used = walking.walked(Listing(ACCOUNT, SYSTEM), Condition("addresses.city", "in", ["Odessa"]), 3)
    assert used is not None
    assert len(used) == 3


def test_activities_are_found_by_their_subject_and_only_those_that_have_one_cost_a_text(
    cast: Cast, office: Account
) -> None:
    plan = {"kind": "meeting", "account": office, "planned_on": "2030-01-02", "responsible": cast.manager}
    made = make("activities", subject="Tasting of the new menu", **plan)
    make("activities", **plan)
    assert ActivitySearch.objects.count() == 1
    actor = cast.actor(cast.manager)
    assert [h.title for h in search(actor, "menu tast")] == ["Tasting of the new menu"]
    assert search(cast.actor(cast.stranger), "menu") == []
    edit_record(SYSTEM, ACTIVITY, made, {"subject": "Walk"})
    assert [h.record_id for h in search(actor, "walk", [ACTIVITY])] == [made.pk]
    assert search(actor, "menu", [ACTIVITY]) == []
    assert rebuild(ACTIVITY) == 1
    assert check_search(repair=False) == []

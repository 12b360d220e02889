"""What a filter finds: operators by kind, blanks, links, traits, related records, and nothing out of sight."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.declared import CHARACTERISTIC, TAG
from tend.kernel.errors import Refused
from tend.kernel.query import Relation, compile_filter, names_of, offered_fields, parse_text, relate, tidy, to_text
from tend.kernel.query.relations import forget_relations
from tend.kernel.values import create_record
from tend.people.models import User
from tests.kernel.garden.entity import BED, PLANT
from tests.kernel.garden.models import Plant

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
NOW = dt.datetime(2026, 3, 15, 12, 0, tzinfo=dt.UTC)


def plant(name: str, owner: Actor | None = None, **values: Any) -> Any:
    return create_record(owner or SYSTEM, PLANT, {"name": name, **values}).record


def gardener(name: str, scope: str = "own", hidden: tuple[str, ...] = ()) -> Actor:
    user = User.objects.create(email=f"{name.lower()}@tend.example", name=name, created_at=NOW, updated_at=NOW)
    return Actor(
        user.pk,
        name,
        Grants({("plants", a): scope for a in ("view", "create", "edit")}, {("plants", f): "hidden" for f in hidden}),
    )


def found(tree: Any, actor: Actor = SYSTEM) -> set[str]:
    if isinstance(tree, str):
        tree = parse_text(PLANT, tree)
    rows = Plant.objects.seen_by(actor).filter(compile_filter(PLANT, actor, tree, now=NOW))
    return set(rows.values_list("name", flat=True))


def test_text_is_found_without_case_and_accents_in_any_script() -> None:
    for name in ("São Tomé", "ОДЕСА", "straße", "Łódź"):
        plant(name)
    assert found("sao") == {"São Tomé"}
    assert found("одеса") == {"ОДЕСА"}
    assert found("STRASSE") == {"straße"}
    assert found("lodz") == {"Łódź"}
    assert found("name:одес*") == {"ОДЕСА"}


def test_signs_of_patterns_are_letters_like_others() -> None:
    for name in ("100%", "100", "a_b", "acb", "wow!"):
        plant(name)
    assert found("100%") == {"100%"}
    assert found("a_b") == {"a_b"}
    assert found("w!") == {"wow!"}


def test_equality_forgives_the_usual_casings() -> None:
    plant("A", address={"city": "Odesa"})
    plant("B", address={"city": "KYIV"})
    plant("C")
    assert found("city:odesa") == {"A"}
    assert found("city:Kyiv") == {"B"}
    assert found("city!:ODESA") == {"B", "C"}
    assert found("no:city") == {"C"}


def test_negations_include_blanks() -> None:
    south = create_record(SYSTEM, BED, {"name": "South"}).record
    create_record(SYSTEM, BED, {"name": "North"})
    plant("in", bed=south, height=5)
    plant("other", bed="North", height=9)
    plant("blank")
    assert found("bed:south") == {"in"}
    assert found("bed!:South") == {"other", "blank"}
    assert found("-bed:South") == {"other", "blank"}
    assert found("height!:5") == {"other", "blank"}
    assert found("-height>5") == {"in", "blank"}
    assert found("-(height>5 or bed:South)") == {"blank"}
    assert found({"field": "bed", "op": "not_in", "value": [{"id": south.pk}]}) == {"other", "blank"}
    assert found({"not": {"all": []}}) == set()
    assert found({"any": [{"all": []}, {"field": "height", "op": "is", "value": 5}]}) == {"in", "other", "blank"}


def test_numbers_compare_beyond_what_the_column_can_hold() -> None:
    plant("cheap", price="1.50")
    plant("free")
    assert found("price<1e18") == {"cheap"}
    assert found("price>1.499") == {"cheap"}
    assert found("price:1.501") == set()
    assert found("price>=1.501") == set()
    assert found("price<1.501") == {"cheap"}
    assert found("height>99999999999") == set()


def test_days_are_relative_to_where_the_actor_is() -> None:
    for name, day in (("past", "2026-03-14"), ("now", "2026-03-15"), ("later", "2026-04-02"), ("never", None)):
        plant(name, planted_on=day)
    assert found("planted_on<today") == {"past"}
    assert found("planted_on:overdue") == {"past"}
    assert found({"field": "planted_on", "op": "overdue"}) == {"past"}
    assert found("planted_on:this_month") == {"past", "now"}
    assert found('planted_on:"next 30 days"') == {"now", "later"}
    assert found("planted_on<=today") == {"past", "now"}
    assert found("planted_on>this_month") == {"later"}
    assert found("planted_on:2026-03-14..2026-03-15") == {"past", "now"}
    assert found("planted_on!:this_month") == {"later", "never"}


def test_several_tags_any_all_or_none() -> None:
    for name in ("vip", "fair"):
        create_record(SYSTEM, TAG, {"name": name})
    plant("both", tags=["vip", "fair"])
    plant("one", tags=["vip"])
    plant("none")
    assert found("tag:vip,fair") == {"both", "one"}
    assert found("tag+:vip,fair") == {"both"}
    assert found("tag!:vip,fair") == {"none"}
    assert found("tag:Vip tag:fair") == {"both"}
    assert found("no:tag") == {"none"}
    assert found("tag~fai") == {"both"}


def test_characteristics_and_remarks_are_fields_by_key() -> None:
    create_record(
        SYSTEM, CHARACTERISTIC, {"name": "Rooms", "key": "rooms", "type": "number", "record_type": "garden.plant"}
    )
    create_record(
        SYSTEM, CHARACTERISTIC,
        {"name": "Use", "key": "use", "type": "choices", "choices": ["food", "show"], "record_type": "garden.plant"},
    )  # fmt: skip
    plant("big", characteristics={"rooms": 120, "use": ["food", "show"]}, remarks="roof=slate\npests=3")
    plant("small", characteristics={"rooms": 8, "use": ["food"]}, remarks="roof=Tin")
    plant("bare")
    assert found("characteristics.rooms>50") == {"big"}
    assert found("characteristics.rooms:8..10") == {"small"}
    assert found("no:characteristics.rooms") == {"bare"}
    assert found("characteristics.use:food,show") == {"big", "small"}
    assert found("characteristics.use+:food,show") == {"big"}
    assert found("roof=slate") == {"big"}
    assert found("roof=tin") == {"small"}
    assert found("remarks.pests>2") == {"big"}
    assert found("roof!=slate") == {"small", "bare"}


def test_a_phone_is_found_in_any_form() -> None:
    plant("A", phone="+34 971 123 456")
    plant("B", phone="+34 971 999 999")
    assert found("phone:+34971123456") == {"A"}
    assert found('phone:"0034 971 12 34 56"') == {"A"}
    assert found("phones~971123") == {"A"}
    assert found("phone~971") == {"A", "B"}


def test_related_records_count_only_within_ones_own_sight() -> None:
    ana, ben = gardener("Ana"), gardener("Ben")
    secret = plant("Secret", ben)
    open_ = plant("Open", ana)
    plant("of secret", ana)
    plant("of open", ana, mother=open_)
    Plant.objects.as_system("test").filter(name="of secret").update(mother=secret)
    assert found("mother.name~secret") == {"of secret"}
    assert found("mother.name~secret", ana) == set()
    assert found("mother~secret", ana) == set()
    assert found({"field": "mother", "op": "is", "value": secret.pk}, ana) == set()
    assert found("has:mother", ana) == {"of open"}
    assert found("mother.name:Open", ana) == {"of open"}
    with pytest.raises(Refused) as hidden:
        found("mother:Secret", ana)
    with pytest.raises(Refused) as absent:
        found("mother:Nobody", ana)
    assert (hidden.value.code, absent.value.code) == ("unknown_link", "unknown_link")


def test_a_relation_reaches_records_that_hang_on_one_and_their_latest() -> None:
    relate("garden.plant", Relation("children", Plant, near="mother"))
    relate("garden.plant", Relation("children.last", Plant, near="mother", latest=("-planted_on", "-pk")))
    try:
        ana, ben = gardener("Ana"), gardener("Ben")
        mother = plant("mother", ana)
        plant("old", ana, mother=mother, planted_on="2026-01-01", height=3)
        plant("new", ben, planted_on="2026-02-01", height=9)
        Plant.objects.as_system("test").filter(name="new").update(mother=mother)
        assert found("children.name:new") == {"mother"}
        assert found("children.last.height:9") == {"mother"}
        assert found("children.name:new", ana) == set()
        assert found("children.last.height:9", ana) == set()
        assert found("children.last.height:3", ana) == {"mother"}, "the latest that she sees"
        assert "children.height" in names_of(PLANT, ana)
    finally:
        forget_relations("garden.plant")


def test_an_unknown_and_a_hidden_field_are_refused_alike_and_hidden_ones_are_never_named() -> None:
    ana = gardener("Ana", hidden=("price",))
    with pytest.raises(Refused) as no:
        found("prise>5", ana)
    assert no.value.code == "unknown"
    assert "price" not in no.value.message
    with pytest.raises(Refused) as no:
        found("price>5", ana)
    assert (no.value.code, no.value.field) == ("unknown", "price")
    with pytest.raises(Refused) as no:
        found("heigth>5", ana)
    assert "height" in no.value.message
    with pytest.raises(Refused):
        found("mother.price>5", ana)
    assert "price" not in {o.name for o in offered_fields(PLANT, ana)}


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        ({"field": "height", "op": "is", "value": "tall"}, "type"),
        ({"field": "height", "op": "is", "value": None}, "type"),
        ({"field": "height", "op": "between", "value": [1]}, "type"),
        ({"field": "height", "op": "contains", "value": "1"}, "operator"),
        ({"field": "height", "op": "in", "value": []}, "type"),
        ({"field": "planted_on", "op": "is", "value": "soon"}, "type"),
        ({"field": "needs_water", "op": "is", "value": "maybe"}, "type"),
        ({"field": "name", "op": "contains", "value": "  "}, "type"),
        ({"field": "bed", "op": "is", "value": "Nowhere"}, "unknown_link"),
        ({"field": "characteristics", "op": "is", "value": "x"}, "not_filterable"),
        ({"field": "characteristics.none", "op": "is", "value": "x"}, "unknown"),
        ({"field": "name"}, "type"),
        ({"field": "name", "op": "is", "value": {"x": 1}}, "type"),
        ({"field": "name", "op": "is", "value": [[1]]}, "type"),
        ({"field": "name", "op": "is", "value": "a\x00b"}, "too_long"),
        ({"some": []}, "filter"),
        ([], "filter"),
        ({"all": {}}, "filter"),
        ({"any": [{"field": "name", "op": "is", "value": "a"}] * 300}, "filter"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(tree: Any, code: str) -> None:
    with pytest.raises(Refused) as no:
        found(tree)
    assert no.value.code == code


def test_a_filter_nested_without_end_is_refused() -> None:
    tree: Any = {"field": "name", "op": "is", "value": "a"}
    for _level in range(3000):
        tree = {"not": tree}
    with pytest.raises(Refused):
        found(tree)


def test_me_is_whoever_looks() -> None:
    ana = gardener("Ana", "all")
    plant("mine", ana)
    plant("other", gardener("Ben", "all"))
    assert found("owner:me", ana) == {"mine"}
    assert found("owner:ben@tend.example", ana) == {"other"}
    assert tidy(PLANT, ana, parse_text(PLANT, "owner:me")) == {"field": "owner", "op": "is", "value": "me"}


def test_a_kept_filter_holds_ids_so_that_renaming_breaks_nothing() -> None:
    bed = create_record(SYSTEM, BED, {"name": "South"}).record
    plant("rose", bed=bed)
    kept = tidy(PLANT, SYSTEM, parse_text(PLANT, "bed:South"))
    assert kept == {"field": "bed", "op": "is", "value": {"id": bed.pk, "name": "South"}}
    BED.edit(SYSTEM, bed, values={"name": "Sunny side"})  # type: ignore[misc]
    assert found(kept) == {"rose"}
    assert to_text(PLANT, kept) == f"bed:#{bed.pk}"
    assert to_text(PLANT, kept, SYSTEM) == 'bed:"Sunny side"'


def test_accounts_are_found_by_their_people_and_by_the_last_talk() -> None:
    from tend.domains.activities.models import Activity, Outcome
    from tend.kernel.entity import entity_by_code

    accounts, contacts = entity_by_code("accounts.account"), entity_by_code("contacts.contact")
    sol, luna = (create_record(SYSTEM, accounts, {"name": n}).record for n in ("Sol", "Luna"))
    create_record(SYSTEM, contacts, {"first_name": "Lucia", "email": "lucia@sol.example", "accounts": [sol.pk]})
    won, lost = (
        Outcome.objects.as_system("test").create(name=n, created_at=NOW, updated_at=NOW) for n in ("Won it", "Lost it")
    )
    for account, outcome, day in ((sol, lost, 1), (sol, won, 2), (luna, won, 1), (luna, lost, 2)):
        Activity.objects.as_system("test").create(
            account=account,
            outcome=outcome,
            state="done",
            done_at=NOW + dt.timedelta(days=day),
            created_at=NOW,
            updated_at=NOW,
        )

    def names(text: str) -> set[str]:
        rows = accounts.model.objects.seen_by(SYSTEM)  # type: ignore[attr-defined]
        return set(
            rows.filter(compile_filter(accounts, SYSTEM, parse_text(accounts, text))).values_list("name", flat=True)
        )

    assert names("contacts.email:Lucia@sol.example") == {"Sol"}
    assert names("contacts.name~luci") == {"Sol"}
    assert names('activities.last.outcome:"Won it"') == {"Sol"}
    assert names('activities.outcome:"Won it"') == {"Sol", "Luna"}
    assert names('-activities.last.outcome:"Won it"') == {"Luna"}

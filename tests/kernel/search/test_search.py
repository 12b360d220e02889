"""Search: any part of a name, numbers in any form, nothing hidden, and texts that follow every change."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.models import Account, AccountPoint, AccountSearch
from tend.kernel.actor import Actor, Grants, system
from tend.kernel.entity import Entity, entities, entity_by_code
from tend.kernel.finding import Hit, search
from tend.kernel.listing import Listing
from tend.kernel.search import matching, narrow, rebuild, search_model, searched
from tend.kernel.undo import undo_act
from tend.kernel.unit import Unit
from tend.kernel.values import create_record, edit_record
from tend.people.models import User

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


def accounts() -> Entity:
    return entity_by_code("accounts.account")


def account(name: str, by: Actor = SYSTEM, **values: Any) -> Any:
    return create_record(by, accounts(), {"name": name, **values}).record


def person(name: str, scope: str = "own", hidden: tuple[str, ...] = ()) -> Actor:
    user = create_record(
        SYSTEM, entity_by_code("people.user"), {"name": name, "email": f"{name.lower()}@tend.example"}
    ).record
    lines = ("leads", "accounts", "contacts")
    return Actor(
        user.pk, name,
        Grants({(line, a): scope for line in lines for a in ("view", "create", "edit")}, {(line, f): "hidden" for line in lines for f in hidden}),
    )  # fmt: skip


def titles(words: str, actor: Actor = SYSTEM) -> list[str]:
    return [h.title for h in search(actor, words)]


def listed(words: str, actor: Actor = SYSTEM) -> list[str]:
    return [r.name for r in Listing(accounts(), actor, words=words).page().records]


def test_any_part_of_a_name_is_found_without_case_and_accents() -> None:
    for name in ("Hotel Marisol", "Готель «Черемош»", "Café Zürich", "Other"):
        account(name)
    assert titles("mariso") == ["Hotel Marisol"]
    assert titles("ЧЕРЕМ") == ["Готель «Черемош»"]
    assert titles("zurich cafe") == ["Café Zürich"]
    assert titles("zurich hotel") == []
    assert listed("tel mar") == ["Hotel Marisol"]


def test_fewer_than_three_letters_find_beginnings_of_names() -> None:
    for name in ("Żabka", "Zoo", "Azo"):
        account(name)
    assert set(titles("z")) == {"Żabka", "Zoo"}
    assert listed("za") == ["Żabka"]
    assert titles("zo") == ["Zoo"]


def test_better_hits_come_first() -> None:
    for name in ("The Marina", "Marina Bay", "Marina", "Submarinas"):
        account(name)
    account("Elsewhere", legal_name="Marina Holding")
    assert titles("marina") == ["Marina", "Marina Bay", "The Marina", "Submarinas", "Elsewhere"]
    assert search(SYSTEM, "marina holding")[0].why == "Name: marina holding"


@pytest.mark.parametrize(
    "typed", ["+34 971 123 456", "0034971123456", "971123456", "971 12 34 56", "123 456", "34971123456"]
)
def test_a_number_is_found_in_any_form(typed: str) -> None:
    account("Hotel Marisol", phones=["+34 971 123 456"], emails=["Lucia@Marisol.example"])
    account("Other", phones=["+34 971 999 999"])
    assert titles(typed) == ["Hotel Marisol"]
    assert listed(typed) == ["Hotel Marisol"]


def test_an_address_and_a_number_are_found_and_said() -> None:
    made = account("Hotel Marisol", email="lucia@costa.example", website="https://marisol.example")
    assert [h.why for h in search(SYSTEM, "costa.ex")] == ["E-mail: lucia@costa.example"]
    assert titles("marisol.exa") == ["Hotel Marisol"]
    if made.number:
        assert titles(made.number) == ["Hotel Marisol"]


def test_contacts_are_found_beside_accounts() -> None:
    account("Lucia Travel")
    create_record(SYSTEM, entity_by_code("contacts.contact"), {"first_name": "Lucía", "last_name": "Fernández"})
    assert {(h.entity.plural, h.title) for h in search(SYSTEM, "lucia")} == {
        ("accounts", "Lucia Travel"),
        ("contacts", "Lucía Fernández"),
    }
    assert [h.entity.plural for h in search(SYSTEM, "lucia", [accounts()])] == ["accounts"]


def test_what_is_out_of_scope_is_not_found() -> None:
    ana, ben = person("Ana"), person("Ben")
    account("Secret Hotel", ben, phones=["+34 971 123 456"])
    account("Open Hotel", ana)
    assert titles("hotel", ana) == ["Open Hotel"]
    assert listed("hotel", ana) == ["Open Hotel"]
    assert titles("se", ana) == []
    assert titles("971123456", ana) == []


def test_a_hidden_field_finds_nothing_and_shows_nothing() -> None:
    account("Hotel Marisol", phones=["+34 971 123 456"], legal_name="Costa Holding")
    blind = person("Ana", "all", ("phone", "phones"))
    assert titles("971123456", blind) == []
    assert listed("971123456", blind) == []
    assert titles("marisol", blind) == ["Hotel Marisol"]
    assert titles("costa hold", person("Ben", "all", ("legal_name",))) == []
    assert titles("marisol", person("Cid", "all", ("name",))) == []
    assert titles("ho", person("Dan", "all", ("name",))) == []


def test_texts_follow_changes_of_fields_parts_trash_and_undo() -> None:
    made = account("Hotel Marisol", phones=["+34 971 123 456"])
    edit_record(SYSTEM, accounts(), made, {"name": "Hotel Luna"})
    assert (titles("marisol"), titles("luna")) == ([], ["Hotel Luna"])
    done = edit_record(SYSTEM, accounts(), made, {"phones": ["+34 971 777 888"]})
    assert (titles("971123456"), titles("971777888")) == ([], ["Hotel Luna"])
    undo_act(SYSTEM, done.act)
    assert (titles("971123456"), titles("971777888")) == (["Hotel Luna"], [])
    accounts().verb_by_name["trash"](SYSTEM, made)
    assert titles("luna") == []


def test_a_part_written_beside_its_record_is_found() -> None:
    made = account("Hotel Marisol")
    with Unit(SYSTEM, verb="test") as unit:
        unit.create(AccountPoint, record_id=made.pk, kind="email", value="a@b.example", normalised="a@b.example")
    assert titles("a@b.exa") == ["Hotel Marisol"]


def test_a_common_word_on_a_small_index_is_walked_and_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Hotel Uno", "Hotel Dos", "Grand Hotel", "Inn"):
        account(name, phones=["+34 971 123 456"] if name == "Inn" else [])
    rare = {w: (titles(w), listed(w)) for w in ("hotel", "hotel un", "hotel u", "971123456", "34 971 12 34 56")}
    monkeypatch.setattr(matching, "RARE", 1)
    assert {w: (titles(w), listed(w)) for w in rare} == rare
    assert rare["hotel"][1] == ["Grand Hotel", "Hotel Dos", "Hotel Uno"]
    assert rare["hotel u"][1] == ["Hotel Uno"]


@pytest.mark.parametrize(
    "words",
    ['"', "*", "a OR b", "NEAR(", "-", "{x} : y", "%%%", "___", "'; --", "\x00abc", "a" * 5000, "🙂🙂🙂", "+++"],
)
def test_whatever_is_typed_is_only_text(words: str) -> None:
    account("Hotel")
    assert titles(words) == []
    assert listed(words) in ([], ["Hotel"])  # nothing to look for shows the whole list


def test_a_chunk_takes_as_many_statements_for_many_as_for_few() -> None:
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as caught, Unit(SYSTEM, verb="test") as unit:
            for index in range(count):
                accounts().create(unit, values={"name": f"Hotel {index}"})  # type: ignore[misc]
        return sum("search" in q["sql"] for q in caught)

    statements(1)
    assert statements(1) == 1 or connection.vendor == "postgresql"
    assert statements(15) <= statements(2)


def test_rebuilding_gives_the_same_rows() -> None:
    for name in ("Hotel Uno", "Hotel Dos"):
        account(name, emails=[f"{name[-3:]}@x.example"], phones=["+34 971 123 456"])
    before = list(AccountSearch.objects.order_by("pk").values())
    AccountSearch.objects.all().delete()
    assert titles("hotel") == []
    assert rebuild(accounts()) == 2
    assert list(AccountSearch.objects.order_by("pk").values()) == before
    assert set(titles("hotel")) == {"Hotel Uno", "Hotel Dos"}


def test_each_searched_record_type_watches_its_searched_fields() -> None:
    for entity in entities():
        if search_model(entity.model) is None:
            continue
        wanted = {f.orm for fields in searched(entity).values() for f in fields if not f.trait}
        watched = [p.on for p in entity.projections if "contact_points" in p.on_parts]
        assert len(watched) == 1, entity.code
        assert watched[0] >= wanted, entity.code


def test_a_record_type_without_search_finds_none() -> None:
    users = entity_by_code("people.user")
    person("Ana")
    assert list(narrow(users, SYSTEM, User.objects.seen_by(SYSTEM), "ana")) == []
    assert isinstance(search(SYSTEM, ""), list)
    assert Hit.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert Account._meta.get_field("name") is not None


def test_a_filter_by_part_of_the_name_uses_the_index_and_finds_the_same() -> None:
    for name in ("Hotel Marisol", "Готель «Черемош»", 'The "Old" Inn', "50% off"):
        account(name)

    def found(op: str, value: str) -> set[str]:
        rows = Listing(accounts(), SYSTEM, filter={"field": "name", "op": op, "value": value}).page().records
        return {r.name for r in rows}

    assert found("contains", "MARI") == {"Hotel Marisol"}
    assert found("contains", "черем") == {"Готель «Черемош»"}
    assert found("contains", '"old"') == {'The "Old" Inn'}
    assert found("contains", "0%") == {"50% off"}
    assert found("contains", "o") == {"Hotel Marisol", 'The "Old" Inn', "50% off"}
    assert found("starts_with", "готе") == {"Готель «Черемош»"}
    assert found("starts_with", "marisol") == set()

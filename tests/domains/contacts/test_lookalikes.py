"""Contacts that may be one person: found in rounds, shown only with what the reader sees, told apart or merged for good."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tend.domains.contacts import lookalikes
from tend.domains.contacts.apart import keep_apart
from tend.domains.contacts.commands import edit_contact, trash
from tend.domains.contacts.lookalikes import look_further, pairs_of
from tend.domains.contacts.merging import merge, unmerge
from tend.domains.contacts.models import AlikeMark, AlikePeople
from tend.kernel.errors import Refused
from tend.kernel.notices import notices_of
from tend.kernel.undo import undo_act
from tend.people.access import rights_changed
from tend.people.models import Role, User
from tend.site.main import main
from tests.cast import Cast, make


def look() -> int:
    """All rounds until there is nothing more to look at."""
    count = 0
    while (found := look_further()) is not None:
        count += found
    return count


def pairs(cast: Cast, user: User) -> set[tuple[str, str, tuple[str, ...]]]:
    rows = pairs_of(cast.actor(user)).select_related("first", "second")
    return {(r.first.name, r.second.name, tuple(r.signs)) for r in rows}


def test_what_makes_two_people_alike(cast: Cast) -> None:
    hotel, inn, hidden = cast.account("Hotel"), cast.account("Inn"), cast.account("Hidden", cast.stranger)
    make("contacts", first_name="Lucia", last_name="Marin", accounts=[hotel.pk])
    make("contacts", first_name="MARIN", last_name="Lucía", accounts=[hotel.pk, inn.pk])
    make("contacts", first_name="Lucia", last_name="Marin", accounts=[inn.pk, hidden.pk], emails=["lu@inn.example"])
    make("contacts", first_name="Lu", accounts=[hotel.pk], emails=["LU@inn.example"], phones=["+34 600 555 001"])
    make("contacts", first_name="Ivan", last_name="Petrenko", accounts=[hotel.pk], phones=["+34 600 555 001"])
    make("contacts", first_name="I.", last_name="Petrenko", accounts=[inn.pk], phones=["0034 600 555 001"])
    assert look() == 4
    assert look_further() is None
    assert pairs(cast, cast.manager) == {
        ("Lucia Marin", "MARIN Lucía", ("name",)),  # at one company, in either order, large or small
        ("MARIN Lucía", "Lucia Marin", ("name",)),
        ("Lucia Marin", "Lu", ("email",)),
        ("Ivan Petrenko", "I. Petrenko", ("phone",)),  # of a shared phone alone a word of the name counts too
    }
    assert pairs(cast, cast.stranger) == set()
    role = Role.objects.as_system("test").get(code="sales-manager")
    role.field_rights = {"contacts": {"phones": "hidden", "emails": "hidden"}}
    role.save()
    rights_changed()
    assert {signs for _a, _b, signs in pairs(cast, cast.manager)} == {("name",)}


def test_a_company_out_of_sight_is_no_reason(cast: Cast) -> None:
    seen, hidden = [cast.account(n) for n in ("Hotel", "Inn")], cast.account("Hidden", cast.stranger)
    for account in seen:
        make("contacts", first_name="Lucia", last_name="Marin", accounts=[account.pk, hidden.pk])
    assert look() == 1
    assert pairs(cast, cast.manager) == pairs(cast, cast.leader) == set()
    assert len(pairs(cast, cast.admin)) == 1


def test_rounds_follow_what_is_changed_and_begin_with_what_was_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hotel, actor = cast.account("Hotel"), cast.actor(cast.manager)
    one, other = (make("contacts", first_name=n, accounts=[hotel.pk]) for n in ("Lucia", "Luz"))
    AlikePeople.objects.all().delete()
    monkeypatch.setattr(lookalikes, "LIMIT", 1)
    assert look() == 0
    mark = AlikeMark.objects.get()
    assert (mark.swept, mark.until) == (other.pk, other.pk)
    edit_contact(actor, other, values={"first_name": "lucia"})
    assert look() == 1
    edit_contact(actor, one, values={"emails": [{"value": "lu@one.example"}]})
    edit_contact(actor, other, values={"emails": [{"value": "lu@one.example"}], "first_name": "Luz"})
    assert look() == 0
    assert pairs(cast, cast.manager) == {("Lucia", "Luz", ("email",))}
    edit_contact(actor, other, values={"emails": []})
    look()
    assert pairs(cast, cast.manager) == set()
    edit_contact(actor, other, values={"first_name": "Lucia"})
    look()
    trash(cast.actor(cast.leader), other)
    assert pairs(cast, cast.manager) == set()
    monkeypatch.setattr(lookalikes, "take", lambda *_rows, **_values: 0)
    edit_contact(actor, one, values={"title": "Director"})
    assert look_further() is None  # another worker came first


def test_told_apart_and_merged_from_the_page(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    hotel, browser = cast.account("Hotel"), cast.client(cast.manager)
    one, two, three = (make("contacts", first_name="Lucia", title=t, accounts=[hotel.pk]) for t in ("Chef", "", "Host"))
    make("contacts", first_name="Lucia", accounts=[cast.account("Hidden", cast.stranger).pk])
    look()
    page = browser.get("/contacts/duplicates").content.decode()
    assert page.count('class="pair"') == 3
    assert "Chef, Hotel" in page
    assert "same name" in page
    assert f"/contacts/compare?of={one.pk}&amp;of={two.pk}" in page
    items = browser.get("/api/v1/contacts/duplicates?limit=2").json()
    assert (len(items["items"]), items["next"]) == (2, "2")
    last = browser.get("/api/v1/contacts/duplicates?cursor=2").json()["items"]
    assert [(i["first"]["id"], i["second"]["id"], i["signs"]) for i in last] == [(one.pk, two.pk, ["name"])]
    assert "May be the same as" in browser.get(f"/contacts/{one.pk}").content.decode()
    assert browser.post(f"/contacts/{one.pk}/do/keep-apart", {"other": two.pk}).status_code == 303
    assert pairs_of(cast.actor(cast.manager)).count() == 2
    with pytest.raises(Refused):
        keep_apart(cast.actor(cast.manager), one, other=one)
    done = keep_apart(cast.actor(cast.manager), one, other=three)
    assert "Not a duplicate" in browser.get(f"/contacts/{one.pk}/history").content.decode()
    undo_act(cast.actor(cast.manager), done.act)
    merge(cast.actor(cast.manager), three, into=one)
    look()
    assert pairs(cast, cast.manager) == set()  # what was told apart from one is it from both
    unmerge(cast.actor(cast.manager), three)
    look()
    assert pairs_of(cast.actor(cast.manager)).count() == 2
    assert main(["duplicates", "contacts", "--as", cast.stranger.email, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"items": []}


def test_a_leader_is_told_of_a_pair_that_its_writer_does_not_see(cast: Cast) -> None:
    look()
    make_mark = AlikeMark.objects.get()
    assert make_mark.until == 0
    make("contacts", first_name="Lucia", accounts=[cast.account("Hotel", cast.leader).pk], emails=["lu@one.example"])
    User.objects.as_system("test").filter(pk=cast.junior.pk).update(manager=cast.leader)
    rights_changed()
    inn = cast.account("Inn", cast.junior)
    body: dict[str, Any] = {"first_name": "Luz", "accounts": [inn.pk], "email": "lu@one.example"}
    answer = cast.client(cast.junior).post("/api/v1/contacts", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201
    assert look() == 1
    assert pairs(cast, cast.junior) == set()
    said = {u.name: [n.sentence for n in notices_of(cast.actor(u))] for u in (cast.leader, cast.junior)}
    assert said == {cast.leader.name: ["“Lucia” may be entered twice."], cast.junior.name: []}


def test_as_many_questions_for_many_pairs_as_for_few(cast: Cast, django_assert_max_num_queries: Any) -> None:
    hotel, browser = cast.account("Hotel"), cast.client(cast.manager)
    for n in range(12):
        make("contacts", first_name=f"P{n // 2}", accounts=[hotel.pk], phones=["+34 600 555 001"])
    with django_assert_max_num_queries(30):
        look()
    browser.get("/contacts")
    with django_assert_max_num_queries(20):
        assert browser.get("/contacts/duplicates").content.decode().count('class="pair"') == 6

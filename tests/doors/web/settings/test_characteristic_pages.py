"""Characteristics in the settings, and what their conditions and requirements do to forms, pages and the one-click change."""

from __future__ import annotations

from typing import Any

import orjson
from django.test import Client

from tend.domains.accounts.models import Account
from tend.kernel.traits.characteristics import CharacteristicDefinition, definitions
from tests.cast import Cast, make

PAGE = "/settings/characteristics"
FIELD = {"record_type": "accounts.account", "choices": "", "group": "", "shown_field": "", "shown_values": "", "is_filterable": "on"}  # fmt: skip


def stored(pk: int) -> Account:
    return Account.objects.as_system("test").get(pk=pk)


def test_groups_order_condition_and_requirement_are_set_and_felt(cast: Cast) -> None:
    hotel = make("categories", name="Hotel")
    admin, manager = cast.client(cast.admin), cast.client(cast.manager)
    for name, more in (
        ("Season", {"type": "text"}),
        ("Rooms", {"type": "number", "group": "Stay", "required_for": ["customer"], "shown_field": "accounts.account|category", "shown_values": "hotel"}),
        ("Stars", {"type": "number", "group": "Stay"}),
    ):  # fmt: skip
        assert admin.post(f"{PAGE}/new", {**FIELD, "name": name, **more}).status_code == 303
    season, rooms, stars = definitions("accounts.account")
    assert rooms.shown_if == {"field": "category", "values": [hotel.pk]}
    page = admin.get(PAGE).content.decode()
    assert "when Category is Hotel" in page
    assert "required for Customer" in page
    assert "who lacks it" in page

    # Saving the form as it is changes nothing; a value that the book does not have is refused beside its field.
    form = admin.get(f"{PAGE}/{rooms.pk}").context["form"]
    same = {n: form[n].value() for n in ("name", "group", "shown_field", "shown_values", "required_for")}
    assert admin.post(f"{PAGE}/{rooms.pk}", {**FIELD, **same}).status_code == 303
    again = CharacteristicDefinition.objects.as_system("test").get(pk=rooms.pk)
    assert (again.shown_if, again.required_for, again.version) == (rooms.shown_if, ["customer"], rooms.version)
    wrong = admin.post(f"{PAGE}/{rooms.pk}", {**FIELD, **same, "shown_values": "Castle"})
    assert wrong.status_code == 422
    assert "shown_values" in wrong.context["form"].errors

    # Order: by arrows over the edge of a group, by dropping, and whole groups.
    admin.post(f"{PAGE}/{season.pk}/move", {"to": "down"})
    assert next(iter(definitions("accounts.account"))).group == "Stay"
    admin.post(f"{PAGE}/{season.pk}/move", {"to": "3", "group": "-"})
    admin.post(f"{PAGE}/{season.pk}/group", {"to": "up"})
    admin.post(f"{PAGE}/{stars.pk}/move", {"to": "up"})
    admin.post(f"{PAGE}/{stars.pk}/group", {"name": "Lodging"})
    assert [(d.name, d.group) for d in definitions("accounts.account")] == [
        ("Season", ""), ("Stars", "Lodging"), ("Rooms", "Lodging"),
    ]  # fmt: skip

    # The page of an account leaves out what is not shown; its value stays.
    pine = cast.account("Pine", owner=cast.manager, lifecycle="prospect", category=hotel, characteristics={"rooms": 7})
    assert "Lodging" in manager.get(f"/accounts/{pine.pk}").content.decode()
    shop = cast.account("Shop", owner=cast.manager, lifecycle="prospect", characteristics={"rooms": 7})
    assert "Lodging" not in manager.get(f"/accounts/{shop.pk}").content.decode()
    text = manager.get(f"/accounts/{shop.pk}/edit").content.decode()
    assert f'data-shown-if="category" data-shown-values="{hotel.pk}"' in text
    assert "Lodging: Rooms" in manager.get("/accounts/columns").content.decode()


def test_the_one_click_change_of_lifecycle_asks_for_what_lacks_and_loses_nothing(cast: Cast) -> None:
    admin, manager = cast.client(cast.admin), cast.client(cast.manager)
    for name in ("Season", "Rooms"):
        admin.post(f"{PAGE}/new", {**FIELD, "name": name, "type": "number", "required_for": ["customer"]})
    pine = cast.account("Pine", owner=cast.manager, lifecycle="prospect")
    path = f"/accounts/{pine.pk}/edit/lifecycle"
    asked = manager.post(path, {"lifecycle": "customer"}, headers={"HX-Request": "true", "HX-Current-URL": "https://t.example/accounts?sort=name"})  # fmt: skip
    assert asked.status_code == 422
    assert asked.headers["Tend-Dialog"] == "1"
    text = asked.content.decode()
    assert 'name="characteristics.rooms"' in text
    assert 'value="/accounts?sort=name"' in text
    half = manager.post(path, {"lifecycle": "customer", "characteristics.rooms": "12", "characteristics.season": ""})
    assert half.status_code == 422
    assert 'value="12"' in half.content.decode()
    assert stored(pine.pk).lifecycle == "prospect"
    given = {"lifecycle": "customer", "characteristics.rooms": "12", "characteristics.season": "3"}
    done = manager.post(f"{path}?next=/accounts", given)
    assert (done.status_code, done.headers["Location"]) == (303, "/accounts")
    found = stored(pine.pk)
    assert (found.lifecycle, found.characteristics) == ("customer", {"rooms": 12, "season": 3})
    manager.post(manager.session["flash"]["undo_url"])
    assert (stored(pine.pk).lifecycle, stored(pine.pk).characteristics) == ("prospect", {})


def test_the_api_names_the_field_that_lacks(cast: Cast) -> None:
    admin, manager = cast.client(cast.admin), cast.client(cast.manager)
    body = {
        "record_type": "accounts.account",
        "name": "Rooms",
        "type": "number",
        "required_for": ["customer"],
        "group": "Stay",
    }
    assert admin.post("/api/v1/characteristics", orjson.dumps(body), content_type="application/json").status_code == 201
    account = {"name": "Pine", "lifecycle": "customer"}
    answer = manager.post("/api/v1/accounts", orjson.dumps(account), content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "characteristics.rooms", "message": "Rooms is required.", "code": "required"}
    ]

    def post(path: str, said: dict[str, Any], client: Client = admin) -> Any:
        return client.post(f"/api/v1/characteristics/{path}", orjson.dumps(said), content_type="application/json")

    cast.account("Elm", owner=cast.manager, lifecycle="lead", remarks=["bar=yes"])
    assert admin.get("/api/v1/characteristics/remark-keys").json()["items"][0]["key"] == "bar"
    assert manager.get("/api/v1/characteristics/remark-keys").status_code == 403
    wanted = {"key": "bar", "name": "Bar", "type": "yesno"}
    assert post("promote", {**wanted, "look": True}).json()["converts"] == 1
    assert post("promote", wanted, manager).status_code == 403
    assert post("promote", wanted).json()["operation"]["changed"] == 2
    bar = definitions("accounts.account")[-1]
    assert post(f"{bar.pk}/recast", {"type": "text", "look": True}).json()["views"]["kept"] == 0
    assert post(f"{bar.pk}/recast", {"type": "text"}, manager).status_code == 403
    assert post(f"{bar.pk}/recast", {"type": "text"}).json()["operation"]["state"] == "done"
    assert post(f"{bar.pk}/recast", {"kind": "text"}).json()["errors"][0]["field"] == "kind"


def test_a_key_is_promoted_and_a_type_changed_after_a_look(cast: Cast) -> None:
    admin, manager = cast.client(cast.admin), cast.client(cast.manager)
    pine = cast.account("Pine", owner=cast.manager, remarks=["rooms=40"])
    oak = cast.account("Oak", owner=cast.manager, remarks=["rooms=many"])
    assert manager.get(f"{PAGE}/remarks").status_code == 404
    assert f"{PAGE}/remarks/accounts/rooms" in admin.get(f"{PAGE}/remarks").content.decode()
    assert admin.get(f"{PAGE}/remarks/accounts/nothing").status_code == 404
    path = f"{PAGE}/remarks/accounts/rooms"
    given = {"name": "Rooms", "type": "number", "choices": "", "group": "Stay", "cleans": "on"}
    look = admin.post(path, given)
    assert "1 of 2 values convert" in look.content.decode()
    assert stored(pine.pk).characteristics == {}
    assert admin.post(path, {**given, "seen": look.context["seen"]["token"]}).status_code == 303
    assert stored(pine.pk).characteristics == {"rooms": 40}
    rooms = definitions("accounts.account")[0]
    assert (rooms.group, rooms.takes_remarks) == ("Stay", True)

    path = f"{PAGE}/{rooms.pk}/become"
    assert admin.get(path).status_code == 200
    assert admin.post(path, {"type": "choice", "choices": ""}).status_code == 422
    given = {"type": "choice", "choices": "40\n50"}
    look = admin.post(path, given)
    admin.post(path, {**given, "seen": look.context["seen"]["token"]})
    assert definitions("accounts.account")[0].type == "choice"
    merge = {"merge": "40", "into": "50"}
    look = admin.post(path, merge)
    admin.post(path, {**merge, "seen": look.context["seen"]["token"]})
    assert stored(pine.pk).characteristics == {"rooms": "50"}
    admin.post(admin.session["flash"]["undo_url"])
    assert stored(pine.pk).characteristics == {"rooms": "40"}
    assert stored(oak.pk).characteristics == {}

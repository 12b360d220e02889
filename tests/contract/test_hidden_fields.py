"""A field that a role hides is absent everywhere: list, page, form, filter, sort, counts, API, bodies, exports, history, search."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.exports import export
from tend.kernel.finding import search
from tend.kernel.listing import Listing
from tend.kernel.query import compile_filter
from tend.kernel.values import Cleaner
from tend.people.models import User
from tests.cast import BUILDER, Cast, make
from tests.contract.stage import actor_with, give_role, kind_of_record, nobody, sample

pytestmark = pytest.mark.django_db
PLURALS = ("accounts", "contacts", "activities", "plants", "users")
FIELDS = [(p, f.name) for p in PLURALS for f in kind_of_record(p).all_fields if f.name != kind_of_record(p).title]
SECRET = "Zq7secret"
SPOKEN = {
    "accounts": ("legal_name", "description", "external_ref"),
    "contacts": ("title", "department", "external_ref"),
    "activities": ("text",),
}  # fmt: skip
EVERYTHING = {"*": {"*": "all"}}


def blind(plural: str, name: str) -> Any:
    """Somebody who sees every record and every field but one."""
    entity = kind_of_record(plural)
    lines = entity.lines or (plural,)
    return actor_with(nobody(), {("*", "*"): "all"}, fields={(line, name): "hidden" for line in lines})


def refusal(run: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as no:
        run()
    found = getattr(no.value, "errors", None)
    one = next(iter(found.values())) if found else no.value
    return one.code, one.message.split("“")[0]


@pytest.mark.parametrize(("plural", "name"), FIELDS)
def test_a_hidden_field_is_refused_like_one_that_does_not_exist(cast: Cast, plural: str, name: str) -> None:
    entity, actor = kind_of_record(plural), blind(plural, name)
    made_up = "no_such_thing"
    for op in ("filled", "empty"):
        here = refusal(lambda op=op: compile_filter(entity, actor, {"field": name, "op": op}))
        assert here == refusal(lambda op=op: compile_filter(entity, actor, {"field": made_up, "op": op}))
    assert refusal(lambda: Listing(entity, actor, sort=name)) == refusal(lambda: Listing(entity, actor, sort=made_up))
    assert refusal(lambda: Listing(entity, actor).facet(name)) == refusal(lambda: Listing(entity, actor).facet(made_up))
    assert refusal(lambda: Cleaner(entity, actor).clean({name: "x"})) == refusal(
        lambda: Cleaner(entity, actor).clean({made_up: "x"})
    )


@pytest.mark.parametrize(("plural", "name"), FIELDS)
def test_a_hidden_field_is_in_no_list_and_no_file(cast: Cast, plural: str, name: str) -> None:
    entity, actor = kind_of_record(plural), blind(plural, name)
    sample(plural, cast.admin)
    row = Listing(entity, actor, columns=[f.name for f in entity.all_fields]).page().rows[0]
    assert name not in row
    assert not [n for n in row if n.startswith(f"{name}.")]
    for kind in ("csv", "jsonl"):
        text = b"".join(export(entity, actor, kind)).decode("utf-8-sig")
        if plural == "users":  # whoever manages people exports them, nobody else
            continue
        names = next(csv.reader(io.StringIO(text))) if kind == "csv" else list(json.loads(text.splitlines()[0]))
        assert name not in names


def told(user: User, cast: Cast, plural: str, pk: int) -> dict[str, str]:
    """Every answer about one record that a person gets."""
    client = cast.client(user)
    paths = [
        f"/api/v1/{plural}/{pk}",
        f"/api/v1/{plural}",
        f"/{plural}",
        f"/{plural}/{pk}",
        f"/{plural}/{pk}/edit",
        f"/{plural}/{pk}/history",
    ]
    paths += [f"/search?q={SECRET}", f"/api/v1/search?q={SECRET}", f"/palette?q={SECRET}", f"/{plural}?q={SECRET}"]
    return {path: client.get(path).content.decode() for path in paths}


@pytest.mark.parametrize(("plural", "name"), [(p, n) for p, names in SPOKEN.items() for n in names])
def test_what_a_hidden_field_holds_is_said_nowhere(cast: Cast, plural: str, name: str) -> None:
    record = sample(plural, cast.admin, **{name: SECRET})
    entity = kind_of_record(plural)
    open_eyed, blinded = nobody(), make("users", email="blind@tend.example", name="Bea Blind", zone="UTC")
    give_role(open_eyed, "Sees all", scopes=EVERYTHING)
    give_role(
        blinded, "Sees all but one", scopes=EVERYTHING, field_rights={line: {name: "hidden"} for line in entity.lines}
    )
    seen = [
        path
        for path, text in told(open_eyed, cast, plural, record.pk).items()
        if SECRET in text.replace(f"q={SECRET}", "")
    ]
    assert f"/api/v1/{plural}/{record.pk}" in seen
    asked = ("/search", "/api/v1/search", "/palette", f"/{plural}?q")
    for path, text in told(blinded, cast, plural, record.pk).items():
        assert text
        if not path.startswith(asked):  # these repeat the words that were asked for
            assert SECRET not in text, path
        assert f'/{plural}/{record.pk}"' not in text or not path.startswith(asked), path
    assert search(cast.actor(blinded), SECRET) == []


@pytest.mark.parametrize("name", ["interaction_status", "category", "industry", "team", "tags", "parent"])
def test_what_a_hidden_link_names_is_said_nowhere(cast: Cast, name: str) -> None:
    to = kind_of_record("accounts").by_name[name].to
    assert to is not None
    plural = entity_of(to).plural
    named = (
        make("users", email="z@tend.example", name=SECRET)
        if plural == "users"
        else sample(plural, cast.admin, 5, name=SECRET)
    )
    make("interaction-statuses", name="Regular", default_for=["prospect"])
    record = make("accounts", **{"name": "Marisol", "owner": cast.admin, name: [named] if name == "tags" else named})
    blinded = make("users", email="blind@tend.example", name="Bea Blind", zone="UTC")
    scopes = {line: {"view": "all", "edit": "all"} for line in ("accounts", "activities")}
    give_role(blinded, "Sees all but one", scopes=scopes, field_rights={line: {name: "hidden"} for line in scopes})
    client = cast.client(blinded)
    paths = [f"/accounts/{record.pk}", f"/accounts/{record.pk}/history", f"/api/v1/accounts/{record.pk}"]
    if name != "parent":  # which is an account in the list itself
        paths += [
            "/accounts",
            "/accounts?columns=name,cadence",
            "/calls/accounts",
            "/calls?show=scheduled&who=everyone",
        ]
    for path in paths:
        assert SECRET not in client.get(path).content.decode(), path


def test_a_hidden_phone_is_in_no_answer_of_marketing(cast: Cast) -> None:
    record = sample("accounts", cast.admin, phone="+34600555987")
    user = make("users", email="mark@tend.example", name="Mark Eting", zone="UTC")
    from tend.people.models import Role, UserRole

    UserRole.objects.create(record=user, role=Role.objects.as_system("test").get(code="marketing"))
    client = cast.client(user)
    for path in (
        f"/accounts/{record.pk}",
        "/accounts",
        f"/accounts/{record.pk}/history",
        f"/api/v1/accounts/{record.pk}",
        "/accounts?q=600555987",
    ):
        text = (
            client.get(path).content.decode().replace(" ", "").replace("600555987", "", 0 if "q=" not in path else -1)
        )
        assert "555987" not in text, path
        assert "accounts0" not in text or "q=" not in path, path
    assert search(cast.actor(user), "600555987") == []
    found = client.get("/api/v1/accounts?filter=" + json.dumps({"field": "phone", "op": "contains", "value": "987"}))
    assert found.status_code == 422


def test_a_write_of_a_hidden_field_moves_no_etag_and_hinders_nobody(cast: Cast) -> None:
    account = sample("accounts", cast.admin, description="old")
    blinded = nobody()
    scopes = {line: {"view": "all", "edit": "all"} for line in ("accounts", "leads")}
    give_role(
        blinded, "Sees all but one", scopes=scopes, field_rights={line: {"description": "hidden"} for line in scopes}
    )
    client, path = cast.client(blinded), f"/api/v1/accounts/{account.pk}"
    form = client.get(f"/accounts/{account.pk}/edit").content
    tag = client.get(path)["ETag"]
    edit = kind_of_record("accounts").edit
    assert edit is not None
    edit(BUILDER, account.pk, values={"description": SECRET})
    assert client.get(path)["ETag"] == tag
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    mark = re.compile(rb'name="version" value="(\w+)"')
    assert mark.findall(client.get(f"/accounts/{account.pk}/edit").content) == mark.findall(form) != []

    def renamed(tag: str) -> Any:
        return client.patch(path, '{"legal_name": "Mine"}', content_type="application/json", headers={"If-Match": tag})

    answer = renamed(tag)
    assert answer.status_code == 200
    assert answer["ETag"] != tag
    edit(BUILDER, account.pk, values={"legal_name": "Theirs"})
    stale = renamed(answer["ETag"])
    assert (stale.status_code, stale.json().keys()) == (412, {"type", "title", "status", "detail"})

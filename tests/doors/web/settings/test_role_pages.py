"""Roles, characteristics and tokens on their pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tend.base.slugs import key_of
from tend.domains.accounts.entity import ACCOUNT
from tend.doors.web.settings.roles import ACTIONS, fields_of, lines
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tend.people.models import Role
from tend.people.tokens import ApiToken, actor_of_token
from tests.cast import Cast


def role(code: str) -> Role:
    found: Role = Role.objects.as_system("test").get(code=code)
    return found


def form_of(browser: Client, path: str, **changes: Any) -> dict[str, Any]:
    """What the page's form would send, unchanged but for `changes`."""
    form = browser.get(path).context["form"]
    said: dict[str, Any] = {name: form[name].value() for name in ("name", "assign_to", "rights")}
    said |= {cell["name"]: cell["now"] for row in form.table for cell in row["cells"]}
    said |= {row["name"]: row["now"] for part in form.field_tables for row in part["rows"]}
    return {n: v for n, v in {**said, **changes}.items() if v is not None}


def test_only_who_manages_people_finds_roles(cast: Cast) -> None:
    for path in ("/settings/roles", "/settings/roles/new", f"/settings/roles/{role('junior').pk}"):
        assert cast.client(cast.admin).get(path).status_code == 200
        assert cast.client(cast.leader).get(path).status_code == 404


@pytest.mark.parametrize("code", ["administrator", "sales-leader", "sales-manager", "junior", "marketing", "read-only"])
def test_saving_a_shipped_role_as_it_is_changes_nothing(cast: Cast, code: str) -> None:
    admin, held = cast.client(cast.admin), role(code)
    path = f"/settings/roles/{held.pk}"
    answer = admin.post(path, form_of(admin, path))
    assert answer.status_code == 303
    now = role(code)
    assert (now.scopes, now.field_rights, now.rights, now.assign_to, now.version) == (
        held.scopes, held.field_rights, held.rights, held.assign_to, held.version,
    )  # fmt: skip


def test_a_changed_scope_holds_from_the_next_request_on(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.manager)
    admin = cast.client(cast.admin)
    path = f"/settings/roles/{role('junior').pk}"
    assert not type(account).objects.seen_by(cast.actor(cast.junior)).exists()
    admin.post(path, form_of(admin, path, **{"scope:accounts:view": "team"}))
    assert type(account).objects.seen_by(cast.actor(cast.junior)).filter(pk=account.pk).exists()
    admin.post(admin.session["flash"]["undo_url"])
    assert not type(account).objects.seen_by(cast.actor(cast.junior)).exists()


def test_taking_one_thing_from_everything_leaves_the_rest(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    path = f"/settings/roles/{role('administrator').pk}"
    admin.post(path, form_of(admin, path, **{"scope:leads:delete": "none"}))
    actor = cast.actor(cast.admin)
    assert actor.scope("leads", "delete") == "none"
    rest = {(line, action) for line, _l in lines() for action, _w in ACTIONS} - {("leads", "delete")}
    assert {actor.scope(line, action) for line, action in rest} == {"all"}
    assert actor.has_right("users")
    assert actor.has_right("settings")


def test_merging_has_a_column_of_its_own_and_keeps_what_it_shows(cast: Cast) -> None:
    admin, actor = cast.client(cast.admin), lambda: cast.actor(cast.leader)
    path = f"/settings/roles/{role('sales-leader').pk}"
    page = form_of(admin, path)
    assert page["scope:accounts:merge"] == "team"  # as deleting says, as long as nothing else is said
    assert form_of(admin, f"/settings/roles/{role('sales-manager').pk}")["scope:accounts:merge"] == "own"
    assert "scope:activities:merge" not in page
    admin.post(path, form_of(admin, path, **{"scope:accounts:delete": "none"}))
    merge = ACCOUNT.verb_by_name["merge"].action
    assert actor().scope("accounts", "delete") == "none"
    assert {actor().scope(line, merge(actor())) for line in ("accounts", "leads")} == {"team"}
    admin.post(path, form_of(admin, path, **{"scope:accounts:merge": "none"}))
    assert ACCOUNT.verb_by_name["unmerge"].action(actor()) == "merge"
    assert actor().scope("accounts", "merge") == "none"


def test_a_copy_gives_what_its_pattern_gives(cast: Cast) -> None:
    admin, pattern = cast.client(cast.admin), role("marketing")
    path = f"/settings/roles/new?copy={pattern.pk}"
    assert admin.post(path, form_of(admin, path, name="Press")).status_code == 303
    made = Role.objects.as_system("test").get(name="Press")
    assert (made.scopes, made.field_rights, made.rights) == (pattern.scopes, pattern.field_rights, pattern.rights)
    assert made.code == ""


def test_a_new_role_begins_with_nothing(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    admin.post("/settings/roles/new", {"name": "Guest", "assign_to": "none"})
    made = Role.objects.as_system("test").get(name="Guest")
    assert {scope for line, actions in made.scopes.items() if line != "tokens" for scope in actions.values()} <= {
        "none"
    }


def test_a_hidden_field_is_gone_for_whoever_has_the_role(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    path = f"/settings/roles/{role('junior').pk}"
    assert "annual_revenue" in dict(fields_of("accounts"))
    admin.post(
        path,
        form_of(admin, path, **{"field:accounts:annual_revenue": "hidden", "field:leads:annual_revenue": "hidden"}),
    )
    from tend.kernel.entity import entity_by_code

    names = {f.name for f in entity_by_code("accounts.account").readable(cast.actor(cast.junior))}
    assert "annual_revenue" not in names


def test_nobody_hands_out_a_right_that_he_lacks(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    path = f"/settings/roles/{role('junior').pk}"
    admin.post(path, form_of(admin, path, rights=["users"]))
    junior = cast.client(cast.junior)
    answer = junior.post(path, form_of(junior, path, rights=["users", "settings"]))
    assert answer.status_code == 422
    assert "rights" in answer.context["form"].errors
    assert role("junior").rights == ["users"]


def test_two_roles_never_share_a_name(cast: Cast) -> None:
    answer = cast.client(cast.admin).post("/settings/roles/new", {"name": "junior", "assign_to": "none"})
    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors


# Characteristics


FIELD = {
    "name": "Número de quartos",
    "record_type": "accounts.account",
    "type": "number",
    "choices": "",
    "group": "",
    "position": "1",
    "is_filterable": "on",
}


def test_the_key_is_made_from_the_name_and_stays(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    assert admin.get("/settings/characteristics").status_code == 200
    assert admin.post("/settings/characteristics/new", FIELD).status_code == 303
    made = CharacteristicDefinition.objects.as_system("test").get()
    assert made.key == "numero_de_quartos"
    admin.post(
        f"/settings/characteristics/{made.pk}", {**FIELD, "name": "Rooms", "type": "text", "version": made.version}
    )
    made.refresh_from_db()
    assert (made.name, made.key, made.type) == ("Rooms", "numero_de_quartos", "number")


def test_a_name_twice_is_refused_and_a_key_of_a_deleted_one_is_not_used_again(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    admin.post("/settings/characteristics/new", FIELD)
    assert "name" in admin.post("/settings/characteristics/new", FIELD).context["form"].errors
    first = CharacteristicDefinition.objects.as_system("test").get()
    admin.post(f"/settings/characteristics/{first.pk}/delete")
    admin.post("/settings/characteristics/new", FIELD)
    assert CharacteristicDefinition.objects.as_system("test").exclude(pk=first.pk).get().key == "numero_de_quartos_2"


def test_a_choice_names_what_can_be_chosen(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    answer = admin.post("/settings/characteristics/new", {**FIELD, "type": "choice"})
    assert answer.status_code == 422
    assert "choices" in answer.context["form"].errors
    admin.post("/settings/characteristics/new", {**FIELD, "type": "choice", "choices": "Low\n\n High \nLow"})
    assert CharacteristicDefinition.objects.as_system("test").get().choices == ["Low", "High"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Rooms", "rooms"),
        ("Кількість кімнат", "kilkist_kimnat"),
        ("3 stars", "field_3_stars"),
        ("!!!", "field"),
        ("Años & más", "anos_mas"),
        ("x" * 60, "x" * 40),
    ],
)
def test_keys_are_plain_letters(name: str, key: str) -> None:
    assert key_of(name) == key


# Tokens


def test_a_token_is_shown_once_and_revoked(cast: Cast) -> None:
    browser = cast.client(cast.junior)
    answer = browser.post("/settings/tokens", {"name": "Sheet", "days": "90", "limit": "read"})
    found = re.search(r'value="(tend_[\w-]+)"', answer.content.decode())
    assert found is not None
    assert found[1] not in browser.get("/settings/tokens").content.decode()
    actor = actor_of_token(found[1])
    assert actor is not None
    assert actor.user_id == cast.junior.pk
    assert actor.scope("accounts", "edit") == "none"
    token = ApiToken.objects.as_system("test").get()
    assert cast.client(cast.stranger).post(f"/settings/tokens/{token.pk}/revoke").status_code == 404
    browser.post(f"/settings/tokens/{token.pk}/revoke")
    assert actor_of_token(found[1]) is None


def test_a_shipped_role_is_called_in_the_language_of_whoever_reads_until_it_is_renamed(cast: Cast) -> None:
    from django.utils.translation import override

    role = Role.objects.as_system("test").get(code="junior")
    names = {}
    for language in ("en", "es", "uk"):
        with override(language):
            names[language] = str(role)
    assert names["en"] == "Junior"
    assert names["uk"] != "Junior"
    cast.admin.language = "uk"
    make_admin_read("uk", cast)
    browser = cast.client(cast.admin)
    assert names["uk"] in browser.get("/settings/roles").content.decode()
    url = f"/settings/roles/{role.pk}"
    form = browser.get(url).content.decode()
    assert f'value="{names["uk"]}"' in form
    assert browser.post(url, {"name": "Trainee", "assign_to": "none", "version": role.version}).status_code == 303
    from tend.kernel.actor import system
    from tend.site.presets import apply_presets

    apply_presets(system("a second start"))
    role.refresh_from_db()
    assert role.name == "Trainee"
    with override("uk"):
        assert str(role) == "Trainee"
    assert Role.objects.as_system("test").count() == 6


def make_admin_read(language: str, cast: Cast) -> None:
    from tend.people.access import forget_actors
    from tend.people.models import User

    User.objects.as_system("test").filter(pk=cast.admin.pk).update(language=language)
    forget_actors()

"""Rights: several roles merge to the most permissive, trees of teams and managers, revocation from the next request on."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.domains.accounts.models import Account
from tend.domains.accounts.queries import explain
from tend.kernel.actor import SCOPES
from tend.kernel.errors import Refused
from tend.kernel.values import edit_record
from tend.people.access import access_epoch, grants_of
from tend.people.commands import deactivate, edit_user, set_roles, set_teams
from tend.people.entity import TEAM, USER
from tend.people.models import Role, User
from tests.cast import BUILDER, Cast, make

LINES, ACTIONS, FIELDS = ("leads", "accounts", "contacts"), ("view", "edit", "assign"), ("phone", "annual_revenue")
RANK = {scope: rank for rank, scope in enumerate(SCOPES)}
OPEN = {"hidden": 0, "read": 1, "edit": 2}

roles = st.builds(
    Role,
    scopes=st.dictionaries(
        st.sampled_from(LINES), st.dictionaries(st.sampled_from(ACTIONS), st.sampled_from(SCOPES), min_size=1)
    ),
    field_rights=st.dictionaries(
        st.sampled_from(LINES), st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(list(OPEN)))
    ),
    assign_to=st.sampled_from(("none", "self", "team", "all")),
    rights=st.lists(st.sampled_from(("settings", "users", "audit")), unique=True),
)


@given(st.lists(roles, max_size=5))
def test_several_roles_merge_to_the_most_permissive(held: list[Role]) -> None:
    merged = grants_of(held)
    for line in LINES:
        for action in ACTIONS:
            each = [grants_of([role]).scope(line, action) for role in held]
            assert RANK[merged.scope(line, action)] == max((RANK[s] for s in each), default=0)
    assert merged.rights == {right for role in held for right in role.rights}
    reach = {"none": 0, "self": 1, "team": 2, "all": 3}
    assert reach[merged.assign_to] == max((reach[role.assign_to] for role in held), default=0)


def test_a_verb_that_one_role_names_takes_nothing_from_another() -> None:
    manager, leader = ({"accounts": {"merge": "own"}}, {"accounts": {"delete": "team"}, "leads": {"delete": "own"}})
    held = grants_of([Role(scopes=manager), Role(scopes=leader)])
    assert [held.scope(line, "merge") for line in ("accounts", "leads")] == ["team", "own"]
    assert grants_of([Role(scopes=manager), Role(scopes={"*": {"*": "all"}})]).scope("accounts", "merge") == "all"
    assert grants_of([Role(scopes=manager)]).scope("accounts", "delete") == "none"


@given(st.lists(roles, min_size=1, max_size=5))
def test_a_field_is_as_open_as_the_most_open_role_on_its_line(held: list[Role]) -> None:
    merged = grants_of(held)
    for line in LINES:
        on_it = [role for role in held if role.scopes.get(line)]
        for name in FIELDS:
            wanted = max((OPEN[role.field_rights.get(line, {}).get(name, "edit")] for role in on_it), default=2)
            assert OPEN[merged.fields.get((line, name), "edit")] == wanted


@given(st.lists(roles, max_size=4), roles)
def test_one_more_role_takes_nothing_away(held: list[Role], more: Role) -> None:
    before, after = grants_of(held), grants_of([*held, more])
    assert all(RANK[after.scope(line, a)] >= RANK[before.scope(line, a)] for line in LINES for a in ACTIONS)
    assert before.rights <= after.rights
    on_it = {line for line in LINES if any(role.scopes.get(line) for role in held)}
    assert all(
        OPEN[after.fields.get((line, name), "edit")] >= OPEN[before.fields.get((line, name), "edit")]
        for line in on_it
        for name in FIELDS
    )


@given(st.lists(roles, max_size=5))
def test_the_order_of_roles_does_not_matter(held: list[Role]) -> None:
    assert grants_of(held) == grants_of(held[::-1])


def sees(cast: Cast, user: User, account: Account) -> bool:
    return bool(Account.objects.seen_by(cast.actor(user)).filter(pk=account.pk).exists())


def test_a_team_sees_what_its_sub_teams_have(cast: Cast) -> None:
    harbour = make("teams", name="Harbour", parent=cast.team)
    set_teams(BUILDER, cast.stranger, teams=[harbour])
    account = cast.account("Alder", owner=cast.stranger)
    assert sees(cast, cast.leader, account)
    assert explain(cast.actor(cast.leader), account) != []
    edit_record(BUILDER, TEAM, harbour, {"parent": None})
    assert not sees(cast, cast.leader, account)
    assert explain(cast.actor(cast.leader), account) == []


def test_a_manager_sees_what_anyone_below_him_has(cast: Cast) -> None:
    middle = make("users", email="middle@tend.example", name="Middle Man", manager=cast.leader)
    account = cast.account("Alder", owner=cast.stranger)
    assert not sees(cast, cast.leader, account)
    edit_user(BUILDER, cast.stranger, values={"manager": middle})
    assert sees(cast, cast.leader, account)


def test_who_leads_a_team_is_in_it(cast: Cast) -> None:
    lodge = make("teams", name="Lodge", leader=cast.leader)
    set_teams(BUILDER, cast.stranger, teams=[lodge])
    assert sees(cast, cast.leader, cast.account("Alder", owner=cast.stranger))


@pytest.mark.parametrize("chain", [1, 2, 5])
def test_managers_make_no_circle_of_any_length(cast: Cast, chain: int) -> None:
    people = [make("users", email=f"p{n}@tend.example", name=f"Person {n}") for n in range(chain + 1)]
    for lower, upper in pairwise(people):
        edit_user(BUILDER, lower, values={"manager": upper})
    with pytest.raises(Refused) as no:
        edit_user(BUILDER, people[-1], values={"manager": people[0]})
    assert no.value.code == "circle"
    assert USER.model.objects.as_system("test").get(pk=people[-1].pk).manager_id is None


def test_every_loss_of_rights_counts_the_epoch_up(cast: Cast) -> None:
    steps = (
        lambda: set_roles(BUILDER, cast.junior, roles=[]),
        lambda: set_teams(BUILDER, cast.manager, teams=[]),
        lambda: edit_user(BUILDER, cast.junior, values={"manager": cast.leader}),
        lambda: deactivate(BUILDER, cast.junior),
    )
    for step in steps:
        before = access_epoch()
        step()
        assert access_epoch() > before


def test_a_role_taken_away_ends_sight_at_once_for_a_kept_actor(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.junior)
    browser = cast.client(cast.junior)
    assert sees(cast, cast.junior, account)
    assert browser.get(f"/accounts/{account.pk}").status_code == 200
    set_roles(BUILDER, cast.junior, roles=[])
    assert not sees(cast, cast.junior, account)
    assert browser.get(f"/accounts/{account.pk}").status_code == 404


def test_the_shipped_administrator_cannot_be_taken_from_the_last_one(cast: Cast) -> None:
    administrator = Role.objects.as_system("test").get(code="administrator")
    from tend.people.entity import ROLE

    with pytest.raises(Refused) as no:
        edit_record(BUILDER, ROLE, administrator, {"rights": []})
    assert no.value.code == "last_administrator"


@pytest.mark.parametrize(
    "values",
    [
        {"scopes": {"accounts": {"view": "some"}}},
        {"scopes": ["all"]},
        {"field_rights": {"accounts": {"phone": "gone"}}},
        {"assign_to": "me"},
    ],
)
def test_a_role_that_means_nothing_is_refused(cast: Cast, values: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        make("roles", name="Odd", **values)

"""People and teams: inviting, roles, leaving with a handover, sessions that end at once, the last administrator."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.people.models import Role, Team, TeamMember, TeamRole, User, UserRole
from tests.cast import Cast, make


def role(code: str) -> Role:
    found: Role = Role.objects.as_system("test").get(code=code)
    return found


def stored(user: User) -> User:
    found: User = User.objects.as_system("test").get(pk=user.pk)
    return found


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    roles = list(UserRole.objects.of([user.pk]).values_list("role_id", flat=True))
    teams = list(TeamMember.objects.of([user.pk]).values_list("team_id", flat=True))
    return {
        "name": user.name, "email": user.email, "roles": roles, "team": teams[:1], "teams": teams[1:], "manager": "",
        "language": "en", "zone": "UTC", "country_code": "", "calls_per_day": 24, **changes,
    }  # fmt: skip


PAGES = ("/settings/people", "/settings/people/invite", "/settings/teams", "/settings/teams/new")


def test_only_who_manages_people_finds_these_pages(cast: Cast) -> None:
    for path in (
        *PAGES,
        f"/settings/people/{cast.junior.pk}",
        f"/settings/people/{cast.junior.pk}/deactivate",
        f"/settings/teams/{cast.team.pk}",
    ):
        assert cast.client(cast.leader).get(path).status_code == 404, path
        assert cast.client(cast.admin).get(path).status_code == 200, path
        assert Client().get(path).status_code == 302, path


def test_an_invited_colleague_chooses_a_password_by_the_link(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    given = {
        "name": "Nadia Haq", "email": "Nadia@tend.example", "roles": [role("junior").pk], "team": cast.team.pk, "manager": cast.leader.pk,
        "language": "es", "zone": "Europe/Madrid", "country_code": "ES", "calls_per_day": 12,
    }  # fmt: skip
    answer = admin.post("/settings/people/invite", given)
    assert answer.status_code == 200
    link = re.search(r"/welcome/[\w-]+", answer.content.decode())
    assert link is not None
    assert re.search(r"/welcome/[\w-]+", mail.outbox[0].body) is not None  # one of its own
    nadia = User.objects.as_system("test").get(email="nadia@tend.example")
    assert (nadia.manager_id, nadia.zone) == (cast.leader.pk, "Europe/Madrid")
    browser = Client()
    assert browser.post(link[0], {"password": "seven quiet rivers"}).status_code == 302
    assert browser.get("/me").status_code == 200
    assert Client().get(link[0]).status_code == 410


def test_an_address_that_somebody_has_is_refused_beside_its_field(cast: Cast) -> None:
    answer = cast.client(cast.admin).post(
        f"/settings/people/{cast.junior.pk}", form_of(cast.junior, email=cast.leader.email.upper())
    )
    assert answer.status_code == 422
    assert "email" in answer.context["form"].errors
    assert stored(cast.junior).email == cast.junior.email


def test_roles_and_teams_change_in_one_step_and_hold_at_once(cast: Cast) -> None:
    browser = cast.client(cast.junior)
    account = cast.account("Alder", owner=cast.stranger)
    assert not Account.objects.seen_by(cast.actor(cast.junior)).filter(pk=account.pk).exists()
    admin = cast.client(cast.admin)
    assert (
        admin.post(
            f"/settings/people/{cast.junior.pk}", form_of(cast.junior, roles=[role("administrator").pk])
        ).status_code
        == 303
    )
    assert browser.get("/settings/people").status_code == 200
    admin.post(admin.session["flash"]["undo_url"])
    assert browser.get("/settings/people").status_code == 404


def test_nobody_leads_himself_through_others(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    admin.post(f"/settings/people/{cast.junior.pk}", form_of(cast.junior, manager=cast.leader.pk))
    answer = admin.post(f"/settings/people/{cast.leader.pk}", form_of(cast.leader, manager=cast.junior.pk))
    assert answer.status_code == 422
    assert "manager" in answer.context["form"].errors


@pytest.fixture
def work(cast: Cast) -> dict[str, Any]:
    """What the manager leaves behind: two accounts, one that he shares, one planned task."""
    from tend.domains.accounts.commands import add_responsible
    from tests.cast import BUILDER

    owned = [cast.account(name) for name in ("Alder", "Birch")]
    shared = cast.account("Cedar", owner=cast.stranger)
    add_responsible(BUILDER, shared, user=cast.manager, is_caller=True)
    task = make("activities", kind="task", subject="Offer", account=owned[0], responsible=cast.manager)
    return {"owned": owned, "shared": shared, "task": task}


def leave(cast: Cast, **said: Any) -> Any:
    return cast.client(cast.admin).post(
        f"/settings/people/{cast.manager.pk}/deactivate", {"goes_to": "person", "to": "", "team": "", **said}
    )


def owners(work: dict[str, Any]) -> set[Any]:
    return set(
        Account.objects.as_system("test")
        .filter(pk__in=[a.pk for a in work["owned"]])
        .values_list("owner_id", flat=True)
    )


def test_a_leaver_hands_everything_to_one_person_in_the_same_step(cast: Cast, work: dict[str, Any]) -> None:
    browser = cast.client(cast.manager)
    assert browser.get("/me").status_code == 200
    assert leave(cast, to=cast.junior.pk).status_code == 303
    assert owners(work) == {cast.junior.pk}
    assert Activity.objects.as_system("test").get(pk=work["task"].pk).responsible_id == cast.junior.pk
    assert set(work["shared"].responsibles.of([work["shared"]]).values_list("user_id", flat=True)) == {cast.junior.pk}
    assert not stored(cast.manager).is_active
    assert browser.get("/me")["Location"].startswith("/sign-in")


def test_a_leaver_hands_everything_to_the_pool_and_undo_brings_it_back(cast: Cast, work: dict[str, Any]) -> None:
    admin = cast.client(cast.admin)
    admin.post(f"/settings/people/{cast.manager.pk}/deactivate", {"goes_to": "pool", "to": "", "team": ""})
    assert owners(work) == {None}
    assert {a.team_id for a in Account.objects.as_system("test").filter(owner=None)} == {cast.team.pk}
    assert Activity.objects.as_system("test").get(pk=work["task"].pk).responsible_id is None
    admin.post(admin.session["flash"]["undo_url"])
    assert owners(work) == {cast.manager.pk}
    assert stored(cast.manager).is_active


def test_a_handover_without_a_receiver_is_refused(cast: Cast, work: dict[str, Any]) -> None:
    answer = leave(cast)
    assert answer.status_code == 422
    assert "to" in answer.context["form"].errors
    assert stored(cast.manager).is_active
    assert owners(work) == {cast.manager.pk}


def test_the_last_who_manages_people_keeps_the_right(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    answer = admin.post(f"/settings/people/{cast.admin.pk}", form_of(cast.admin, roles=[role("junior").pk]))
    assert answer.status_code == 422
    assert "roles" in answer.context["form"].errors
    assert admin.post(f"/settings/people/{cast.admin.pk}/deactivate", {"goes_to": "person"}).status_code == 422
    assert stored(cast.admin).is_active
    second = make("users", email="second@tend.example", name="Second Admin")
    admin.post(f"/settings/people/{second.pk}", form_of(second, roles=[role("administrator").pk]))
    assert (
        admin.post(f"/settings/people/{cast.admin.pk}", form_of(cast.admin, roles=[role("junior").pk])).status_code
        == 303
    )
    assert admin.get("/settings/people").status_code == 404


def test_teams_form_a_tree_without_circles(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    admin.post("/settings/teams/new", {"name": "Harbour", "parent": cast.team.pk, "leader": cast.manager.pk})
    harbour = Team.objects.as_system("test").get(name="Harbour")
    rows = admin.get("/settings/teams").context["rows"]
    assert [(t.name, t.depth) for t in rows] == [("Coast", 0), ("Harbour", 1), ("Hills", 0)]
    answer = admin.post(f"/settings/teams/{cast.team.pk}", {"name": "Coast", "parent": harbour.pk, "leader": ""})
    assert answer.status_code == 422
    assert "parent" in answer.context["form"].errors


def test_a_team_with_people_is_not_deleted(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    assert admin.post(f"/settings/teams/{cast.team.pk}/delete").status_code == 422
    empty = make("teams", name="Empty")
    assert admin.post(f"/settings/teams/{empty.pk}/delete").status_code == 303


def test_a_role_of_a_team_is_everybodys_and_goes_with_it(cast: Cast) -> None:
    admin, browser = cast.client(cast.admin), cast.client(cast.junior)
    admin.post(
        f"/settings/teams/{cast.team.pk}",
        {"name": "Coast", "parent": "", "leader": "", "roles": [role("administrator").pk]},
    )
    assert TeamRole.objects.of([cast.team]).count() == 1
    assert browser.get("/settings/people").status_code == 200
    admin.post(f"/settings/teams/{cast.team.pk}", {"name": "Coast", "parent": "", "leader": ""})
    assert browser.get("/settings/people").status_code == 404


def test_a_deactivated_person_gets_no_link(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    leave(cast)
    assert admin.post(f"/settings/people/{cast.manager.pk}/link").status_code == 422
    assert admin.post(f"/settings/people/{cast.manager.pk}/reactivate").status_code == 303
    assert admin.post(f"/settings/people/{cast.manager.pk}/link").status_code == 200

"""Views over a list: kept, shared with a team or everybody, pinned by each person, and one with which the list opens."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.values import edit_record
from tend.kernel.views import VIEW, SavedView
from tend.people.commands import edit_role
from tend.people.models import Role
from tests.cast import BUILDER, Cast, make


def kept(name: str) -> Any:
    return SavedView.objects.as_system("test").get(name=name)


def labels(answer: Any) -> list[str]:
    return [str(tab["label"]) for tab in answer.context["tabs"]]


def test_a_leader_shares_with_the_team_and_each_pins_what_helps_her(cast: Cast) -> None:
    make("statuses", name="Open")
    cast.account("Alba", cast.junior, status="Open")
    cast.account("Brisa", cast.junior)
    leader, junior = cast.client(cast.leader), cast.client(cast.junior)
    form = leader.get("/accounts/view?filter=status:Open").content.decode()
    assert "Team Coast" in form
    assert "Team Hills" not in form
    assert "Who may use it" not in junior.get("/accounts/view?filter=status:Open").content.decode()
    for name, share in (("Of Coast", str(cast.team.pk)), ("For all", "everybody"), ("Her own", "")):
        saved = leader.post("/accounts/view?filter=status:Open&sort=-name", {"name": name, "share": share})
        assert saved.status_code == 303, saved.content
    assert labels(leader.get("/accounts"))[-3:] == ["Of Coast", "For all", "Her own"]
    page = junior.get("/accounts/views").content.decode()
    assert "for the team Coast, by Olga Marchenko" in page
    assert "Her own" not in page
    assert "Of Coast" not in cast.client(cast.stranger).get("/accounts/views").content.decode()
    assert "Of Coast" not in labels(junior.get("/accounts"))
    mine, all_ = kept("Of Coast").pk, kept("For all").pk
    for pk in (mine, all_):
        assert junior.post("/accounts/views", {"view": pk, "do": "pin"}).status_code == 303
    junior.post("/accounts/views", {"view": all_, "do": "pin", "position": "1"})
    assert labels(junior.get("/accounts"))[-2:] == ["For all", "Of Coast"]
    junior.post("/accounts/views", {"view": mine, "do": "default"})
    opened = junior.get("/accounts")
    assert "Alba" in opened.content.decode()
    assert "Brisa" not in opened.content.decode()
    assert [t["label"] for t in opened.context["tabs"] if t["current"]] == ["Of Coast"]
    assert "Brisa" in junior.get("/accounts?view=all").content.decode()
    undo = junior.session["flash"]["undo_url"] if "flash" in junior.session else ""
    assert undo == ""  # it was said on the page that opened
    assert junior.post(f"/views/{mine}/do/trash").status_code == 403

    def ways(browser: Any, path: str = "/today") -> list[tuple[str, str, bool]]:
        nav = browser.get(path).context["nav"]
        return [(i["label"], i["url"], i["current"]) for s in nav for i in s["items"] if i["key"].startswith("view-")]

    assert ways(junior) == []
    for place in ("/accounts", "/leads"):
        junior.post(f"{place}/views", {"view": mine, "do": "to-navigation"})
    of_accounts, of_leads = ("Of Coast", f"/accounts?view={mine}"), ("Of Coast", f"/leads?view={mine}")
    assert ways(junior) == [(*of_accounts, False), (*of_leads, False)]
    assert ways(junior, of_leads[1]) == [(*of_accounts, False), (*of_leads, True)]
    assert ways(leader) == []
    assert "in the navigation" in junior.get("/leads/views").content.decode()
    assert labels(junior.get("/leads")) == labels(cast.client(cast.junior).get("/leads"))  # it is no tab by that
    junior.post("/leads/views", {"view": mine, "do": "from-navigation"})
    assert ways(junior) == [(*of_accounts, False)]
    edit_record(cast.actor(cast.leader), VIEW, mine, {"team": None})
    assert ways(junior) == []  # what is no longer shared stands nowhere
    edit_record(cast.actor(cast.leader), VIEW, mine, {"team": cast.team.pk})
    assert labels(leader.get("/accounts"))[-3:] == ["Of Coast", "For all", "Her own"]


def test_a_shared_view_says_nothing_of_a_field_that_is_hidden_from_its_reader(cast: Cast) -> None:
    cast.account("Alba", annual_revenue="84200")
    cast.account("Brisa")
    cast.client(cast.leader).post(
        "/accounts/view?filter=annual_revenue>4711&columns=annual_revenue,status&sort=-annual_revenue",
        {"name": "The rich", "share": "everybody"},
    )
    rights = {line: {"annual_revenue": "hidden"} for line in ("accounts", "leads")}
    edit_role(BUILDER, Role.objects.as_system("test").get(code="sales-manager"), values={"field_rights": rights})
    pk = kept("The rich").pk
    browser = cast.client(cast.manager)
    answers = [
        f"/accounts?view={pk}",
        f"/views/{pk}",
        f"/views/{pk}/history",
        f"/api/v1/views/{pk}",
        "/api/v1/changes?type=views",
    ]
    said = "".join(browser.get(path).content.decode() for path in answers)
    assert "4711" not in said
    assert "evenue" not in said
    assert "not yours to see" in said
    page = browser.get(answers[0])
    assert page.status_code == 200
    assert "Brisa" in page.content.decode()
    assert browser.get(f"/api/v1/views/{pk}").json()["columns"] == ["status"]
    assert browser.patch(f"/api/v1/views/{pk}", {"name": "x"}, "application/json").status_code == 403


def test_twelve_views_are_counted_in_as_many_questions_as_two(cast: Cast) -> None:
    for n in range(14):
        make("statuses", name=f"Status {n}")
    cast.account("Alba", status="Status 1")
    browser = cast.client(cast.manager)

    def asked() -> int:
        browser.get("/accounts")
        cast.account("One more")
        with CaptureQueriesContext(connection) as found:
            browser.get("/accounts")
        return len(found)

    for n in range(2):
        browser.post(f'/accounts/view?filter=status:"Status {n}"', {"name": f"View {n}"})
    few = asked()
    for n in range(2, 12):
        browser.post(f'/accounts/view?filter=status:"Status {n}"', {"name": f"View {n}"})
    assert asked() <= few
    assert browser.post('/accounts/view?filter=status:"Status 13"', {"name": "Thirteenth"}).status_code == 303
    assert "Thirteenth" in browser.get("/accounts/views").content.decode()
    assert len(labels(browser.get("/accounts"))) == 17  # all, four of everybody, twelve pinned


def test_views_over_rest(cast: Cast) -> None:
    leader, manager = cast.client(cast.leader), cast.client(cast.manager)
    body = {
        "name": "Coast",
        "record_type": "accounts",
        "filter": {"field": "name", "op": "contains", "value": "a"},
        "team": cast.team.pk,
    }
    made = leader.post("/api/v1/views", body, "application/json")
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert manager.post("/api/v1/views", body, "application/json").json()["errors"][0]["field"] == "team"
    assert manager.post(f"/api/v1/views/{pk}/pin", {}, "application/json").status_code == 200
    done = manager.post(f"/api/v1/views/{pk}/make-default", {"at": "leads"}, "application/json").json()
    pins = manager.get("/api/v1/view-pins").json()["items"]
    assert [(p["at"], p["position"], p["is_default"]) for p in pins] == [("accounts", 1, False), ("leads", 1, True)]
    assert leader.get("/api/v1/view-pins").json()["items"] == []
    manager.post(f"/api/v1/undo/{done['undo']}")
    assert [p["at"] for p in manager.get("/api/v1/view-pins").json()["items"] if p["is_pinned"]] == ["accounts"]
    assert cast.client(cast.stranger).post(f"/api/v1/views/{pk}/pin", {}, "application/json").status_code == 404

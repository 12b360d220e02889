"""Following and notices in the browser: the button of a record, the filters of the page, and what each person wishes."""

from __future__ import annotations

import pytest

from tend.domains.accounts.entity import ACCOUNT
from tend.doors.web.people.mail import KINDS
from tend.engines.following.telling import tell_next
from tend.kernel.notices import count_unread, notices_of, notify
from tend.people.mail_wishes import wishes_of
from tend.people.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_record_is_followed_from_its_page_and_from_a_list_and_undone(cast: Cast) -> None:
    account, other = cast.account("Alder"), cast.account("Birch")
    client = cast.client(cast.leader)
    page = client.get(f"/accounts/{account.pk}").content.decode()
    assert f'action="/accounts/{account.pk}/do/follow"' in page
    page = client.post(f"/accounts/{account.pk}/do/follow", follow=True).content.decode()
    assert f'action="/accounts/{account.pk}/do/unfollow"' in page
    assert "Followed by Olga Marchenko" in page
    assert "You follow “Alder”." in page
    client.post("/accounts/bulk/follow", {"chosen": [account.pk, other.pk], "go": "1"})
    listed = client.get("/accounts?filter=followers:me").content.decode()
    assert "Alder" in listed
    assert "Birch" in listed
    client.post(f"/accounts/{account.pk}/do/unfollow")
    client.get("/accounts")  # says what was done
    assert "Alder" not in client.get("/accounts?filter=followers:me").content.decode()
    assert client.post(f"/api/v1/accounts/{other.pk}/unfollow", content_type="application/json").status_code == 200
    assert client.get("/api/v1/accounts?q=followers:me").json()["items"] == []
    stranger = cast.client(cast.stranger)
    assert stranger.post(f"/accounts/{account.pk}/do/follow").status_code == 404
    assert stranger.post(f"/api/v1/accounts/{account.pk}/follow", content_type="application/json").status_code == 404


def test_notices_are_filtered_by_kind_and_wait_again(cast: Cast) -> None:
    account = cast.account("Alder")
    notify([cast.leader.pk], "mention", "Somebody mentioned you.", record=account)
    notify([cast.leader.pk], "given", "Something was given to you.", record=account)
    client, actor = cast.client(cast.leader), cast.actor(cast.leader)
    page = client.get("/notices?kind=mention").content.decode()
    assert "Somebody mentioned you." in page
    assert "Something was given" not in page
    assert "Somebody mentions me" in page
    (one,) = notices_of(actor, kinds=["mention"])
    client.post("/notices/read", {"notice": one.id})
    assert count_unread(actor) == 1
    answer = client.post("/notices/unread", {"notice": one.id, "next": "/notices?kind=mention"})
    assert (answer.status_code, answer["Location"], count_unread(actor)) == (303, "/notices?kind=mention", 2)
    assert (
        cast.client(cast.admin).post("/notices/unread", {"notice": one.id, "next": "//evil.example"})["Location"]
        == "/notices"
    )
    found = client.get("/api/v1/notices?kind=mention").json()
    assert [n["kind"] for n in found["items"]] == ["mention"]
    client.post("/api/v1/notices/read", {"ids": [one.id]}, content_type="application/json")
    again = client.post("/api/v1/notices/unread", {"ids": [one.id]}, content_type="application/json").json()
    assert again == {"unread": 1}
    assert client.post("/api/v1/notices/unread", {}, content_type="application/json").status_code == 422


def test_what_lies_in_the_trash_leads_there(cast: Cast) -> None:
    account = cast.account("Alder")
    tell_next()
    client = cast.client(cast.leader)
    client.post(f"/accounts/{account.pk}/do/follow")
    ACCOUNT.verb_by_name["trash"](cast.actor(cast.admin), account.pk)
    while tell_next() is not None:
        pass
    (one,) = notices_of(cast.actor(cast.leader), kinds=["followed"])
    assert client.get(f"/notices/{one.id}")["Location"] == "/accounts/trash"


def test_each_says_for_each_kind_how_it_comes(cast: Cast) -> None:
    client = cast.client(cast.leader)
    page = client.get("/me/mail?stop=mention").content.decode()
    assert (
        '<option value="never" selected>in the page only</option>'
        in page.split('id="id_kind-mention"')[1].split("</select>")[0]
    )
    version = User.objects.as_system("test").get(pk=cast.leader.pk).version
    said = {
        "version": version,
        "hour": "7",
        "minutes_before": "15",
        **{f"kind-{k}": "never" for k, _label in KINDS},
        "kind-given": "off",
    }
    refused = client.post("/me/mail", {**said, "quiet_from": "22"})
    assert refused.status_code == 422
    assert "Quiet hours have a beginning and another end." in refused.content.decode()
    assert (
        client.post("/me/mail", {**said, "quiet_from": "22", "quiet_until": "7", "follows_own": "on"}).status_code
        == 303
    )
    wishes = wishes_of(User.objects.as_system("test").get(pk=cast.leader.pk))
    assert (wishes.quiet, wishes.follows_own, wishes.mode("given"), wishes.mode("mention")) == (
        (22, 7),
        True,
        "off",
        "never",
    )
    account = cast.account("Alder", owner=cast.leader)
    assert notify([cast.leader.pk], "given", "Given.", record=account) == 0

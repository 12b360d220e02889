"""Mentions: who is named is noted and told once, sees the record or is not told, and keeps being himself under a new name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.activities.entity import ACTIVITY
from tend.domains.contacts.commands import edit_contact
from tend.domains.contacts.models import ContactRemark
from tend.domains.documents.entity import DOCUMENT
from tend.engines.following.models import Mention
from tend.kernel.notices import notices_of
from tend.kernel.values import create_record, edit_record
from tend.people.models import User
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db


def told(cast: Cast, who: Any) -> list[str]:
    return [n.sentence for n in reversed(notices_of(cast.actor(who), kinds=["mention"]))]


def log(cast: Cast, account: Any, text: str) -> Any:
    values = {"kind": "task", "account": account, "text": text, "planned_on": "2030-01-07"}
    return create_record(cast.actor(cast.leader), ACTIVITY, values)


def remark(cast: Cast, account: Any, text: str) -> Any:
    return ACCOUNT.verb_by_name["write-remark"](cast.actor(cast.leader), account.pk, text=text)


def test_whoever_is_named_hears_of_it_once_however_often_the_text_is_edited(cast: Cast) -> None:
    account = cast.account("Alder")
    done = log(cast, account, "Ask @tomas, or @Ada Byrne; not @Olga Marchenko myself.")
    assert done.says == []
    assert told(cast, cast.manager) == told(cast, cast.admin) == ["Olga Marchenko mentioned you on Alder."]
    assert told(cast, cast.leader) == []
    edit_record(cast.actor(cast.leader), ACTIVITY, done.record.pk, {"text": "Ask @Tomas Ribeiro again."})
    edit_record(cast.actor(cast.leader), ACTIVITY, done.record.pk, {"text": "Ask nobody."})
    edit_record(cast.actor(cast.leader), ACTIVITY, done.record.pk, {"text": "Ask @Tomas Ribeiro."})
    assert len(told(cast, cast.manager)) == 1
    remark(cast, account, "@Tomas knows the owner.")
    assert len(told(cast, cast.manager)) == 2


def test_the_writer_is_told_in_a_sentence_of_whom_does_not_see_the_record(cast: Cast) -> None:
    account = cast.account("Alder")
    done = log(cast, account, "For @Dana Okafor and @Maya.")
    assert done.says == ["Maya Sorensen, Dana Okafor do not see this record and are not told."] or done.says == [
        "Dana Okafor, Maya Sorensen do not see this record and are not told."
    ]
    assert told(cast, cast.stranger) == told(cast, cast.junior) == []
    assert not Mention.objects.as_system("test").exists()
    make("users", email="maya.lind@tend.example", name="Maya Lind", zone="UTC")
    assert remark(cast, account, "@Maya").says == ["Several people are called “Maya”: write the whole name."]


def test_a_text_without_a_name_asks_nothing_more_and_work_on_many_names_nobody(cast: Cast) -> None:
    account = cast.account("Alder")
    with CaptureQueriesContext(
        connection,
    ) as plain:
        log(cast, account, "Write to olga@tend.example")
    assert not [q for q in plain.captured_queries if "following_" in q["sql"]]
    ACCOUNT.verb_by_name["write-remark"].each(BUILDER, [account.pk], text="@Tomas Ribeiro, as imported")
    assert told(cast, cast.manager) == []


def test_pages_draw_todays_name_and_offer_only_colleagues_who_see_the_record(cast: Cast) -> None:
    account = cast.account("Alder")
    activity = log(cast, account, "Ask @Tomas Ribeiro <b>").record
    remark(cast, account, "@Ada Byrne knows the owner.")
    User.objects.as_system("test").filter(pk=cast.manager.pk).update(name="Tomas Andrade")
    client = cast.client(cast.leader)
    page = client.get(f"/accounts/{account.pk}").content.decode()
    assert 'Ask <span class="mention">@Tomas Andrade</span> &lt;b&gt;' in page
    assert '<span class="mention">@Ada Byrne</span> knows the owner.' in page
    page = client.get(f"/activities/{activity.pk}").content.decode()
    assert 'Ask <span class="mention">@Tomas Andrade</span> &lt;b&gt;' in page
    assert client.get(f"/api/v1/activities/{activity.pk}").json()["text"] == "Ask @Tomas Ribeiro <b>"
    offered = client.get(f"/mentions?about=accounts/{account.pk}&talk=1&q=").content.decode()
    assert "Tomas Andrade" in offered
    assert "Ada Byrne" in offered
    assert "Dana Okafor" not in offered
    assert "Maya Sorensen" not in offered
    assert "Olga" not in offered
    assert "Tomas Andrade" in client.get(f"/mentions?about=activities/{activity.pk}&q=andr").content.decode()
    assert client.get(f"/mentions?about=activities/{activity.pk}&q=xyz").content == b""
    for about in (f"accounts/{account.pk}", "accounts/x", "tags/1", ""):
        assert cast.client(cast.stranger).get(f"/mentions?about={about}").status_code == 404
    for _more in range(12):
        make("users", email=f"tom{_more}@tend.example", name=f"Tom {_more}", zone="UTC")
    for words in ("tom", "ada"):
        client.get(f"/mentions?about=accounts/{account.pk}&q={words}")  # rights are worked out
    with CaptureQueriesContext(connection) as few:
        client.get(f"/mentions?about=accounts/{account.pk}&q=ada")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/mentions?about=accounts/{account.pk}&q=tom")
    assert len(many) == len(few)


def test_nobody_is_offered_who_sees_a_person_by_way_of_a_hidden_account_only(cast: Cast) -> None:
    seen, hidden = cast.account("Alder", cast.junior), cast.account("Birch", cast.stranger)
    person = make("contacts", last_name="Vega", accounts=[seen])
    junior = cast.client(cast.junior)
    before = junior.get(f"/mentions?about=contacts/{person.pk}&q=&talk=1").content
    edit_contact(cast.actor(cast.admin), person.pk, values={"accounts": [seen, hidden]})
    assert cast.client(cast.stranger).get(f"/contacts/{person.pk}").status_code == 200
    assert junior.get(f"/mentions?about=contacts/{person.pk}&q=&talk=1").content == before
    assert cast.stranger.name.encode() not in before
    assert (
        cast.stranger.name.encode()
        in cast.client(cast.admin).get(f"/mentions?about=contacts/{person.pk}&q=&talk=1").content
    )


CHIP = '<span class="mention">@Tomas Andrade</span>'


def test_names_are_chips_wherever_a_text_is_shown(cast: Cast) -> None:
    account = cast.account(
        "Alder", interaction_status=make("interaction-statuses", name="B", plans_calls=True, interval=30)
    )
    text = "Ask @Tomas Ribeiro <b> about the zebra"
    activity = log(cast, account, text).record
    ACTIVITY.verb_by_name["complete"](cast.actor(cast.leader), activity.pk)
    edit_record(cast.actor(cast.leader), ACTIVITY, activity.pk, {"text": f"{text}. {'Long ' * 60}@Ada Byrne"})
    remark(cast, account, "A quagga for @Tomas Ribeiro <b>")
    paper = create_record(
        cast.actor(cast.leader),
        DOCUMENT,
        {"title": "Plan", "url": "https://a.example", "description": "From @Tomas Ribeiro"},
    )
    assert told(cast, cast.manager)[-1] == "Olga Marchenko mentioned you in “Plan”."
    edited = edit_record(
        cast.actor(cast.leader), DOCUMENT, paper.record.pk, {"description": "From @Tomas Ribeiro, @Dana Okafor"}
    )
    assert edited.says == ["Dana Okafor does not see this record and is not told."]
    User.objects.as_system("test").filter(pk=cast.manager.pk).update(name="Tomas Andrade")
    client = cast.client(cast.leader)
    call = account.activities.model.objects.as_system("test").get(account=account, origin="cycle")

    def page(url: str) -> str:
        answer = client.get(url)
        assert answer.status_code == 200, url
        return str(answer.content.decode())

    assert f"Ask {CHIP} &lt;b&gt; about" in page("/activities?columns=subject,text")
    assert f"Ask {CHIP} &lt;b&gt; about" in page(f"/activities/{activity.pk}/history")
    assert f"A quagga for {CHIP} &lt;b&gt;" in page(f"/accounts/{account.pk}/history")
    assert f"Ask {CHIP} &lt;b&gt; about" in page(f"/calls/{call.pk}")
    assert f"Ask {CHIP} &lt;b&gt; about" in page(f"/calls/{call.pk}/open")
    assert f"a <mark>quagga</mark> for {CHIP} &lt;b&gt;" in page("/search?q=quagga")
    person = make("contacts", first_name="Lucia", accounts=[account.pk])
    said = {"text": "Speaks with @Tomas Andrade and @Dana Okafor"}
    assert client.post(f"/contacts/{person.pk}/do/write-remark", said).status_code == 303
    assert client.session["flash"]["text"].endswith("Dana Okafor does not see this record and is not told.")
    assert client.post(f"/contacts/{person.pk}/do/write-remark", {"text": "fair=2026"}).status_code == 303
    shown = page(f"/contacts/{person.pk}")
    assert f"Speaks with {CHIP} and @Dana Okafor" in shown
    assert 'class="plain-chip">fair=2026' in shown
    assert f"Speaks with {CHIP}" in page(f"/contacts/{person.pk}/history")
    key = ContactRemark.objects.of([person]).get(text="fair=2026").pk
    assert client.post(f"/contacts/{person.pk}/do/erase-remark", {"remark": key}).status_code == 303
    assert (
        "fair=2026"
        not in page(f"/contacts/{person.pk}").partition('aria-labelledby="remarks"')[2].partition("No remarks")[0]
    )
    for words in ("/documents?columns=title,description", f"/documents/{paper.record.pk}"):
        shown = page(words)
        assert f"From {CHIP}" in shown

"""Followers hear what others did: once, in one sentence a write, within their sight and their rights on fields."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.commands import reassign
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.documents.entity import DOCUMENT
from tend.engines.following import telling
from tend.engines.following.followers import followers_of
from tend.engines.following.models import AccountFollower, Bookmark
from tend.engines.following.telling import tell_next
from tend.kernel.entity import entity_by_plural
from tend.kernel.jobs.undoing import undo_or_queue
from tend.kernel.notices import Notice, count_unread, mark_read, notices_of
from tend.kernel.undo import undo_act
from tend.kernel.values import edit_record
from tend.people.mail_wishes import choose_mail
from tend.people.models import Role
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _begun(db: Any) -> None:
    """Somebody has followed for a while: the history is read from here on."""
    tell_next()


def do(cast: Cast, who: Any, name: str, record: Any, **options: Any) -> Any:
    entity = entity_by_plural(record._meta.verbose_name_plural.lower()) or ACCOUNT
    return entity.verb_by_name[name](cast.actor(who), record.pk, **options)


def told(cast: Cast, who: Any) -> list[str]:
    """What is new for somebody, oldest first; read afterwards."""
    while tell_next() is not None:
        pass
    found = [n.sentence for n in reversed(notices_of(cast.actor(who), unread=True, kinds=["followed"]))]
    mark_read(cast.actor(who))
    return found


def edit(cast: Cast, who: Any, record: Any, **values: Any) -> Any:
    return edit_record(cast.actor(who), ACCOUNT, record.pk, values)


def test_what_others_do_is_told_in_a_sentence_and_ones_own_doing_is_not(cast: Cast) -> None:
    account = cast.account("Alder", phone="+34600555001")
    make("outcomes", name="Reached", kind="call", effect="contact")
    do(cast, cast.leader, "follow", account)
    do(cast, cast.manager, "follow", account)
    assert told(cast, cast.leader) == []  # that somebody follows is no news
    edit(cast, cast.manager, account, legal_name="Alder GmbH", website="https://alder.example")
    edit(cast, cast.manager, account, description="Quiet")
    assert told(cast, cast.leader) == ["Tomas Ribeiro changed Description, Legal name, Website of Alder."]
    assert told(cast, cast.manager) == []
    do(cast, cast.manager, "write-remark", account, text="Ask for Lucia.")
    assert told(cast, cast.leader) == ["Tomas Ribeiro wrote a remark on Alder."]
    make("contacts", first_name="Lucia", last_name="Vega", accounts=[account.pk])
    assert told(cast, cast.leader) == ["Tend added a person to Alder."]
    do(cast, cast.manager, "write-remark", account, text="@Olga Marchenko, they ask for you.")
    assert told(cast, cast.leader) == []  # she has heard that she is named
    sheet = make("documents", title="Prices", url="https://alder.example/prices", accounts=[account.pk])
    assert told(cast, cast.leader) == ["Tend added a document to Alder."]
    do(cast, cast.leader, "follow", sheet)
    told(cast, cast.leader)
    edit_record(BUILDER, DOCUMENT, sheet.pk, {"title": "Prices of 2027"})
    assert told(cast, cast.leader) == ["Tend changed Title of Prices of 2027."]
    do(cast, cast.manager, "log-call", account, outcome=make("outcomes", name="Met", kind="call", effect="contact"))
    assert told(cast, cast.leader) == ["Tomas Ribeiro has done this with Alder: Call."]
    do(cast, cast.admin, "trash", account)
    assert told(cast, cast.leader) == ["Ada Byrne put Alder into the trash."]
    do(cast, cast.admin, "restore", account)
    assert told(cast, cast.leader) == ["Ada Byrne took Alder out of the trash."]
    do(cast, cast.leader, "unfollow", account)
    edit(cast, cast.manager, account, description="Loud")
    assert told(cast, cast.leader) == []


def test_many_changes_of_one_operation_are_one_notice_and_a_merge_is_told_of_the_one_that_stays(cast: Cast) -> None:
    accounts = [cast.account(f"Hotel {n}") for n in range(3)]
    hidden = cast.account("Far", owner=cast.leader)
    follow = ACCOUNT.verb_by_name["follow"]
    done = follow.each(cast.actor(cast.leader), [*(a.pk for a in accounts), hidden.pk])
    assert (done.changed, AccountFollower.objects.of([a.pk for a in [*accounts, hidden]]).count()) == (4, 4)
    told(cast, cast.leader)
    assert ACCOUNT.edit is not None
    ACCOUNT.edit.each(cast.actor(cast.manager), [a.pk for a in accounts], values={"description": "Seen to"})
    assert told(cast, cast.leader) == ["Tomas Ribeiro changed records that you follow: 3."]
    (one,) = notices_of(cast.actor(cast.leader), kinds=["followed"], limit=1)
    assert (one.record_id, one.list_of) == (None, "accounts")
    do(cast, cast.admin, "merge", accounts[0], into=accounts[1])
    assert told(cast, cast.leader) == ["Ada Byrne merged another record into Hotel 1."]
    undo_or_queue(cast.actor(cast.leader), done)
    assert AccountFollower.objects.of([accounts[1].pk, accounts[2].pk, hidden.pk]).count() == 0


def test_whoever_lost_the_record_or_a_field_hears_nothing_of_it(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.junior)
    do(cast, cast.junior, "follow", account)
    edit(cast, cast.leader, account, employees=7)
    while tell_next() is not None:
        pass
    junior = cast.actor(cast.junior)
    assert [n.sentence for n in notices_of(junior)] == ["Olga Marchenko changed Employees of Alder."]
    Role.objects.as_system("test").filter(code="junior").update(
        field_rights={"accounts": {"employees": "hidden"}, "leads": {"employees": "hidden"}}
    )
    reassign(BUILDER, account, to=cast.junior)  # rights are worked out anew
    from tend.people.access import forget_actors

    forget_actors()
    junior = cast.actor(cast.junior)
    assert [n.sentence for n in notices_of(junior)] == ["Olga Marchenko changed something of Alder."]
    edit(cast, cast.leader, account, employees=8)
    assert told(cast, cast.junior) == ["Olga Marchenko changed something of Alder."]  # the old one, nothing new
    reassign(BUILDER, account, to=cast.manager)
    edit(cast, cast.leader, account, description="Not yours")
    assert told(cast, cast.junior) == []
    assert not Notice.objects.as_system("test").filter(user=cast.junior, values__name="Alder", read_at=None).exists()


def test_ones_own_records_are_followed_when_one_says_so(cast: Cast) -> None:
    account = cast.account("Alder")
    edit(cast, cast.leader, account, description="One")
    assert told(cast, cast.manager) == []
    manager = cast.actor(cast.manager)
    choose_mail(manager, cast.manager.pk, hour=7, minutes_before=15, modes={}, follows_own=True)
    edit(cast, cast.leader, account, description="Two")
    assert told(cast, cast.manager) == ["Olga Marchenko changed Description of Alder."]
    choose_mail(manager, cast.manager.pk, hour=7, minutes_before=15, modes={"followed": "off"}, follows_own=True)
    edit(cast, cast.leader, account, description="Three")
    assert told(cast, cast.manager) == []
    assert count_unread(cast.actor(cast.manager)) == 0


def test_a_round_that_comes_second_or_dies_tells_nobody_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    account = cast.account("Alder")
    do(cast, cast.leader, "follow", account)
    while tell_next() is not None:
        pass
    edit(cast, cast.manager, account, description="Once")
    before = Bookmark.objects.as_system("test").get().after

    def die(*_given: Any) -> int:
        raise RuntimeError("the machine went down")

    with monkeypatch.context() as broken:
        broken.setattr(telling, "leave", die)
        with pytest.raises(RuntimeError):
            tell_next()
    assert Bookmark.objects.as_system("test").get().after == before
    real = telling._prepared

    def slow(changes: Any) -> Any:
        found = real(changes)
        with monkeypatch.context() as quick:
            quick.setattr(telling, "_prepared", real)
            assert tell_next() == 1  # another worker reads the same and is faster
        return found

    with monkeypatch.context() as late:
        late.setattr(telling, "_prepared", slow)
        assert tell_next() is None
    assert told(cast, cast.leader) == ["Tomas Ribeiro changed Description of Alder."]


def test_following_is_in_the_history_and_undone(cast: Cast) -> None:
    account = cast.account("Alder")
    done = do(cast, cast.leader, "follow", account)
    assert done.says == ["You follow “Alder”."]
    assert do(cast, cast.leader, "follow", account).act is None
    leader = cast.actor(cast.leader)
    fresh = Account.objects.seen_by(leader).get(pk=account.pk)
    assert fresh.version == account.version
    assert [u.pk for u in followers_of(leader, ACCOUNT, fresh) or ()] == [cast.leader.pk]
    undo_act(leader, done.act)
    assert followers_of(leader, ACCOUNT, fresh) == []
    found = cast.client(cast.leader).get("/api/v1/accounts?q=followers:me").json()
    assert found["items"] == []
    do(cast, cast.leader, "follow", account)
    found = cast.client(cast.leader).get("/api/v1/accounts?q=followers:me").json()
    assert [i["name"] for i in found["items"]] == ["Alder"]
    assert "followers" not in found["items"][0]


def test_a_link_that_leads_out_of_sight_is_no_news(cast: Cast) -> None:
    account, seen, hidden = cast.account("Alder"), cast.account("Birch"), cast.account("Far", owner=cast.stranger)
    kind = make("relation-kinds", name="Supplies", inverse_name="Is supplied by")
    do(cast, cast.leader, "follow", account)
    told(cast, cast.leader)
    do(cast, cast.admin, "set-parent", account, to=hidden)
    do(cast, cast.admin, "relate", account, to=hidden, kind=kind)
    do(cast, cast.admin, "set-referrer", account, account=hidden)
    assert told(cast, cast.leader) == []
    do(cast, cast.admin, "set-parent", account, to=seen)
    do(cast, cast.admin, "relate", account, to=seen, kind=kind)
    do(cast, cast.admin, "set-referrer", account, account=seen)
    assert told(cast, cast.leader) == ["Ada Byrne changed Part of, Referred by an account, Relations of Alder."]

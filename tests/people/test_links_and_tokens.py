"""Links that work once, and tokens that never do more than their user."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.kernel import clock
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.people.access import actor_for
from tend.people.commands import deactivate
from tend.people.links import SignInLink, make_link, purpose_of, redeem
from tend.people.models import User
from tend.people.tokens import ApiToken, actor_of_token, issue_token, revoke_token
from tests.cast import BUILDER, Cast

pytestmark = pytest.mark.django_db


def test_a_link_works_once_and_for_its_purpose_only(cast: Cast) -> None:
    token = make_link(cast.junior, "reset", 60)
    assert purpose_of(token) == "reset"
    assert redeem(token, "first-steps") is None
    assert redeem(token, "reset") == cast.junior
    assert redeem(token, "reset") is None
    assert purpose_of(token) is None


def test_a_link_ends_with_its_time_and_with_its_user(cast: Cast) -> None:
    late = make_link(cast.junior, "reset", 60)
    SignInLink.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    assert redeem(late, "reset") is None
    mine = make_link(cast.junior, "reset", 60)
    deactivate(BUILDER, cast.junior)
    assert redeem(mine, "reset") is None


def test_the_database_holds_no_token_in_clear(cast: Cast) -> None:
    link = make_link(cast.junior, "reset", 60)
    text = issue(cast, cast.junior).secret
    assert link not in str(list(SignInLink.objects.values()))
    assert text not in str(list(ApiToken.objects.as_system("test").values()))


def issue(cast: Cast, user: User, **more: Any) -> ApiToken:
    return issue_token(cast.actor(user), user=user, name="script", **more).record  # type: ignore[no-any-return]


def test_a_token_speaks_for_its_user(cast: Cast) -> None:
    found = actor_of_token(issue(cast, cast.manager).secret)
    assert found == actor_for(cast.manager)


def test_a_limited_token_can_only_do_less(cast: Cast) -> None:
    reader = actor_of_token(issue(cast, cast.manager, limits=["read"]).secret)
    assert reader is not None
    assert (reader.scope("accounts", "view"), reader.scope("accounts", "edit")) == ("team", "none")
    one = actor_of_token(issue(cast, cast.manager, limits=["accounts:write"]).secret)
    assert one is not None
    assert (one.scope("accounts", "edit"), one.scope("accounts", "delete"), one.scope("contacts", "view")) == (
        "own",
        "none",
        "none",
    )
    admin = actor_of_token(issue(cast, cast.admin, limits=["read"]).secret)
    assert admin is not None
    assert not admin.has_right("users")
    assert admin.scope("accounts", "edit") == "none"


def test_a_token_ends_when_revoked_expired_or_its_user_leaves(cast: Cast) -> None:
    revoked, expired, left = (issue(cast, cast.junior) for _ in range(3))
    revoke_token(cast.actor(cast.junior), revoked)
    assert actor_of_token(revoked.secret) is None
    ApiToken.objects.as_system("test").filter(pk=expired.pk).update(expires_at=clock.now())
    assert actor_of_token(expired.secret) is None
    assert actor_of_token(left.secret) is not None
    deactivate(BUILDER, cast.junior)
    assert actor_of_token(left.secret) is None


def test_nobody_makes_tokens_for_others_without_the_right(cast: Cast) -> None:
    with pytest.raises(Refused):
        issue_token(cast.actor(cast.junior), user=cast.manager, name="x")
    with pytest.raises(NotSeen):
        revoke_token(cast.actor(cast.junior), issue(cast, cast.manager))
    assert issue_token(cast.actor(cast.admin), user=cast.manager, name="x").record.user_id == cast.manager.pk


@pytest.mark.parametrize("text", ["", "tend_", "tend_nothing", "Bearer x"])
def test_an_unknown_token_is_nobody(text: str) -> None:
    assert actor_of_token(text) is None


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 9999}, {"name": " "}, {"limits": ["delete"]}])
def test_a_token_without_sense_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises((Refused, NotAllowed)):
        issue_token(cast.actor(cast.admin), **{"user": cast.admin, "name": "x", **wrong})

from __future__ import annotations

import pytest

from tend.doors.web.people.mail import KINDS
from tend.people.mail_wishes import wishes_of
from tend.people.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def given(**more: str) -> dict[str, str]:
    return {"hour": "6", "minutes_before": "30", **{f"kind-{k}": "never" for k, _label in KINDS}, **more}


def test_what_is_chosen_is_kept_and_shown(cast: Cast) -> None:
    browser = cast.client(cast.junior)
    assert browser.post("/me/mail", given(**{"kind-given": "now"})).status_code == 303
    wishes = wishes_of(User.objects.as_system("test").get(pk=cast.junior.pk))
    assert (wishes.hour, wishes.minutes_before, wishes.mode("given"), wishes.mode("overdue")) == (6, 30, "now", "never")
    assert '<option value="6" selected' in browser.get("/me/mail").content.decode()


def test_without_a_digest_nothing_waits_for_it(cast: Cast) -> None:
    browser = cast.client(cast.junior)
    browser.post("/me/mail", given(hour="", **{"kind-given": "digest"}))
    assert wishes_of(User.objects.as_system("test").get(pk=cast.junior.pk)).mode("given") == "never"


@pytest.mark.parametrize(
    "wrong", [{"hour": "24"}, {"minutes_before": "7"}, {"kind-given": "often"}, {"kind-reminder": "digest"}]
)
def test_what_cannot_be_chosen_is_refused(cast: Cast, wrong: dict[str, str]) -> None:
    browser = cast.client(cast.junior)
    assert browser.post("/me/mail", given(**wrong)).status_code == 422
    assert User.objects.as_system("test").get(pk=cast.junior.pk).preferences == {}


def test_looks_and_keys_are_kept_beside(cast: Cast) -> None:
    browser = cast.client(cast.junior)
    User.objects.as_system("test").filter(pk=cast.junior.pk).update(preferences={"keys_off": True})
    browser.post("/me/mail", given())
    assert User.objects.as_system("test").get(pk=cast.junior.pk).preferences["keys_off"] is True

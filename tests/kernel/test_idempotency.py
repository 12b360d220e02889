"""An idempotency key has one effect and one answer."""

from __future__ import annotations

import datetime as dt

import pytest

from tend.kernel import clock
from tend.kernel.actor import Actor, Grants
from tend.kernel.errors import Misuse, Refused
from tend.kernel.idempotency import IdempotencyKey, forget_old, once
from tend.people.models import User

pytestmark = pytest.mark.django_db


def actor(name: str = "ana") -> Actor:
    now = clock.now()
    return Actor(
        User.objects.create(email=f"{name}@tend.example", name=name, created_at=now, updated_at=now).pk, name, Grants()
    )


def test_the_second_request_gets_the_first_answer() -> None:
    ana = actor()
    with once(ana, "k1", b"{}") as slot:
        assert slot.answer is None
        slot.keep(201, '{"id": 7}', {"Location": "/accounts/7"})
    with once(ana, "k1", b"{}") as slot:
        assert slot.answer is not None
        assert (slot.answer.status, slot.answer.body, slot.answer.headers) == (
            201,
            '{"id": 7}',
            {"Location": "/accounts/7"},
        )


@pytest.mark.parametrize(("body", "where"), [(b'{"a": 1}', "POST /a"), (b"{}", "POST /b")])
def test_the_key_of_another_request_is_refused(body: bytes, where: str) -> None:
    ana = actor()
    with once(ana, "k1", b"{}", "POST /a") as slot:
        slot.keep(201, "x")
    with pytest.raises(Refused) as refused, once(ana, "k1", body, where):
        pytest.fail("nothing runs")
    assert refused.value.code == "idempotency_key_reused"


def test_keys_belong_to_their_user() -> None:
    with once(actor("ana"), "k1", b"{}") as slot:
        slot.keep(201, "hers")
    with once(actor("boris"), "k1", b"other") as slot:
        assert slot.answer is None
        slot.keep(201, "his")


def test_what_failed_leaves_neither_effect_nor_key() -> None:
    ana = actor()
    with pytest.raises(ZeroDivisionError), once(ana, "k1", b"{}"):  # noqa: PT012 - what happens inside is the case
        actor("ghost")
        raise ZeroDivisionError
    assert not User.objects.as_system("test").filter(name="ghost").exists()
    with once(ana, "k1", b"{}") as slot:
        assert slot.answer is None
        slot.keep(200, "")


def test_a_block_that_forgets_its_answer_is_our_mistake() -> None:
    with pytest.raises(Misuse), once(actor(), "k1", b"{}"):
        pass
    assert not IdempotencyKey.objects.exists()


def test_a_key_is_free_again_after_a_day() -> None:
    ana = actor()
    with once(ana, "k1", b"{}") as slot:
        slot.keep(201, "x")
    IdempotencyKey.objects.update(at=clock.now() - dt.timedelta(hours=23, minutes=59))
    assert forget_old(clock.now()) == 0
    IdempotencyKey.objects.update(at=clock.now() - dt.timedelta(hours=24, seconds=1))
    with once(ana, "k1", b"another body") as slot:
        assert slot.answer is None
        slot.keep(201, "y")


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_without_sense_is_refused(key: str) -> None:
    with pytest.raises(Refused), once(actor(), key, b""):
        pytest.fail("nothing runs")

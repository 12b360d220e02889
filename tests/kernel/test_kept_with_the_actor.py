"""What an actor keeps of small tables ends with the change of what was kept."""

from __future__ import annotations

import pytest

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Status
from tend.kernel.actor import Actor, system
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing
from tend.kernel.reading import Reader
from tend.people.access import actor_for
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def name_shown(actor: Actor, status: Status) -> str:
    return Reader(ACCOUNT, actor, ["status"]).linked(ACCOUNT.by_name["status"], {status.pk})[status.pk].name


def test_a_renamed_value_of_a_book_is_shown_by_its_new_name(cast: Cast) -> None:
    entity = entity_of(Status)
    assert entity.create is not None
    assert entity.edit is not None
    status = entity.create(system("a test"), values={"name": "Warm"}).record
    olga = actor_for(cast.leader)
    assert name_shown(olga, status) == "Warm"
    entity.edit(system("a test"), status, values={"name": "Glowing"})
    assert name_shown(olga, status) == "Glowing"
    assert name_shown(actor_for(cast.leader), status) == "Glowing"


def test_names_that_are_known_cost_no_query(cast: Cast, django_assert_num_queries: object) -> None:
    entity = entity_of(Status)
    assert entity.create is not None
    status = entity.create(system("a test"), values={"name": "Warm"}).record
    olga = actor_for(cast.leader)
    name_shown(olga, status)
    with django_assert_num_queries(0):  # type: ignore[operator]
        name_shown(olga, status)


def test_a_filter_finds_a_value_by_its_new_name_and_no_more_by_the_old_one(cast: Cast) -> None:
    entity = entity_of(Status)
    assert entity.create is not None
    assert entity.edit is not None
    status = entity.create(system("a test"), values={"name": "Warm"}).record
    listed = {"field": "status", "op": "is"}
    assert Listing(ACCOUNT, actor_for(cast.leader), filter={**listed, "value": "Warm"}).count().number == 0
    entity.edit(system("a test"), status, values={"name": "Glowing"})
    assert Listing(ACCOUNT, actor_for(cast.leader), filter={**listed, "value": "Glowing"}).count().number == 0
    with pytest.raises(Refused):
        Listing(ACCOUNT, actor_for(cast.leader), filter={**listed, "value": "Warm"}).count()

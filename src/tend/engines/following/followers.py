"""Following: whoever sees a record may follow it, and hears what others do to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.activities.entity import ACTIVITY
from tend.domains.contacts.entity import CONTACT
from tend.domains.documents.entity import DOCUMENT
from tend.engines.following.models import Follower
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Misuse, Refused
from tend.kernel.prepared import Prepared, of_actor
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit
from tend.kernel.verbs import Verb, verb
from tend.people.models import User

FOLLOWED = (ACCOUNT, CONTACT, ACTIVITY, DOCUMENT)


class Followers(Trait):
    name = "followers"
    base = Follower

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "followers", label=gettext_lazy("Followers"), kind="links", many=True, to=User,
                edit=False, sort=False, bulk=False, export=False,
            ),
        )  # fmt: skip

    def through(self, name: str) -> Through | None:
        return Through(self.model, "user_id") if name == "followers" else None

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        raise Misuse("followers change by follow and unfollow")

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [row.user_id for row in rows]


def _follow_for(entity: Entity) -> Verb:
    @verb(entity.code, needs="view", reads=("followers",), label=gettext_lazy("Follow"))
    def follow(unit: Unit, record: Any) -> None:
        """Hear from now on what others do to this record. Whoever follows it already goes on. Refused for nobody."""
        me = _person(unit)
        trait = entity.traits["followers"]
        if all(row.user_id != me for row in trait.rows(unit, record)):
            trait.add(unit, record, user_id=me, since=unit.now)
            unit.say(_("You follow “%(name)s”.") % {"name": record})

    return follow


def _unfollow_for(entity: Entity) -> Verb:
    @verb(entity.code, needs="view", reads=("followers",), label=gettext_lazy("Stop following"))
    def unfollow(unit: Unit, record: Any) -> None:
        """Hear no more of this record. Nothing changes for whoever does not follow it. Refused for nobody."""
        me = _person(unit)
        trait = entity.traits["followers"]
        for row in [row for row in trait.rows(unit, record) if row.user_id == me]:
            trait.drop(unit, record, row)
            unit.say(_("You do not follow “%(name)s” any more.") % {"name": record})

    return unfollow


def _person(unit: Unit) -> int:
    if unit.actor.user_id is None:
        raise Refused(_("Only a person follows a record."))
    return unit.actor.user_id


for _entity in FOLLOWED:
    _entity.wear(Followers)
    _entity.adopt(_follow_for(_entity))
    _entity.adopt(_unfollow_for(_entity))


def table_of(entity: Entity) -> Any:
    """The followers of a record type; None for one that cannot be followed."""
    trait = entity.traits.get(Followers.name)
    return trait.model if trait is not None else None


def followers_of(actor: Actor, entity: Entity, record: Model) -> list[User] | None:
    """Those who follow a record that the reader sees, by name; None where nobody can, or where he may not know."""
    table = table_of(entity)
    if table is None or entity.right(actor, "followers") == "hidden":
        return None
    return [row.user for row in _followers(actor, table)([record.pk])]


def _followers(actor: Actor, table: Any) -> Prepared:
    def ask(ids: list[int]) -> Any:
        return table.objects.of(ids).filter(user__is_active=True).select_related("user").order_by("user__name", "pk")

    return of_actor(actor, ("followers of a record", table), ask, list)

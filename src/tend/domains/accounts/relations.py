"""Relations and interests of an account, and what it is not the same as, as traits: loaded for a whole chunk, written by the verbs in ties.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.books import Area
from tend.domains.accounts.models import Account, Apart, Interest, Relation
from tend.kernel.entity import Field
from tend.kernel.errors import Misuse
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit


class Relations(Trait):
    name = "relations"
    base = Relation

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "relations",
                label=_("Relations"),
                kind="links",
                many=True,
                to=Account,
                edit=False,
                sort=False,
                bulk=False,
            ),
        )

    def through(self, name: str) -> Through | None:
        return Through(Relation, "to_id") if name == "relations" else None

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        raise Misuse("relations change by relate and unrelate")

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.to_id for r in rows]


class Interests(Trait):
    name = "interests"
    base = Interest

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "interests", label=_("Interests"), kind="links", many=True, to=Area, edit=False, sort=False, bulk=False
            ),
            Field(
                "disinterests",
                label=_("Not wanted"),
                kind="links",
                many=True,
                to=Area,
                edit=False,
                sort=False,
                bulk=False,
            ),
        )

    def through(self, name: str) -> Through | None:
        if name not in ("interests", "disinterests"):
            return None
        return Through(Interest, "area_id", (("is_disinterest", name == "disinterests"),))

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        raise Misuse("interests change by set-interest and drop-interest")

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.area_id for r in rows if r.is_disinterest == (name == "disinterests")]


class Aparts(Trait):
    """The accounts that an account is not the same as, although it looks like them."""

    name = "apart"
    title = _("Not a duplicate of")
    base = Apart

    def fields(self) -> tuple[Field, ...]:
        return ()

    def through(self, name: str) -> Through | None:
        return None

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        raise Misuse("accounts are told apart by keep-apart")

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.other_id for r in rows]

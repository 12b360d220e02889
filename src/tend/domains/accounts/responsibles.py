"""The responsibles of an account as a trait: loaded for a whole chunk, written by the two verbs that own them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tend.domains.accounts.models import Responsible
from tend.kernel.entity import Field
from tend.kernel.errors import Misuse
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit


class Responsibles(Trait):
    name = "responsibles"
    base = Responsible

    def fields(self) -> tuple[Field, ...]:
        from django.utils.translation import gettext_lazy as _

        from tend.people.models import User

        return (
            Field(
                "responsibles",
                label=_("Responsibles"),
                kind="links",
                many=True,
                to=User,
                edit=False,
                sort=False,
                bulk=False,
            ),
        )

    def through(self, name: str) -> Through | None:
        return Through(Responsible, "user_id") if name == "responsibles" else None

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        raise Misuse("responsibles change by add-responsible and remove-responsible")

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.user_id for r in rows]

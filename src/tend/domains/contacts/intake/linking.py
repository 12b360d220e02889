"""Cells that name a record: a value of a book, a user, another account; and values that their book does not have yet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tend.base.names import normalise
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.contacts.intake.said import ToMake
from tend.kernel.entity import Field, entity_of
from tend.kernel.errors import Refused
from tend.kernel.imports.plan import Column
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner

MOST_KEPT = 10_000


def is_book(field: Field) -> bool:
    """Does the field name a value of a book, which may be added to?"""
    return field.to is not None and hasattr(field.to, "hue") and field.name != "owner"


class Linking:
    """The records that cells name, for a whole file; what the current chunk makes for a book is known to it alone."""

    def __init__(self, cleaner: Cleaner) -> None:
        self.cleaner = cleaner
        self._found: dict[tuple[str, str], Any] = {}
        self._lacking: set[tuple[str, str]] = set()  # values of books that the database does not have
        self._fresh: dict[tuple[str, str], Any] = {}  # values of books made by this chunk
        self._users: list[Any] | None = None
        self.unit: Unit

    def begin(self, unit: Unit) -> None:
        """A new chunk: what an earlier one made lies in the database by now, or was taken back."""
        self.unit = unit
        self._lacking, self._fresh = set(), {}

    @property
    def has_made(self) -> bool:
        """Did this chunk add values to books?"""
        return bool(self._fresh)

    def end(self) -> None:
        """The chunk is over: nothing holds its thousands of rows any more."""
        del self.unit
        self._lacking, self._fresh = set(), {}

    def find(self, column: Column, name: str, value: Any) -> Any:
        """The record that a cell means; an unknown one is refused, to be made, or None, as the column says."""
        said = str(value).strip()
        key = (name, said)
        known = self._found.get(key)
        if known is None:
            known = self._look_up(column, name, value, said)
            if known is not None and not isinstance(known, ToMake):
                if len(self._found) > MOST_KEPT:
                    self._found.clear()
                self._found[key] = known
        return known

    def _look_up(self, column: Column, name: str, value: Any, said: str) -> Any:
        field = ACCOUNT.by_name[name]
        key = (name, said.casefold())
        if key in self._lacking:
            return ToMake(name, said)
        try:
            return self.cleaner.link(field, value)
        except Refused:
            found = self._by_login(field, said)
            if found is not None:
                return found
            if column.unknown == "ignore":
                return None
            if column.unknown != "create" or not is_book(field):
                raise
        self.cleaner._links.pop(key, None)  # the next chunk looks again
        if not self.unit.actor.has_right("settings"):
            raise Refused(_("“%(value)s” is not in the book, and only an administrator adds to it.") % {"value": value})
        self._lacking.add(key)
        return ToMake(name, said)

    def _by_login(self, field: Field, value: str) -> Any:
        """A user by the part of his address before the @, or by last name when only one has it."""
        if field.name != "owner":
            return None
        if self._users is None:
            assert field.to is not None
            self._users = list(field.to.objects.seen_by(self.unit.actor).filter(is_active=True))  # type: ignore[attr-defined]
        said = normalise(value)
        hits = [
            u
            for u in self._users
            if said in (normalise(u.email.split("@")[0]), normalise(u.name), normalise(u.name.split()[-1]))
        ]
        return hits[0] if len(hits) == 1 else None

    # --- values that are made with the row --------------------------------------------------------------------------
    def settled(self, value: Any) -> Any:
        """The value, or list of values, as it can be written: what is to be made is made now."""
        return [self._made(v) for v in value] if isinstance(value, list) else self._made(value)

    def if_made(self, value: Any) -> Any:
        """The new value of a book when an earlier row of this chunk has made it; else the value as it is."""
        if not isinstance(value, ToMake):
            return value
        known = self._fresh.get((value.field, value.name.casefold()))
        return known if known is not None and self.unit.held(type(known), known.pk) is known else value

    def _made(self, value: Any) -> Any:
        """The new value of a book, made with the first row that needs it and taken back when that row is refused."""
        known = self.if_made(value)
        if isinstance(known, ToMake):
            book = entity_of(ACCOUNT.by_name[known.field].to)  # type: ignore[arg-type]
            assert book.create is not None
            made = self._fresh[known.field, known.name.casefold()] = book.create(self.unit, values={"name": known.name})
            return made
        return known

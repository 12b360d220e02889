"""Where records live on the web: a word in the address, the record type behind it, and who claims one of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Text, entities, entity_of

KEPT_ELSEWHERE = ("settings", "users")  # lines whose pages stand under /settings
Claim = Callable[..., Any]


@dataclass(frozen=True)
class Place:
    """One list of records with its pages. `within` is a filter that always holds; `given` fills a new record's form.

    `home` is the word under which a record's own page stands, when that differs (a lead's page is its account's).
    """

    word: str
    entity: Entity
    line: str
    label: Text = ""
    within: Mapping[str, Any] | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    home: str = ""
    columns: tuple[str, ...] = ()
    new: Text = ""  # what entering one is called

    @property
    def new_label(self) -> str:
        """What entering a record here is called: "New account"."""
        return str(self.new or (self.entity.create.label if self.entity.create is not None else ""))

    @property
    def url(self) -> str:
        return f"/{self.word}"

    @property
    def title(self) -> str:
        return str(self.label or self.entity.label_plural)

    def page(self, pk: int, *rest: object) -> str:
        """The address of a record's page, or of one below it."""
        return "/".join(["", self.home or self.word, str(pk), *map(str, rest)])

    def may(self, actor: Actor, action: str) -> bool:
        return actor.scope(self.line, action) != "none"


_settled: dict[str, Place] = {}
_claims: dict[tuple[str, str], Claim] = {}


def settle(place: Place) -> Place:
    """Make a place by hand instead of the derived one."""
    _settled[place.word] = place
    return place


def place_at(word: str) -> Place | None:
    """The place with that word in its address."""
    if word in _settled:
        return _settled[word]
    entity = next((e for e in entities() if e.plural == word), None)
    if entity is None or entity.book or not entity.history or set(entity.lines) & set(KEPT_ELSEWHERE):
        return None
    return settle(Place(word, entity, (entity.lines or (word,))[0]))


def place_of(entity: Entity) -> Place | None:
    """The place where records of a type have their pages."""
    return place_at(entity.plural)


def home_of(model: Any) -> Place | None:
    """The place of a model class, for links to its records."""
    try:
        return place_of(entity_of(model))
    except Exception:
        return None


def places(actor: Actor) -> Iterable[Place]:
    """Every place of which the actor may see something."""
    words = [*_settled, *(e.plural for e in entities())]
    found = (place_at(word) for word in dict.fromkeys(words))
    return [p for p in found if p is not None and p.may(actor, "view")]


def claims(word: str, page: str) -> Callable[[Claim], Claim]:
    """A handmade page takes the place of the derived one: `@claims("accounts", "detail")`."""

    def take(view: Claim) -> Claim:
        _claims[word, page] = view
        return view

    return take


def claimed(word: str, page: str) -> Claim | None:
    return _claims.get((word, page))

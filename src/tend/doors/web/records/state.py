"""What a list shows, as its address says it: filter, search words, order, columns, groups, totals, view and page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from tend.doors.web.records.places import Place
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing
from tend.kernel.query import parse_text
from tend.kernel.query.tree import All, Node, as_json, read_tree

ALL = "all"  # the view that everybody has: every record
SHAPES = ("shape", "by")  # how records are drawn; a view may say it, else it stays as it is
CARRIED = "in"  # a record's page carries the address of the list it was opened from


@dataclass(frozen=True)
class State:
    """The address of one list, apart from its path."""

    filter: str = ""
    q: str = ""
    sort: str = ""
    columns: str = ""
    group: str = ""
    open: str = ""  # the group whose rows are shown
    totals: str = ""
    view: str = ""
    cursor: str = ""
    shape: str = ""  # rows, a board or a tree
    by: str = ""  # the field of a board
    wait: str = ""  # what takes long comes with the page, not after it; never part of a further address
    is_bare: bool = False  # the address said nothing at all
    is_only_view: bool = False  # it named a view and nothing that differs from it

    @classmethod
    def of(cls, given: Mapping[str, str]) -> State:
        said = {name: str(given[name])[:4000] for name in cls.names() if name in given}
        only_view = "view" in said and set(said) <= {"view", "cursor", "wait", *SHAPES}
        return cls(**said, is_bare=not given, is_only_view=only_view)

    @classmethod
    def names(cls) -> list[str]:
        """The words of an address."""
        return list(NAMES)

    @classmethod
    def carried(cls, text: str) -> State:
        """The list's address as a record's page carries it."""
        return cls.of(dict(parse_qsl(text[:4000])))

    def query(self, **changes: str) -> str:
        """The address part with some of it changed; a change of anything but the page goes back to the first page."""
        said = {**self.__dict__, "cursor": "", "wait": "", **changes}
        # With a view a blank filter is said as well: it is no longer the view's own.
        return "&".join([_said(n, said[n]) for n in NAMES if said[n] or (n == "filter" and said["view"])])

    def url(self, place: Place, **changes: str) -> str:
        query = self.query(**changes)
        return f"{place.url}?{query}" if query else place.url

    def node(self, place: Place) -> Node:
        """The typed filter as a tree. Refused when it cannot be read."""
        text = self.filter.strip()
        if not text:
            return read_tree(None)
        if text.startswith("{"):
            try:
                return read_tree(orjson.loads(text))
            except orjson.JSONDecodeError:
                raise Refused("The filter is no JSON.", field="filter", code="filter") from None
        return read_tree(parse_text(place.entity, text))


NAMES = tuple(name for name in State.__dataclass_fields__ if not name.startswith("is_"))


@lru_cache(maxsize=4096)
def _said(name: str, value: str) -> str:
    """One word of an address; a page of a list says the same filter and order half a hundred times."""
    return urlencode({name: value})


def whole_filter(place: Place, node: Node) -> dict[str, Any] | None:
    """The filter with what always holds at this place."""
    parts = [p for p in (read_tree(place.within) if place.within else None, node) if p is not None and p != All(())]
    return as_json(All(tuple(parts))) if parts else None


def listing(
    place: Place, actor: Actor, state: State, *, columns: Any = None, node: Node | None = None, **more: Any
) -> Listing:
    """The list that an address means, for one actor."""
    found = state.node(place) if node is None else node
    return Listing(
        place.entity, actor, filter=whole_filter(place, found), sort=state.sort, columns=columns, cursor=state.cursor or None,
        words=state.q, **more,
    )  # fmt: skip


def narrowed(place: Place, actor: Actor, rows: Any) -> Any:
    """Rows of the record type that belong to this place."""
    from tend.kernel.query import compile_filter

    return rows.filter(compile_filter(place.entity, actor, place.within)) if place.within else rows

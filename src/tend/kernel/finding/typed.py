"""What somebody typed into the search, taken apart: words to look for, narrowing words (city:Odessa, rooms>30), record types.

Which narrowing words mean something depends on the record type and on what the person may read; that is `meant`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.query import compile_filter, parse_text
from tend.kernel.query.tree import All, AnyOf, Node, conditions, read_tree
from tend.kernel.query.words import field_named
from tend.kernel.traits.characteristics import definitions

LONGEST = 300
MOST_TERMS = 6
TYPE_WORDS = ("type", "in")
_TERM = re.compile(
    r"(?<!\S)(?P<not>-?)(?P<name>[^\W\d_][\w.-]*?)(?P<sign>!:|!=|\+:|<=|>=|:|=|<|>|~|\^)"
    r'(?P<value>(?:"(?:[^"\\]|\\.)*"|[^\s",]+)(?:,(?:"(?:[^"\\]|\\.)*"|[^\s",]+))*)(?!\S)'
)
_ADDRESS = ("http", "https", "mailto", "tel", "ftp")  # of a page or a mailbox: a text to look for, no field


@dataclass(frozen=True)
class Term:
    """One narrowing word as it was typed: `rooms>30`."""

    text: str
    name: str
    sign: str
    value: str
    is_not: bool = False


@dataclass(frozen=True)
class Typed:
    """A search as it was typed. `types` are the words behind `type:`; doors know which lists these are."""

    words: str
    terms: tuple[Term, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.words and not self.terms

    @property
    def text(self) -> str:
        """The search as it would be typed."""
        kept = [f"type:{t}" if " " not in t else f'type:"{t}"' for t in self.types]
        return " ".join([self.words, *(t.text for t in self.terms), *kept]).strip()

    def plain(self) -> Typed:
        """The same with every narrowing word taken as a text to look for, as when no list knows its field."""
        return Typed(" ".join([self.words, *(t.text for t in self.terms)]).strip(), (), self.types)


@dataclass
class Meant:
    """What the narrowing words mean on one record type: the condition, and the fields that it asks, for explaining hits."""

    node: Node
    fields: list[str] = field(default_factory=list)


def read(text: str) -> Typed:
    """Take typed text apart. Text that only looks like a field (an address of a page) stays a word."""
    text = text[:LONGEST]
    terms: list[Term] = []
    types: list[str] = []

    def take(found: re.Match[str]) -> str:
        name, value = found["name"], found["value"]
        if name.lower() in _ADDRESS or value.startswith("//") or len(terms) >= MOST_TERMS:
            return found[0]
        if name.lower() in TYPE_WORDS and found["sign"] == ":" and not found["not"]:
            types.extend(v.strip('"').casefold() for v in value.split(",") if v.strip('"'))
        else:
            terms.append(Term(found[0], name, found["sign"], value, bool(found["not"])))
        return " "

    words = _TERM.sub(take, text)
    return Typed(" ".join(words.split()), tuple(terms), tuple(dict.fromkeys(types)))


def meant(entity: Entity, actor: Actor, typed: Typed, refusals: list[Refused] | None = None) -> Meant | None:
    """The condition of the narrowing words on one record type, None when it knows one of them not.

    `rooms=40` is a characteristic or what a remark says, whichever there is. A value that its field refuses (“many” for a
    number) is told in `refusals`; a field that is hidden from the actor is one that is not there.
    """
    parts: list[Node] = []
    fields: list[str] = []
    for term in typed.terms:
        ways: list[Node] = []
        for name in _names(entity, actor, term):
            try:
                node = read_tree(parse_text(entity, f"{'-' if term.is_not else ''}{name}{term.sign}{term.value}"))
                compile_filter(entity, actor, node)
            except Refused as no:
                if refusals is not None and no.code not in ("unknown", "not_filterable", "filter"):
                    refusals.append(no)
                continue
            ways.append(node)
            fields += [c.field for c in conditions(node)]
        if not ways:
            return None
        parts.append(ways[0] if len(ways) == 1 else (All if _denies(term) else AnyOf)(tuple(ways)))
    return Meant(All(tuple(parts)), list(dict.fromkeys(fields)))


def _denies(term: Term) -> bool:
    """ "Not forty rooms" holds where no way says forty."""
    return term.is_not != term.sign.startswith("!")


def _names(entity: Entity, actor: Actor, term: Term) -> list[str]:
    """The fields that the typed name may stand for on this record type."""
    name = term.name
    if name.lower() in ("has", "no") and term.sign == ":":
        return [name]
    known = field_named(entity, name)
    if known:
        return [known]
    key = name.lower()
    found = []
    if "characteristics" in entity.traits:
        found += [
            f"characteristics.{d.key}"
            for d in definitions(entity.code)
            if d.is_filterable and key in (d.key.lower(), d.name.lower().replace(" ", "_"))
        ]
    if "remarks" in entity.traits and term.sign != "+:":
        found.append(f"remarks.{key}")
    return found


def in_filter(node: Node, more: Any) -> Any:
    """Two filters as one, both of which must hold; None stands for everything."""
    parts = (*_flat(node), *_flat(read_tree(more)))
    return All(parts) if parts else None


def _flat(node: Node) -> tuple[Node, ...]:
    """What a filter asks, one condition beside another."""
    return tuple(p for part in node.parts for p in _flat(part)) if isinstance(node, All) else (node,)

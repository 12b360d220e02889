"""The short text form of a filter, for people and URLs: `status:Open tag:vip city:Odesa stage=mature next<today`.

word            the name contains it                 "two words"     the same, as a phrase
field:value     is (any of a,b with commas)          field!:value    is not
field~value     contains                             field^value     begins with (also field:value*)
field<value     <= > >= likewise                     field:a..b      from a to b
field+:a,b      all of                               has:f  no:f     filled, empty
key=value       what a remark says, or a field       -x              not x
x y             both                                 x or y, (…)     either, grouping
#7              the record with that id, where a link is meant
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.actor import Actor, system
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.query.targets import find_target
from tend.kernel.query.tree import DEEPEST, All, AnyOf, Condition, Node, Not, as_json, read_tree
from tend.kernel.query.words import field_named, short_name

LONGEST = 4000
_FIELD = re.compile(r"(?P<name>[^\W\d_][\w.-]*?)(?P<op>!:|!=|\+:|<=|>=|:|=|<|>|~|\^)")
_BARE = re.compile(r'[^\s()",]+')
_OPS = {":": "is", "!:": "is_not", "!=": "is_not", "=": "is", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "~": "contains", "^": "starts_with", "+:": "all_of"}  # fmt: skip
_SIGNS = {"is": ":", "is_not": "!:", "in": ":", "not_in": "!:", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "contains": "~", "starts_with": "^", "all_of": "+:", "between": ":"}  # fmt: skip
_PRESENCE = {"has": "filled", "no": "empty"}


def parse_text(entity: Entity, text: str) -> dict[str, Any]:
    """The filter (JSON) that a typed text says on this record type. Refused with the place where it cannot be read."""
    if len(text) > LONGEST:
        raise _unread(text, LONGEST)
    reader = _Text(entity, text)
    node = reader.either(0)
    reader.skip()
    if reader.at < len(text):
        raise _unread(text, reader.at)
    tree = as_json(node)
    read_tree(tree)  # the same bounds as for every filter
    return tree


def _unread(text: str, at: int) -> Refused:
    return Refused(
        _("The filter cannot be read from “%(rest)s” on.") % {"rest": text[at : at + 30] or text[-10:]},
        field="filter",
        code="filter",
    )


class _Quoted(str):
    """A value that stood in quotes: it is never a pattern, a range or an id."""

    __slots__ = ()


class _Text:
    def __init__(self, entity: Entity, text: str) -> None:
        self.entity = entity
        self.text = text
        self.at = 0

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def either(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise _unread(self.text, self.at)
        parts = [self.both(depth)]
        while self._take_or():
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _take_or(self) -> bool:
        self.skip()
        found = re.compile(r"or(?=[\s(])", re.IGNORECASE).match(self.text, self.at)
        if found:
            self.at = found.end()
        return bool(found)

    def both(self, depth: int) -> Node:
        parts: list[Node] = []
        while True:
            self.skip()
            start = self.at
            if self.at >= len(self.text) or self.text[self.at] == ")":
                break
            if self._take_or():
                self.at = start
                break
            parts.append(self.term(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def term(self, depth: int) -> Node:
        char = self.text[self.at]
        if char == "-" and self.at + 1 < len(self.text) and not self.text[self.at + 1].isspace():
            self.at += 1
            if depth > DEEPEST:
                raise _unread(self.text, self.at)
            return Not(self.term(depth + 1))
        if char == "(":
            self.at += 1
            inner = self.either(depth + 1)
            self.skip()
            if self.at >= len(self.text) or self.text[self.at] != ")":
                raise _unread(self.text, self.at)
            self.at += 1
            return inner
        found = _FIELD.match(self.text, self.at)
        if found:
            self.at = found.end()
            return self.condition(found["name"], found["op"])
        return Condition(self.entity.title, "contains", str(self.value()))

    def condition(self, name: str, sign: str) -> Node:
        start = self.at
        values = [self.value()]
        while self.at < len(self.text) and self.text[self.at] == ",":
            self.at += 1
            values.append(self.value())
        if sign == ":" and name.lower() in _PRESENCE and name not in self.entity.by_name and len(values) == 1:
            return Condition(self._field(str(values[0]), ":"), _PRESENCE[name.lower()])
        field, op = self._field(name, sign), _OPS[sign]
        if op not in ("is", "is_not", "all_of") and len(values) > 1:
            raise _unread(self.text, start)
        if op == "all_of":
            return Condition(field, op, [_value(v) for v in values])
        if len(values) > 1:
            return Condition(field, "in" if op == "is" else "not_in", [_value(v) for v in values])
        only = values[0]
        if op == "is" and self.text[self.at : self.at + 2] == "..":
            self.at += 2
            return Condition(field, "between", [_value(only), _value(self.value())])
        if op == "is" and not isinstance(only, _Quoted):
            low, dots, high = only.partition("..")
            if dots and low and not high and self.text[self.at : self.at + 1] == '"':
                return Condition(field, "between", [low, _value(self.value())])
            if dots and low and high:
                return Condition(field, "between", [low, high])
            if len(only) > 1 and only.endswith("*"):
                return Condition(field, "starts_with", only[:-1])
        return Condition(field, op, _value(only))

    def _field(self, name: str, sign: str) -> str:
        known = field_named(self.entity, name)
        if not known and sign in ("=", "!="):
            return f"remarks.{name.lower()}"
        return known or name

    def value(self) -> str:
        if self.at < len(self.text) and self.text[self.at] == '"':
            return self._quoted()
        found = _BARE.match(self.text, self.at)
        if not found:
            raise _unread(self.text, self.at)
        self.at = found.end()
        return found[0]

    def _quoted(self) -> str:
        start = self.at
        letters: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == '"':
                return _Quoted("".join(letters))
            if char == "\\" and self.at < len(self.text):
                char = self.text[self.at]
                self.at += 1
            letters.append(char)
        raise _unread(self.text, start)


def _value(said: str) -> Any:
    if not isinstance(said, _Quoted) and re.fullmatch(r"#\d{1,18}", said):
        return {"id": int(said[1:])}
    return str(said)


# --- writing ------------------------------------------------------------------------------------------------------------
def to_text(entity: Entity, tree: Any, actor: Actor | None = None) -> str:
    """The text form of a filter. With an actor the ids of links are written as the names that he sees."""
    return _Writer(entity, actor).top(read_tree(tree))


class _Writer:
    def __init__(self, entity: Entity, actor: Actor | None) -> None:
        self.entity = entity
        self.actor = actor

    def top(self, node: Node) -> str:
        if isinstance(node, All):
            return " ".join(self.inside(p) for p in node.parts)
        if isinstance(node, AnyOf) and len(node.parts) > 1:
            return " or ".join(self.top(p) if isinstance(p, All) and p.parts else self.inside(p) for p in node.parts)
        return self.inside(node)

    def inside(self, node: Node) -> str:
        if isinstance(node, Condition):
            return self.condition(node)
        if isinstance(node, Not):
            return "-" + self.inside(node.part)
        if isinstance(node, AnyOf) and not node.parts:
            return "-()"
        if len(node.parts) == 1:
            return self.inside(node.parts[0])
        return f"({self.top(node)})"

    def condition(self, condition: Condition) -> str:
        op = {"any_of": "in", "none_of": "not_in"}.get(condition.op, condition.op)
        name = short_name(self.entity, condition.field)
        if op in ("empty", "filled"):
            return f"{'no' if op == 'empty' else 'has'}:{name}"
        if op == "contains" and condition.field == self.entity.title:
            return _quote(str(condition.value), bare=True)
        if op not in _SIGNS:  # a relative date written as the operator
            op, condition = "is", Condition(condition.field, "is", condition.op)
        if name.startswith("remarks.") and op in ("is", "is_not") and not field_named(self.entity, key := name[8:]):
            return f"{key}{'=' if op == 'is' else '!='}{self.value(condition, condition.value)}"
        values = condition.value if isinstance(condition.value, list) else [condition.value]
        joiner = ".." if op == "between" else ","
        return f"{name}{_SIGNS[op]}{joiner.join(self.value(condition, v) for v in values)}"

    def value(self, condition: Condition, value: Any) -> str:
        if isinstance(value, Mapping) and value.get("id") is None:
            value = value.get("name")
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Mapping) or (isinstance(value, int) and self._is_link(condition.field)):
            pk = int(value["id"] if isinstance(value, Mapping) else value)
            return self._name(condition.field, pk) or f"#{pk}"
        return _quote(str(value))

    def _is_link(self, name: str) -> bool:
        if name.startswith(("characteristics.", "remarks.")):
            return False
        try:
            return find_target(self.entity, system("writing a filter down"), name).kind in ("link", "links")
        except Refused:
            return False

    def _name(self, name: str, pk: int) -> str:
        from tend.kernel.reading import Reader

        if self.actor is None:
            return ""
        try:
            target = find_target(self.entity, self.actor, name)
        except Refused:
            return ""
        if target.field.to is None:
            return ""
        known = Reader(target.entity, self.actor, ()).linked(target.field, [pk]).get(pk)
        if known is None or not known.name:
            return ""
        from tend.kernel import clock
        from tend.kernel.query.typed import Values

        try:
            unique = Values(self.actor, clock.now()).link(target, known.name) == [pk]
        except Refused:
            return ""
        return _quote(known.name) if unique else ""


def _quote(value: str, *, bare: bool = False) -> str:
    plain = (
        re.fullmatch(r"[^\s()\",\\]+", value)
        and ".." not in value
        and not value.endswith("*")
        and not value.startswith("#")
    )
    if bare:
        plain = plain and not value.startswith("-") and value.lower() != "or" and not _FIELD.match(value)
    return value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

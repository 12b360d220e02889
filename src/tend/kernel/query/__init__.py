"""The one filter language: a small JSON tree or a short text, compiled into a condition within one actor's sight."""

from tend.kernel.query.compiler import compile_filter
from tend.kernel.query.offered import Offer, offered_fields, tidy
from tend.kernel.query.relations import Relation, relate
from tend.kernel.query.targets import find_target, names_of
from tend.kernel.query.text import parse_text, to_text
from tend.kernel.query.tree import read_tree
from tend.kernel.query.words import book_field_named, field_named

__all__ = [
    "Offer",
    "Relation",
    "book_field_named",
    "compile_filter",
    "field_named",
    "find_target",
    "names_of",
    "offered_fields",
    "parse_text",
    "read_tree",
    "relate",
    "tidy",
    "to_text",
]

"""One folding of text in both databases, so that "odesa" finds "ОДЕСА" and "São" finds "sao" on either.

SQLite's LIKE knows only ASCII letters and PostgreSQL's depends on the server's locale, so both get a function of ours:
SQLite the very function of base/names, PostgreSQL its equal in SQL (a migration makes it).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import BooleanField, Func, TextField, Value

from tend.base.names import normalise

NAME = "tend_fold"


def _fold(text: str | None) -> str | None:
    return None if text is None else normalise(text)


class Folded(Func):
    """A text column without case, accents and doubled spaces."""

    function = NAME
    arity = 1
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The function lives in the connection: it is registered with the first statement that needs it."""
        connection.ensure_connection()
        raw = connection.connection
        if getattr(connection, "_tend_folds", None) is not raw:
            raw.create_function(NAME, 1, _fold, deterministic=True)
            connection._tend_folds = raw
        return self.as_sql(compiler, connection, **context)


class _Like(Func):
    output_field = BooleanField()
    conditional = True
    template = "%(expressions)s"
    arg_joiner = " LIKE "

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        sql, params = super().as_sql(compiler, connection, **context)
        return f"({sql} ESCAPE '!')", params


def contains(column: str, text: str) -> models.Q:
    """The column's folded text holds the folded text given; false for NULL, so that its negation is true."""
    return models.Q(**{f"{column}__isnull": False}) & models.Q(_Like(Folded(column), Value(f"%{_plain(text)}%")))


def starts_with(column: str, text: str) -> models.Q:
    """The column's folded text begins with the folded text given."""
    return models.Q(**{f"{column}__isnull": False}) & models.Q(_Like(Folded(column), Value(f"{_plain(text)}%")))


def _plain(text: str) -> str:
    folded = normalise(text)
    return folded.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def spellings(text: str) -> list[str]:
    """A word as typed and in the usual casings: equality stays a walk of an index and forgives "odesa" and "ODESA"."""
    words = text.split(" ")
    capitalised = " ".join(w[:1].upper() + w[1:].lower() for w in words)
    first = text[:1].upper() + text[1:].lower()
    return list(dict.fromkeys((text, text.lower(), text.upper(), capitalised, first)))

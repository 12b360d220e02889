"""The viewer at every door: questions are gathered first, asked in one world and then in the other, each write taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from tend.doors.web import counts
from tend.kernel.entity import Entity, entity_by_plural
from tend.people.access import actor_for, forget_actors
from tests.contract.two_worlds.office import Office, Unseen

LONG = 1_000_000_000.0  # seconds: what a page shows of the navigation's counts hangs on how long the questions take
Answers = dict[str, bytes]
PLURALS = ("accounts", "contacts", "activities")
CSRF = re.compile(rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[A-Za-z0-9]+')
ACT = re.compile(rb"/undo/\d+")
GIVEN = re.compile(
    rb'"undo": ?"\d+"|"operation": ?\d+|"id":\d+(?=,"kind")|"made":\{"type":"[a-z-]+","id":\d+'
)  # what a write is called, the operation that it became, and what it made
NUMBERED = re.compile(  # operations have ids of their own; the list of what one made names it in its filter
    rb'(operations?/|operation-|data-row="|made_by%22%2C\+%22op%22%3A\+%22is%22%2C\+%22value%22%3A\+)(\d+)'
)
NAMED = re.compile(rb'(ETag: "|view=)(\d+)(-[0-9a-f]+)?')  # the ETag of a new record holds its id and number
TOLD = ("ETag", "Location", "HX-Trigger", "HX-Redirect", "Content-Type", "Link", "Content-Disposition", "Refresh")


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside leaves no trace in the database."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


class Asker:
    """One viewer and what he asks; `asked` are the doors he stood at, as (method, path)."""

    def __init__(self, office: Office, unseen: Unseen, client: Client) -> None:
        self.office, self.unseen, self.client = office, unseen, client
        self.questions: dict[str, Callable[[], bytes]] = {}
        self.asked: set[tuple[str, str]] = set()
        self.actor = actor_for(office.viewer)
        latest = (
            max((r.pk for r in rows), default=0) for rows in (office.accounts, office.contacts, office.activities)
        )
        self.top = min(pk for pk in latest if pk)
        self.latest = max((*office.operations, *unseen.operations))

    def ask(self, only: int | None = None, lot: int = 0) -> Answers:
        """The answers to all questions, or to some drawn by lot (equally in both worlds)."""
        cache.clear()
        forget_actors()
        names = list(self.questions)
        chosen = names if only is None else Random(lot).sample(names, min(only, len(names)))
        with patch.multiple(counts, FRESH=LONG, SHOWN=LONG, SIZES=LONG):
            return {name: self.questions[name]() for name in chosen}

    def get(self, path: str, **headers: str) -> None:
        self.asked.add(("GET", path))
        self.questions[f"GET {path}"] = lambda: said(self.client.get(path, headers=headers or None))

    def say(self, name: str, ask: Callable[[], Any]) -> None:
        """A question below the doors; its answer is compared as it prints."""
        self.questions[name] = lambda: repr(ask()).encode()

    def post(self, path: str, body: Any, *, method: str = "POST", **headers: str) -> None:
        data = json.dumps(body, default=str) if body is not None else ""
        self.asked.add((method, path))
        self.write(
            f"{method} {path} {body} {headers or ''}",
            lambda: self.client.generic(method, path, data, content_type="application/json", headers=headers or None),
        )

    def form(self, path: str, data: dict[str, Any], **headers: str) -> None:
        self.asked.add(("POST", path))
        self.write(f"POST {path} {data}", lambda: self.client.post(path, data, headers=headers or None))

    def write(self, name: str, ask: Callable[[], Any]) -> None:
        """A write, taken back afterwards. The ids and numbers that it gives are a named exception."""
        self.questions[name] = lambda: self.without_new_ids(lambda: said(ask()))

    def without_new_ids(self, ask: Callable[[], bytes]) -> bytes:
        """An answer in which the ids of what was made for it are alike; what was made is taken back."""
        # PostgreSQL's sequences do not come back with a rollback, so ids run ahead of the highest one that is stored.
        ahead = 1_000_000 if connection.vendor == "postgresql" else 1000
        with taken_back():
            answer = NAMED.sub(self._without_new, GIVEN.sub(b"WRITTEN", ask()))
        self.client.cookies.pop("theme", None)  # what it leaves in the browser, where the other world would find it
        head, _line, rest = answer.partition(b"\n")
        new = re.sub(rb"\d+", lambda m: b"NEW" if self.top < int(m[0]) < self.top + ahead else m[0], rest)
        return head + b"\n" + NUMBERED.sub(lambda m: m[1] + (m[2] if int(m[2]) <= self.latest else b"NEW"), new)

    def _without_new(self, found: re.Match[bytes]) -> bytes:
        is_new = found[1] == b"view=" or int(found[2]) > self.top
        return found[1] + (b"NEW" if is_new else found[2] + (found[3] or b""))


def said(response: Any) -> bytes:
    """An answer as bytes: status, telling headers, body; without the page's token against forged forms and names of writes."""
    if isinstance(response, bytes):  # several answers put together
        return response
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = "".join(f"{h}: {response[h]}\n" for h in TOLD if h in response).encode()
    return ACT.sub(b"/undo/ACT", CSRF.sub(rb"\1", f"{response.status_code}\n".encode() + told + body))


def entity_named(plural: str) -> Entity:
    found = entity_by_plural(plural)
    assert found is not None
    return found

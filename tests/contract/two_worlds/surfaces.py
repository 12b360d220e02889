"""Everything that one person can ask, as bytes: pages, API, lists, counts, search, refusals, exports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from tend.doors.web import counts
from tend.kernel.entity import Entity, entity_by_plural
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.exports import export
from tend.kernel.listing import Listing
from tend.kernel.notices import count_unread, notices_of
from tend.kernel.operations import operations_of
from tend.kernel.query.targets import names_of
from tend.kernel.search import search
from tend.kernel.views import views_for
from tend.people.access import actor_for, forget_actors
from tests.contract.two_worlds.office import CITIES, EMAILS, NAMES, PEOPLE, PHONES, TAGS, Office, Unseen

LONG = 1_000_000_000.0  # seconds: what a page shows of the navigation's counts hangs on how long the questions take
Answers = dict[str, bytes]
PLURALS = ("accounts", "contacts", "activities")
TYPED = (*NAMES, *PEOPLE, *CITIES, "mar", "lu", "so", PHONES[0], EMAILS[0], "A-1")
FAR = ("name", "owner", "tags", "email", "rooms", "done_at")  # the fields of related records that filters are tried on
CSRF = re.compile(rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[A-Za-z0-9]+')
ACT = re.compile(rb"/undo/\d+")
TOLD = ("ETag", "Location", "HX-Trigger", "HX-Redirect", "Content-Type", "Link")


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside leaves no trace in the database."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


class Asker:
    """The viewer in front of every surface. Questions are gathered first, so that some of them can be drawn by lot."""

    def __init__(self, office: Office, unseen: Unseen, client: Client) -> None:
        self.office, self.unseen, self.client = office, unseen, client
        self.questions: dict[str, Callable[[], bytes]] = {}
        self.actor = actor_for(office.viewer)
        latest = (
            max((r.pk for r in rows), default=0) for rows in (office.accounts, office.contacts, office.activities)
        )
        self.top = min(pk for pk in latest if pk)
        self.lists()
        self.pages()
        self.api()
        self.below()
        self.writes()

    def ask(self, only: int | None = None, lot: int = 0) -> Answers:
        """The answers to all questions, or to some drawn by lot (equally in both worlds)."""
        cache.clear()
        forget_actors()
        names = list(self.questions)
        chosen = names if only is None else Random(lot).sample(names, min(only, len(names)))
        with patch.multiple(counts, FRESH=LONG, SHOWN=LONG, SIZES=LONG):
            return {name: self.questions[name]() for name in chosen}

    # --- one question -----------------------------------------------------------------------------------------------
    def get(self, path: str, **headers: str) -> None:
        self.questions[f"GET {path}"] = lambda: said(self.client.get(path, headers=headers or None))

    def say(self, name: str, ask: Callable[[], Any]) -> None:
        self.questions[name] = lambda: repr(ask()).encode()

    def post(self, path: str, body: Any, *, method: str = "POST") -> None:
        data = json.dumps(body) if body is not None else ""
        self._write(
            f"{method} {path} {body}", lambda: self.client.generic(method, path, data, content_type="application/json")
        )

    def form(self, path: str, data: dict[str, str]) -> None:
        self._write(f"POST {path} {data}", lambda: self.client.post(path, data))

    def _write(self, name: str, ask: Callable[[], Any]) -> None:
        """A write, taken back afterwards. The ids and numbers that it gives are a named exception."""

        # PostgreSQL's sequences do not come back with a rollback, so ids run ahead of the highest one that is stored.
        ahead = 1_000_000 if connection.vendor == "postgresql" else 1000

        def run() -> bytes:
            with taken_back():
                answer = re.sub(rb'"undo": ?"\d+"|"id":\d+(?=,"kind")', b"WRITTEN", said(ask()))
            head, _line, rest = answer.partition(b"\n")
            return (
                head
                + b"\n"
                + re.sub(rb"\d+", lambda m: b"NEW" if self.top < int(m[0]) < self.top + ahead else m[0], rest)
            )

        self.questions[name] = run

    # --- pages ------------------------------------------------------------------------------------------------------
    def lists(self) -> None:
        for word in (*PLURALS, "leads"):
            entity = _entity("accounts" if word == "leads" else word)
            self.get(f"/{word}")
            self.get(f"/{word}/trash")
            self.get(f"/{word}/columns")
            self.get(f"/{word}/new?name={NAMES[0]}")
            self.get(f"/{word}?columns={','.join(f.name for f in entity.readable(self.actor))}")
            for sort in ("-parent", "owner", "planned_on", "account"):
                if sort.lstrip("-") in entity.by_name:
                    self.get(f"/{word}?sort={sort}")
            for typed in TYPED[:2]:
                self.get(f"/{word}?q={quote(typed)}")
        for text in (
            f"tag:{TAGS[0]}",
            "parent:Marisol",
            "relations:Marisol",
            "no:parent",
            "characteristics.rooms>1",
            "contacts.name:Lucia",
            "remarks.stage:mature",
        ):
            self.get(f"/accounts?filter={quote(text)}")
        for name in ("parent", "tags", "relations", "owner", "address.city"):
            self.get(f"/accounts/condition?field={name}")

    def pages(self) -> None:
        for path in (
            "/today",
            "/today?all",
            "/today/start",
            "/today/spread",
            "/calls/leads",
            "/calls/accounts",
            "/calls/new",
            "/coverage",
            "/coverage?by=category",
            "/coverage?plain",
            "/coverage/accounts",
            "/coverage/accounts?by=category&column=none",
            "/coverage/accounts?who=pool&column=out",
            f"/coverage/accounts?who={self.office.cast.stranger.pk}",
            "/coverage/silent",
            "/me",
            "/settings",
            "/operations",
            "/imports",
            "/accounts/duplicates",
            "/api/v1/accounts/duplicates",
            "/notices",
            "/notices?show=unread",
            "/counts",
        ):
            self.get(path)
        people = ("me", "everyone", "pool", str(self.office.cast.stranger.pk))
        for shown in ("scheduled", "overdue", "today", "missed", "done"):
            for who in people:
                self.get(f"/calls?show={shown}&who={who}")
        for status in (*(s.pk for s in self.office.words["statuses"]), "none"):
            self.get(f"/calls/accounts?status={status}")
        for typed in TYPED[::3]:
            self.get(f"/palette?q={quote(typed)}", accept="application/json")
        self.get("/palette?q=", accept="application/json")
        self.get(f"/search?q={NAMES[0]}")
        for plural in (*PLURALS, "users", "teams", "tags"):
            for typed in ("", "mar"):
                self.get(f"/pick/{plural}?q={typed}")
        for account in self.office.accounts:
            for tail in (
                "",
                "?show=talks",
                "?show=changes",
                "/edit",
                "/edit/parent",
                "/history",
                "/who",
                "/row",
                "/do/relate",
                "/do/unrelate",
                f"?in={quote('sort=name')}",
            ):
                self.get(f"/accounts/{account.pk}{tail}")
        for contact in self.office.contacts:
            for tail in ("", "/edit", "/edit/accounts", "/history", "/do/leave"):
                self.get(f"/contacts/{contact.pk}{tail}")
        for activity in self.office.activities:
            for path in (
                f"/activities/{activity.pk}",
                f"/activities/{activity.pk}/edit",
                f"/activities/{activity.pk}/history",
                f"/calls/{activity.pk}",
            ):
                self.get(path)
        for plural in PLURALS:
            for pk in self.unseen.ids[plural]:
                for tail in ("", "/edit", "/history", "/who", "/write", "/do/trash"):
                    self.get(f"/{plural}/{pk}{tail}")
        for pk in self.unseen.ids["accounts"]:
            self.get(f"/calls/new?account={pk}")
            self.get(f"/contacts/new?accounts={pk}")
            self.get(f"/activities/new?account={pk}")
            self.get(f"/accounts?filter={quote(json.dumps({'field': 'parent', 'op': 'is', 'value': pk}))}")
        for pk in self.unseen.ids["activities"]:
            self.get(f"/calls/{pk}")

    # --- API --------------------------------------------------------------------------------------------------------
    def api(self) -> None:
        for plural in (*PLURALS, "leads", "users", "teams", "tags", "operations", "views", "tokens", "changes"):
            self.get(
                f"/api/v1/{plural}" if plural in ("operations", "changes") else f"/api/v1/{plural}?count=true&limit=2"
            )
        for plural in PLURALS:
            entity = _entity(plural)
            self.get(f"/api/v1/{plural}?fields={','.join(f.name for f in entity.readable(self.actor))}")
            for typed in TYPED[:4]:
                self.get(f"/api/v1/{plural}?q={quote(typed)}")
            for pk in self.unseen.ids[plural]:
                self.get(f"/api/v1/{plural}/{pk}")
        for plural, records in (
            ("accounts", self.office.accounts),
            ("contacts", self.office.contacts),
            ("activities", self.office.activities),
        ):
            for record in records:
                self.get(f"/api/v1/{plural}/{record.pk}")
        self.get("/api/v1/accounts?include=contacts,addresses")
        self.get("/api/v1/notices")
        self.get("/api/v1/notices?unread=true&limit=1")
        for pk in self.unseen.operations:
            self.get(f"/api/v1/operations/{pk}")

    # --- below the doors --------------------------------------------------------------------------------------------
    def below(self) -> None:
        actor = self.actor
        for plural in PLURALS:
            entity = _entity(plural)
            for name in names_of(entity, actor):
                further = name not in entity.by_name
                if further and name.rpartition(".")[2] not in FAR:
                    continue
                for op, value in (
                    (("filled", None),)
                    if further
                    else (("filled", None), ("contains", "Mar"), ("is", NAMES[0]), ("none_of", [NAMES[3]]))
                ):
                    self._filter(entity, {"field": name, "op": op, "value": value})
            for field in entity.readable(actor):
                self._order(entity, field.name)
            self.say(f"views of {plural}", lambda entity=entity: [(v.name, v.filter) for v in views_for(actor, entity)])
            for kind in ("csv", "jsonl"):
                self.say(f"{plural} as {kind}", lambda entity=entity, kind=kind: _exported(entity, actor, kind))
        for typed in TYPED:
            self.say(
                f"search {typed}",
                lambda typed=typed: [
                    (h.entity.code, h.record_id, h.title, h.why, h.rank) for h in search(actor, typed)
                ],
            )
        self.say("notices", lambda: notices_of(actor))
        self.say("unread", lambda: count_unread(actor))
        self.say("operations", lambda: list(operations_of(actor).order_by("pk").values_list("pk", "kind")))

    def _filter(self, entity: Entity, tree: dict[str, Any]) -> None:
        self.say(f"{entity.plural} where {tree['field']} {tree['op']}", lambda: _ids(entity, self.actor, tree))

    def _order(self, entity: Entity, name: str) -> None:
        self.say(f"{entity.plural} by {name}", lambda: _sorted(entity, self.actor, name))
        self.say(f"{entity.plural} facet {name}", lambda: _facet(entity, self.actor, name))

    # --- writes, each taken back ------------------------------------------------------------------------------------
    def writes(self) -> None:
        own = self.office.accounts[0].pk
        kind = self.office.words["kinds"][0].pk
        for name in dict.fromkeys((*self.unseen.names, "Nobody's name")):
            self.post("/api/v1/accounts", {"name": name, "phone": PHONES[0], "email": EMAILS[0], "external_ref": "A-1"})
            self.form("/accounts/new", {"name": name})
            self.post(f"/api/v1/accounts/{own}", {"parent": name}, method="PATCH")
        for pk in self.unseen.ids["accounts"]:
            self.post(f"/api/v1/accounts/{own}", {"parent": pk}, method="PATCH")
            self.post(f"/api/v1/accounts/{own}/relate", {"to": pk, "kind": kind})
            self.post(f"/api/v1/accounts/{own}/unrelate", {"to": pk, "kind": kind})
            self.post("/api/v1/activities", {"account": pk, "subject": "x"})
            self.post("/api/v1/contacts", {"last_name": "Vega", "accounts": [pk]})
            self.post("/api/v1/accounts/bulk", {"verb": "archive", "ids": [own, pk]})
            for contact in self.office.contacts[:1]:
                self.post(f"/api/v1/contacts/{contact.pk}/join", {"account": pk})
                self.post(f"/api/v1/contacts/{contact.pk}/leave", {"account": pk})
            self.form(f"/accounts/{own}/edit", {"name": "New", "parent": str(pk)})
            self.form(f"/accounts/{own}/do/relate", {"to": str(pk), "kind": str(kind)})
        for plural in PLURALS:
            for pk in self.unseen.ids[plural]:
                self.post(f"/api/v1/{plural}/{pk}", {"name": "x"}, method="PATCH")
                self.post(f"/api/v1/{plural}/{pk}", None, method="DELETE")
                self.post(f"/api/v1/{plural}/{pk}/trash", {})
                self.form(f"/{plural}/{pk}/do/trash", {})
                self.form(f"/{plural}/{pk}/edit", {"name": "x"})
        for act in self.unseen.acts:
            self.post(f"/api/v1/undo/{act}", {})
            self.form(f"/undo/{act}", {})
        for pk in self.unseen.operations:
            self.post(f"/api/v1/operations/{pk}/undo", {})
            self.form(f"/undo/operation/{pk}", {})
        self.post(f"/api/v1/accounts/{own}", {"name": "Renamed"}, method="PATCH")
        self.post("/api/v1/notices/read", {})
        self.form("/notices/read", {})


def said(response: Any) -> bytes:
    """An answer as bytes: status, telling headers, body; without the page's token against forged forms and names of writes."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = "".join(f"{h}: {response[h]}\n" for h in TOLD if h in response).encode()
    return ACT.sub(b"/undo/ACT", CSRF.sub(rb"\1", f"{response.status_code}\n".encode() + told + body))


def _entity(plural: str) -> Entity:
    found = entity_by_plural(plural)
    assert found is not None
    return found


def _ids(entity: Entity, actor: Any, tree: Any) -> Any:
    try:
        return Listing(entity, actor, filter=tree).ids(100)
    except Refused as no:
        return no.message


def _sorted(entity: Entity, actor: Any, sort: str) -> Any:
    try:
        page = Listing(entity, actor, sort=sort, limit=3).page()
    except Refused as no:
        return no.message
    return [r.pk for r in page.records], page.next_cursor


def _facet(entity: Entity, actor: Any, name: str) -> Any:
    try:
        return [(str(value), n) for value, n in Listing(entity, actor).facet(name)]
    except Refused as no:
        return no.message


def _exported(entity: Entity, actor: Any, kind: str) -> Any:
    try:
        return b"".join(export(entity, actor, kind))
    except NotAllowed:
        return "not allowed"

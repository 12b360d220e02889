"""What a viewer's program asks over the API, and his writes at pages and API about what he sees and what he does not."""

from __future__ import annotations

from urllib.parse import quote

from tests.contract.two_worlds.asking import PLURALS, Asker, entity_named
from tests.contract.two_worlds.office import EMAILS, PHONES
from tests.contract.two_worlds.pages import TYPED


def api(asker: Asker) -> None:
    for plural in (*PLURALS, "leads", "users", "teams", "tags", "operations", "views", "tokens", "changes"):
        asker.get(
            f"/api/v1/{plural}" if plural in ("operations", "changes") else f"/api/v1/{plural}?count=true&limit=2"
        )
    for plural in PLURALS:
        entity = entity_named(plural)
        asker.get(f"/api/v1/{plural}?fields={','.join(f.name for f in entity.readable(asker.actor))}")
        for typed in TYPED[:4]:
            asker.get(f"/api/v1/{plural}?q={quote(typed)}")
        for pk in asker.unseen.ids[plural]:
            asker.get(f"/api/v1/{plural}/{pk}")
    for plural, records in (
        ("accounts", asker.office.accounts),
        ("contacts", asker.office.contacts),
        ("activities", asker.office.activities),
    ):
        for record in records:
            asker.get(f"/api/v1/{plural}/{record.pk}")
    asker.get("/api/v1/accounts?include=contacts,addresses")
    for asked in ("since=now", "limit=500", "type=accounts,contacts&limit=2", "since=1&limit=3"):
        asker.get(f"/api/v1/changes?{asked}")
    for typed in TYPED:
        asker.get(f"/api/v1/search?q={quote(typed)}")
        asker.get(f"/api/v1/search?q={quote(typed)}&type=accounts&limit=1")
    asker.get("/api/v1/security-log")
    asker.get("/api/v1/notices")
    asker.get("/api/v1/notices?unread=true&limit=1")
    for pk in asker.unseen.operations:
        asker.get(f"/api/v1/operations/{pk}")


def writes(asker: Asker) -> None:
    own = asker.office.accounts[0].pk
    kind = asker.office.words["kinds"][0].pk
    for name in dict.fromkeys((*asker.unseen.names, "Nobody's name")):
        asker.post("/api/v1/accounts", {"name": name, "phone": PHONES[0], "email": EMAILS[0], "external_ref": "A-1"})
        asker.form("/accounts/new", {"name": name})
        asker.post(f"/api/v1/accounts/{own}", {"parent": name}, method="PATCH")
    for pk in asker.unseen.ids["accounts"]:
        asker.post(f"/api/v1/accounts/{own}", {"parent": pk}, method="PATCH")
        asker.post(f"/api/v1/accounts/{own}/relate", {"to": pk, "kind": kind})
        asker.post(f"/api/v1/accounts/{own}/unrelate", {"to": pk, "kind": kind})
        asker.post("/api/v1/activities", {"account": pk, "subject": "x"})
        asker.post("/api/v1/contacts", {"last_name": "Vega", "accounts": [pk]})
        asker.post("/api/v1/accounts/bulk", {"verb": "archive", "ids": [own, pk]})
        for contact in asker.office.contacts[:1]:
            asker.post(f"/api/v1/contacts/{contact.pk}/join", {"account": pk})
            asker.post(f"/api/v1/contacts/{contact.pk}/leave", {"account": pk})
        asker.form(f"/accounts/{own}/edit", {"name": "New", "parent": str(pk)})
        asker.form(f"/accounts/{own}/do/relate", {"to": str(pk), "kind": str(kind)})
    for plural in PLURALS:
        for pk in asker.unseen.ids[plural]:
            asker.post(f"/api/v1/{plural}/{pk}", {"name": "x"}, method="PATCH")
            asker.post(f"/api/v1/{plural}/{pk}", None, method="DELETE")
            asker.post(f"/api/v1/{plural}/{pk}/trash", {})
            asker.form(f"/{plural}/{pk}/do/trash", {})
            asker.form(f"/{plural}/{pk}/edit", {"name": "x"})
    for act in asker.unseen.acts:
        asker.post(f"/api/v1/undo/{act}", {})
        asker.form(f"/undo/{act}", {})
    for pk in asker.unseen.operations:
        asker.post(f"/api/v1/operations/{pk}/undo", {})
        asker.form(f"/undo/operation/{pk}", {})
    asker.post(f"/api/v1/accounts/{own}", {"name": "Renamed"}, method="PATCH")
    for pk, (tag, mark) in asker.office.tags.items():  # what was read before the others wrote
        asker.get(f"/api/v1/accounts/{pk}", If_None_Match=tag)
        for method in ("PATCH", "DELETE"):
            asker.post(f"/api/v1/accounts/{pk}", {"name": "By its tag"}, method=method, If_Match=tag)
        asker.form(f"/accounts/{pk}/edit", {"version": mark, "name": "By its mark"})
        asker.form(f"/accounts/{pk}/edit/name", {"version": mark, "name": "In its cell"})
    asker.post("/api/v1/notices/read", {})
    asker.form("/notices/read", {})

"""The pages a viewer opens by hand: lists, records, Today, Calls, coverage, search, and records out of sight by their ids."""

from __future__ import annotations

import json
from urllib.parse import quote

from tests.contract.two_worlds.asking import PLURALS, Asker, entity_named
from tests.contract.two_worlds.office import CITIES, EMAILS, NAMES, PEOPLE, PHONES, TAGS

TYPED = (*NAMES, *PEOPLE, *CITIES, "mar", "lu", "so", PHONES[0], EMAILS[0], "A-1")


def lists(asker: Asker) -> None:
    for word in (*PLURALS, "leads"):
        entity = entity_named("accounts" if word == "leads" else word)
        asker.get(f"/{word}")
        asker.get(f"/{word}/trash")
        asker.get(f"/{word}/columns")
        asker.get(f"/{word}/new?name={NAMES[0]}")
        asker.get(f"/{word}/export?format=vcf")
        asker.get(f"/{word}?columns={','.join(f.name for f in entity.readable(asker.actor))}")
        for sort in ("-parent", "owner", "planned_on", "account"):
            if sort.lstrip("-") in entity.by_name:
                asker.get(f"/{word}?sort={sort}")
        for typed in TYPED[:2]:
            asker.get(f"/{word}?q={quote(typed)}")
    for by in ("owner", "category", "parent", "next_contact_on.month", "created_at.month"):
        for path in ("/accounts?", "/leads?open=none&", "/accounts/group?open=none&"):
            asker.get(f"{path}group={by}&totals=1&columns=owner,annual_revenue")
        asker.get(f"/api/v1/accounts?group_by={by}&totals=annual_revenue&limit=1")
    asker.get("/api/v1/accounts?group_by=next_contact_on.year&totals=characteristics.rooms&limit=1")
    for shape in ("", "&group=owner", "&shape=board&by=owner"):
        asker.get(f"/accounts/totals?totals=1&columns=annual_revenue{shape}", **{"HX-Request": "true"})
    asker.get("/accounts?shape=board&by=owner&totals=1&columns=annual_revenue")
    asker.get("/api/v1/accounts/board?by=owner&fields=id&totals=annual_revenue")
    dark = asker.office.firsts["views"]  # a shared view that asks for a record out of sight
    for path in (f"/accounts?view={dark}", f"/accounts/view?view={dark}", f"/views/{dark}", f"/views/{dark}/history"):
        asker.get(path)
    for deed in ("pin", "default", "unpin", "to-navigation"):
        asker.form("/leads/views", {"view": str(dark), "do": deed})
    for text in (
        f"tag:{TAGS[0]}",
        "parent:Marisol",
        "relations:Marisol",
        "no:parent",
        "characteristics.rooms>1",
        "contacts.name:Lucia",
        "remarks.stage:mature",
    ):
        asker.get(f"/accounts?filter={quote(text)}")
    for name in ("parent", "tags", "relations", "owner", "address.city"):
        asker.get(f"/accounts/condition?field={name}")


def shapes(asker: Asker) -> None:
    """Boards and the tree: what is counted, what stands at the top, and what may be moved where."""
    for word, fields in {
        "accounts": ("owner", "status", "lifecycle"),
        "contacts": ("owner",),
        "activities": ("responsible", "kind"),
    }.items():
        for by in fields:
            asker.get(f"/{word}?shape=board&by={by}")
            asker.get(f"/api/v1/{word}/board?by={by}&fields=id,{by}")
    stranger = asker.office.cast.stranger.pk
    for key in ("", str(stranger), "1"):
        asker.get(f"/accounts/board/column?shape=board&by=owner&key={key}")
    asker.get("/leads?shape=board&by=source")
    asker.get("/accounts?shape=board&by=status&q=mar")
    for more in ("", "&sort=-next_contact_on", f"&filter={quote(f'tag:{TAGS[0]}')}", "&q=mar"):
        asker.get(f"/accounts?shape=tree{more}")
    hidden = asker.unseen.ids["accounts"][:1]
    for pk in (*(a.pk for a in asker.office.accounts[:3]), *hidden):
        asker.get(f"/accounts/{pk}/below?shape=tree")
        asker.get(f"/accounts/{pk}/move?by=status")
    for account in asker.office.accounts[:2]:
        asker.form(f"/accounts/{account.pk}/move", {"by": "owner", "to": stranger})
        for to in ("", *hidden):
            asker.form(f"/accounts/{account.pk}/hang", {"to": to})


def pages(asker: Asker) -> None:
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
        f"/coverage/accounts?who={asker.office.cast.stranger.pk}",
        "/coverage/silent",
        "/me",
        "/settings",
        "/operations",
        "/imports",
        "/accounts/duplicates",
        "/api/v1/accounts/duplicates",
        "/contacts/duplicates",
        "/api/v1/contacts/duplicates",
        "/notices",
        "/notices?show=unread",
        "/counts",
    ):
        asker.get(path)
    people = ("me", "everyone", "pool", str(asker.office.cast.stranger.pk))
    for shown in ("scheduled", "overdue", "today", "missed", "done"):
        for who in people:
            asker.get(f"/calls?show={shown}&who={who}")
    for status in (*(s.pk for s in asker.office.words["statuses"]), "none"):
        asker.get(f"/calls/accounts?status={status}")
    for typed in TYPED[::3]:
        asker.get(f"/palette?q={quote(typed)}", accept="application/json")
    asker.get("/palette?q=", accept="application/json")
    searches(asker)
    for plural in (*PLURALS, "users", "teams", "tags"):
        for typed in ("", "mar"):
            asker.get(f"/pick/{plural}?q={typed}")
    for account in asker.office.accounts:
        for tail in (
            "",
            "?show=talks",
            "?show=talks&below=1",
            "?show=call",
            "?show=changes",
            "/edit",
            "/edit/parent",
            "/history",
            "/who",
            "/row",
            "/card.vcf",
            "/do/relate",
            "/do/unrelate",
            f"?in={quote('sort=name')}",
        ):
            asker.get(f"/accounts/{account.pk}{tail}")
        asker.get(f"/leads/{account.pk}/card.vcf")
    for contact in asker.office.contacts:
        for tail in (
            "",
            "?show=talks",
            "?show=changes",
            "/edit",
            "/edit/accounts",
            "/history",
            "/do/leave",
            "/card.vcf",
        ):
            asker.get(f"/contacts/{contact.pk}{tail}")
    hidden = asker.unseen.ids["accounts"][:1]
    for one, other in zip(asker.office.accounts, asker.office.accounts[1:], strict=False):
        for more in ("", f"&into={other.pk}", *(f"&of={pk}" for pk in hidden)):
            asker.get(f"/accounts/compare?of={one.pk}&of={other.pk}{more}")
        asker.form("/accounts/compare", {"into": other.pk, "of": [one.pk, other.pk]})
        asker.get(f"/accounts/{one.pk}/part")
    for one, other in zip(asker.office.contacts, asker.office.contacts[1:], strict=False):
        asker.get(f"/contacts/compare?of={one.pk}&of={other.pk}")
        asker.post(f"/api/v1/contacts/{one.pk}/merge", {"into": other.pk})
    for one in asker.office.contacts[:1]:
        for pk in asker.unseen.ids["contacts"][:2]:
            asker.get(f"/contacts/compare?of={one.pk}&of={pk}")
    for activity in asker.office.activities:
        for path in (
            f"/activities/{activity.pk}",
            f"/activities/{activity.pk}/edit",
            f"/activities/{activity.pk}/history",
            f"/calls/{activity.pk}",
        ):
            asker.get(path)
    for plural in PLURALS:
        for pk in asker.unseen.ids[plural]:
            for tail in ("", "/edit", "/history", "/who", "/do/trash"):
                asker.get(f"/{plural}/{pk}{tail}")
    for pk in asker.unseen.ids["accounts"]:
        asker.get(f"/calls/new?account={pk}")
        asker.get(f"/contacts/new?accounts={pk}")
        asker.get(f"/activities/new?account={pk}")
        asker.get(f"/accounts?filter={quote(json.dumps({'field': 'parent', 'op': 'is', 'value': pk}))}")
    for pk in asker.unseen.ids["activities"]:
        asker.get(f"/calls/{pk}")


def searches(asker: Asker) -> None:
    """The search of everything: narrowing words, slips, pages of hits, what a browser remembers, and what a verb asks."""
    slip = NAMES[0][:2] + "q" + NAMES[0][3:]
    for typed in (
        NAMES[0],
        f"city:{CITIES[0]}",
        f'tag:"{TAGS[0]}"',
        f"{NAMES[0]} {CITIES[-1]}",
        "rooms>1",
        "type:lead mar",
        slip,
    ):
        asker.get(f"/search?q={quote(typed)}")
        asker.get(f"/search?q={quote(typed)}&type=accounts")
    asker.get(f"/palette?q={quote(slip)}", accept="application/json")
    accounts = [a.pk for a in asker.office.accounts] + list(asker.unseen.ids["accounts"])
    asker.get(f"/palette?q=&recent={','.join(f'accounts/{pk}' for pk in accounts)}", accept="application/json")
    for pk in accounts[:2] + accounts[-2:]:
        asker.get(f"/palette?q=&from=/accounts/{pk}", accept="application/json")
        for verb in ("reassign", "set-status", "relate", "merge"):
            asker.get(f"/palette/ask?on=/accounts/{pk}&verb={verb}")
        for typed in ("", "mar"):
            asker.get(f"/palette/ask?on=/accounts/{pk}&verb=relate&option=to&q={typed}")
    asker.form("/palette/prefer", {"theme": "dark"})

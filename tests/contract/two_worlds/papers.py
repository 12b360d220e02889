"""Documents in both worlds: on records in sight, on records in the dark, on both, and with the same contents on either side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tend.domains.documents.commands import attach
from tend.domains.documents.entity import DOCUMENT
from tend.kernel.entity import entity_of
from tend.kernel.exports import export
from tend.kernel.files.models import StoredFile, StoredText
from tend.kernel.listing import Listing
from tend.kernel.search import renew
from tests.base.contents.papers import png
from tests.cast import BUILDER, make
from tests.domains.documents.stage import bring

if TYPE_CHECKING:
    from tests.contract.two_worlds.asking import Asker
    from tests.contract.two_worlds.office import Office

WORDS = b"Marisol takes the soap"


def in_sight(office: Office) -> list[Any]:
    """A file with its text read, a picture, a link, and one of the viewer's own that hangs on nothing."""
    first, last = office.accounts[0].pk, office.accounts[-1].pk
    people = [c.pk for c in office.contacts[:1]]
    found = [
        bring(
            BUILDER,
            WORDS,
            "Marisol.txt",
            accounts=[first],
            contacts=people,
            owner=office.viewer,
            valid_until="2026-11-20",
        ),
        bring(BUILDER, png(), "roof.png", accounts=[last], owner=office.viewer),
        make("documents", title="Handbook", url="https://papers.example/one", activities=[office.activities[0].pk]),
        make("documents", title="Mine", url="https://papers.example/two", owner=office.viewer),
    ]
    file = StoredFile.objects.get(sha256=found[0].sha256)
    StoredText.objects.create(file=file, text=WORDS.decode())
    StoredFile.objects.update(state=StoredFile.State.READ)
    renew(entity_of(type(found[0])), found[:1])
    return found


def in_the_dark(office: Office, hidden: list[Any], people: list[int]) -> list[int]:
    """Papers of others with the same words, one that the viewer owns and may not see, and ties of what he sees into the dark."""
    dark = [
        bring(BUILDER, WORDS, "Marisol.txt", accounts=[hidden[0].pk], owner=office.viewer, valid_until="2026-11-21"),
        make("documents", title="Marisol", url="https://papers.example/three", owner=office.cast.stranger),
    ]
    for document in office.documents[:3]:
        attach(BUILDER, document, account=hidden[-1])
    if people:
        from tend.domains.contacts.models import Contact

        attach(BUILDER, office.documents[1], contact=Contact.objects.as_system("test").get(pk=people[0]))
    return [d.pk for d in dark]


def pages(asker: Asker) -> None:
    for path in (
        "", "?sort=-valid_until", "?sort=owner", "?q=soap", "?q=marisol", f"?filter={quote('accounts:Marisol')}", "/trash",
        "?filter=" + quote('valid_until:"next 30 days"'), "?columns=title,accounts,contacts,activities,sha256", "/export?format=csv",
        "/columns", "/condition?field=accounts", "/new", f"/new?accounts={asker.unseen.ids['accounts'][0]}",
    ):  # fmt: skip
        asker.get(f"/documents{path}")
    for document in asker.office.documents[1:]:
        for tail in ("", "/history"):
            asker.get(f"/documents/{document.pk}{tail}")
    for pk in (asker.office.documents[0].pk, *asker.unseen.ids["documents"][:1]):
        for tail in (
            "",
            "/edit",
            "/history",
            "/row",
            "/version",
            "/file",
            "/picture",
            "/versions/1",
            "/versions/1/picture",
            "/do/attach",
        ):
            asker.get(f"/documents/{pk}{tail}")
        asker.form(f"/documents/{pk}/version", {"note": "x"})
        asker.form(f"/documents/{pk}/edit", {"title": "Marisol"})
        for kind, plural in (("account", "accounts"), ("contact", "contacts"), ("activity", "activities")):
            for other in asker.unseen.ids[plural][:1]:
                asker.form(f"/documents/{pk}/do/attach", {kind: str(other)})
                asker.form(f"/documents/{pk}/do/detach", {kind: str(other)})
    for word, seen in (("accounts", asker.office.accounts), ("contacts", asker.office.contacts), ("activities", asker.office.activities[:2])):  # fmt: skip
        for pk in (*(r.pk for r in seen[:2]), *asker.unseen.ids[word][:1]):
            asker.get(f"/documents/on/{word}/{pk}")
            asker.form(f"/documents/on/{word}/{pk}", {})
    asker.form("/documents/new", {"title": "x", "url": "https://papers.example/x", "accounts": str(asker.unseen.ids["accounts"][0])})  # fmt: skip
    asker.get("/pick/documents?q=mar")
    asker.get("/search?q=soap")


def api(asker: Asker) -> None:
    for path in (
        "?count=true",
        "?q=marisol",
        "?sort=-valid_until&limit=1",
        f"?fields={','.join(f.name for f in DOCUMENT.readable(asker.actor))}",
    ):
        asker.get(f"/api/v1/documents{path}")
    for pk in (*(d.pk for d in asker.office.documents[:2]), *asker.unseen.ids["documents"][:1]):
        for tail in ("", "/versions", "/file", "/file?version=1"):
            asker.get(f"/api/v1/documents/{pk}{tail}")
        asker.post(f"/api/v1/documents/{pk}/versions", None)
        asker.post(f"/api/v1/documents/{pk}/attach", {"account": asker.unseen.ids["accounts"][0]})
        asker.post(f"/api/v1/documents/{pk}/detach", {"account": asker.unseen.ids["accounts"][0]})
        asker.post(f"/api/v1/documents/{pk}", {"description": "x"}, method="PATCH")
    asker.post("/api/v1/documents/files", None)


def below(asker: Asker) -> None:
    actor = asker.actor
    for kind in ("csv", "jsonl"):
        asker.say(f"documents as {kind}", lambda kind=kind: _exported(actor, kind))
    for name in ("owner", "content", "category"):
        asker.say(
            f"documents by {name}", lambda name=name: [(str(v), n) for v, n in Listing(DOCUMENT, actor).facet(name)]
        )
    for plural, field in (
        ("accounts", "documents.title"),
        ("contacts", "documents.title"),
        ("activities", "documents.title"),
    ):
        from tests.contract.two_worlds.asking import entity_named

        tree = {"field": field, "op": "contains", "value": "Mar"}
        asker.say(
            f"{plural} by their documents",
            lambda plural=plural, tree=tree: Listing(entity_named(plural), actor, filter=tree).ids(100),
        )


def _exported(actor: Any, kind: str) -> Any:
    from tend.kernel.errors import NotAllowed

    try:
        return b"".join(export(DOCUMENT, actor, kind))
    except NotAllowed:
        return "not allowed"

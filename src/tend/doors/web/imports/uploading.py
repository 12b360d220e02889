"""The first two steps of an import: a file is brought, and how it is to be read is shown and changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from tend.base.dialects.dialect import DELIMITERS, ENCODINGS
from tend.doors.web.imports import steps
from tend.doors.web.imports.running import work
from tend.doors.web.imports.words import left_out_words, words_of
from tend.doors.web.pages import Request, after, page, show
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.imports.arriving import a_seat, ask_to_read
from tend.kernel.imports.files import discard, imports_of, read, read_with, rows_of, upload
from tend.kernel.imports.models import Import
from tend.kernel.imports.recipe import Recipe, recipes

SHOWN = 100  # imports in the list
PREVIEWED = 6  # rows


def offered(request: Request) -> list[Recipe]:
    """What this person may import; NotSeen when that is nothing."""
    found = [r for r in recipes() if r.may(request.actor)]
    if not found:
        raise NotSeen("imports")
    return found


@page("GET")
def imports(request: Request) -> HttpResponse:
    """My imports, newest first, each to be taken up where it was left."""
    offered(request)
    rows = [
        {
            "run": run,
            "title": steps.title_of(run.recipe),
            "url": steps.url_of(run),
            "step": steps.labels()[steps.place_of(run)],
        }
        for run in imports_of(request.actor)[:SHOWN]
    ]
    return show(request, "imports/list.html", {"rows": rows, "header_title": _("Imports")})


@page("GET", "POST")
def new(request: Request) -> HttpResponse:
    """Bring a file. A small one is read at once, a large one in the background; what it is follows from its bytes."""
    recipes_ = offered(request)
    chosen = request.POST.get("type") or request.GET.get("type") or recipes_[0].name
    recipe = next((r for r in recipes_ if r.name == chosen), recipes_[0])
    problem = ""
    if request.method == "POST":
        given = request.FILES.get("file")
        try:
            if given is None:
                raise Refused(_("Choose a file."), field="file")
            run = upload(request.actor, recipe.name, given.name or "", given.chunks())
            try:
                with a_seat(run) as at_once:
                    (read if at_once else ask_to_read)(request.actor, run)
            except Refused as no:
                if no.code not in ("no_header", "no_sheet", "unclosed_quote", "encoding", "too_wide", "long_cell"):
                    discard(run)
                    raise
            return after(request, steps.url_of(run, "read"))
        except Refused as no:
            problem = no.message
    types = [{"name": r.name, "words": words_of(r.name), "checked": r.name == recipe.name} for r in recipes_]
    context = {**steps.context(None, "upload", recipe.name), "types": types, "problem": problem}
    return show(request, "imports/upload.html", context, status=422 if problem else 200)


@page("GET")
def resume(request: Request, pk: int) -> HttpResponse:
    """Take an import up where it was left."""
    return HttpResponseRedirect(steps.url_of(steps.mine(request, pk)))


@page("GET", "POST")
def read_step(request: Request, pk: int) -> HttpResponse:
    """Show how the file was read, with its first rows; change it and read again."""
    run = steps.mine(request, pk)
    if run.operation_id:
        return HttpResponseRedirect(steps.url_of(run))
    problem = run.problem if run.state == Import.State.BROKEN else ""
    if request.method == "POST":
        try:
            _read_again(request, run)
            return after(request, steps.url_of(run, "read"))
        except Refused as no:
            problem = no.message
    context = {
        **steps.context(run, "read"),
        "problem": problem,
        "dialect": run.dialect,
        "work": work(run),
        **_choices(run),
        **_preview(run),
    }
    return show(request, "imports/read.html", context, status=422 if request.method == "POST" else 200)


@page("POST")
def forget(request: Request, pk: int) -> HttpResponse:
    """Forget an import that wrote nothing."""
    run = steps.mine(request, pk)
    discard(run)
    return after(request, "/imports", _("The file is deleted."))


def _read_again(request: Request, run: Import) -> None:
    given, dialect = request.POST, run.dialect
    changes = {
        name: given[name]
        for name in ("encoding", "delimiter", "sheet")
        if given.get(name) and given[name] != dialect.get(name)
    }
    if changes.get("delimiter"):
        changes["delimiter"] = {"tab": "\t"}.get(changes["delimiter"], changes["delimiter"])
        changes["kind"] = "tsv" if changes["delimiter"] == "\t" else "csv"
    said = given.get("header_row", "").strip()
    if said and not said.isdigit():
        raise Refused(_("The header row is a number: the line in which the names of the columns stand."))
    asked = int(said) if said and int(said) != dialect.get("header_row") else None
    header_row = asked if asked is not None or changes else dialect.get("header_row")
    with a_seat(run) as at_once:
        read_again = read_with if at_once else ask_to_read
        read_again(request.actor, run, header_row=header_row, **changes)


def _choices(run: Import) -> dict[str, Any]:
    dialect = run.dialect
    words = {",": _("comma ,"), ";": _("semicolon ;"), "\t": _("tab"), "|": _("bar |")}
    text = dialect.get("kind") in ("csv", "tsv", None)
    return {
        "encodings": [{"value": e, "selected": e == dialect.get("encoding")} for e in ENCODINGS] if text or dialect.get("kind") in ("jsonl", "vcf") else [],
        "delimiters": [
            {"value": "tab" if d == "\t" else d, "label": words[d], "selected": d == dialect.get("delimiter")} for d in DELIMITERS
        ] if text else [],
        "sheets": [{"value": s, "selected": s == dialect.get("sheet")} for s in dialect.get("sheets", ())],
        "has_header": dialect.get("kind") not in ("jsonl", "vcf"), "left_out": left_out_words(dialect.get("left_out", [])),
    }  # fmt: skip


def _preview(run: Import) -> dict[str, Any]:
    if not run.sha256 or run.state == Import.State.BROKEN:
        return {"header": [], "rows": []}
    spill = rows_of(run)
    return {"header": spill.header, "rows": spill.page(0, PREVIEWED)}

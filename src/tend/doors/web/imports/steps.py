"""Where one is in the wizard: the six steps with their addresses, and the one where an import is to be taken up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.imports.words import words_of
from tend.doors.web.pages import Request
from tend.doors.web.templatetags.tend import number
from tend.kernel.errors import NotSeen
from tend.kernel.imports.files import import_of
from tend.kernel.imports.models import Import
from tend.kernel.imports.recipe import recipe_named

STEPS = ("upload", "read", "match", "rehearse", "run", "result")


def labels() -> dict[str, str]:
    return {
        "upload": _("Upload"), "read": _("Read"), "match": _("Match"),
        "rehearse": _("Rehearse"), "run": _("Run"), "result": _("Result"),
    }  # fmt: skip


def mine(request: Request, pk: int) -> Import:
    """The import of this person; NotSeen for another's, and when he may import no more."""
    found = import_of(request.actor, pk)
    recipe = recipe_named(found.recipe)
    if recipe is None or not recipe.may(request.actor):
        raise NotSeen("import")
    return found


def place_of(run: Import) -> str:
    """The step at which an import is taken up again."""
    by_state = {
        Import.State.UPLOADED: "read", Import.State.BROKEN: "read", Import.State.READ: "match",
        Import.State.REHEARSING: "rehearse", Import.State.REHEARSED: "rehearse",
        Import.State.RUNNING: "run", Import.State.DONE: "result",
    }  # fmt: skip
    return by_state.get(Import.State(run.state), "read")


def url_of(run: Import, step: str = "") -> str:
    return f"/imports/{run.pk}/{step or place_of(run)}"


def title_of(recipe: str) -> str:
    return words_of(recipe).title


def context(run: Import | None, current: str, recipe: str = "") -> dict[str, Any]:
    """Title, file and steps: what the head of every page of the wizard shows."""
    reached = STEPS.index(place_of(run)) if run is not None else 0
    at = STEPS.index(current)
    begun = run is not None and run.state in (Import.State.RUNNING, Import.State.DONE)
    steps = []
    for index, (name, label) in enumerate(labels().items()):
        open_ = run is not None and 0 < index <= reached and (not begun or index >= STEPS.index("run"))
        steps.append({
            "label": label, "current": index == at, "done": index < reached or (index < at),
            "url": url_of(run, name) if run is not None and open_ else "",
        })  # fmt: skip
    fact = ""
    if run is not None:
        count = ngettext("%(n)s row", "%(n)s rows", run.rows) % {"n": number(run.rows)}
        fact = f"{run.filename}, {count}" if run.rows else run.filename
    words = words_of(run.recipe if run else recipe)
    return {"run": run, "steps": steps, "header_title": words.title, "header_fact": fact, "words": words}

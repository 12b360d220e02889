"""`tend entities`: what the registry holds, and the file that each piece comes from."""

from __future__ import annotations

import argparse
import inspect
from typing import Any


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `entities` to the command line."""
    entities = commands.add_parser(
        "entities", parents=[common], help="print what a record type has, and where it comes from"
    )
    entities.add_argument("type", nargs="?", default="", help="a record type; without it all are listed")
    entities.add_argument("--json", action="store_true")
    entities.set_defaults(run=run, django=True)


def run(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import Misused, give
    from tend.kernel.entity import entities, entity_by_plural

    if not options.type:
        found = [
            {"type": e.plural, "code": e.code, "label": str(e.label_plural), "declared_in": e.declared_in}
            for e in entities()
        ]
        if options.json:
            give(found)
        else:
            for one in found:
                print(f"{one['type']:<24}{one['code']:<32}{one['declared_in']}")
        return 0
    entity = entity_by_plural(options.type)
    if entity is None:
        raise Misused(f"There is no record type {options.type}.")
    told = describe(entity)
    if options.json:
        give(told)
    else:
        _print(told)
    return 0


def describe(entity: Any) -> dict[str, Any]:
    """Everything that a record type has, by surface."""
    from tend.kernel.doctor import checks
    from tend.kernel.events import all_reactions

    verbs = entity.verb_by_name.values()
    modules = {v.__module__.rpartition(".")[0] for v in verbs}
    return {
        "type": entity.plural,
        "code": entity.code,
        "model": _place(entity.model),
        "declared_in": entity.declared_in,
        "rows": _place(entity.rows),
        "lines": list(entity.lines),
        "fields": [_field(f) for f in entity.all_fields],
        "panels": [{"title": str(p.title), "fields": p.names} for p in entity.panels],
        "traits": [{"name": n, "from": _place(type(t))} for n, t in entity.traits.items()],
        "verbs": [
            {
                "name": v.name, "label": str(v.label), "needs": v.needs, "from": _place(v.body),
                "options": [{"name": o.name, "type": _typed(o.type), "required": o.required} for o in v.options],
            }
            for v in verbs
        ],
        "projections": [{"from": _place(p.run), "on": sorted(p.on)} for p in entity.projections],
        "reactions": [
            {"event": r.event.__name__, "order": r.order, "from": _place(r.run)}
            for r in sorted(all_reactions(), key=lambda r: (r.event.__name__, r.order))
            if r.event.__module__.rpartition(".")[0] in modules
        ],
        "api": f"/api/v1/{entity.plural}",
        "checks": sorted(checks()),
    }  # fmt: skip


def _field(field: Any) -> dict[str, Any]:
    offers = ("column", "facet", "inline", "edit", "bulk", "filter", "sort", "export")
    return {
        "name": field.name, "kind": field.kind, "label": str(field.label), "surfaces": [o for o in offers if getattr(field, o)],
        "verb": field.verb, "trait": field.trait, "required": field.required,
        "to": field.to._meta.label_lower if field.to is not None else "",
    }  # fmt: skip


def _place(thing: Any) -> str:
    """module:line of a function or class."""
    try:
        return f"{thing.__module__}:{inspect.getsourcelines(thing)[1]}"
    except (OSError, TypeError):
        return str(getattr(thing, "__module__", ""))


def _typed(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind).replace("typing.", "")


def _print(told: dict[str, Any]) -> None:
    print(f"{told['type']} ({told['code']}), declared in {told['declared_in']}, model {told['model']}")
    print(f"who sees which: {told['rows']}; lines of a role: {', '.join(told['lines'])}; API: {told['api']}")
    print("\nFields")
    for f in told["fields"]:
        owner = f"verb {f['verb']}" if f["verb"] else f"trait {f['trait']}" if f["trait"] else ""
        print(f"  {f['name']:<26}{f['kind']:<10}{owner:<24}{' '.join(f['surfaces'])}")
    print("\nVerbs")
    for v in told["verbs"]:
        given = " ".join(
            f"--{o['name'].replace('_', '-')} {o['type']}{'' if o['required'] else '?'}" for o in v["options"]
        )
        print(f"  {v['name']:<26}needs {v['needs']:<9}{v['from']:<44}{given}")
    print("\nTraits")
    for t in told["traits"]:
        print(f"  {t['name']:<26}{t['from']}")
    print("\nProjections")
    for p in told["projections"]:
        print(f"  {p['from']:<60}on {', '.join(p['on'])}")
    print("\nReactions")
    for r in told["reactions"]:
        print(f"  {r['event']:<26}{r['order']:<4}{r['from']}")

"""`tend import TYPE FILE`: a file taken in from the command line, with the same plan, rules and counts as the wizard."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

STEP = 1 << 20
SETTINGS = ("mode", "duplicates", "key", "country", "currency", "system")


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `import` to the command line."""
    one = commands.add_parser(
        "import", parents=[common], help="take accounts, leads, contacts or activities in from a file"
    )
    one.add_argument(
        "type",
        metavar="TYPE",
        nargs="?",
        default="",
        help="accounts, leads, contacts or activities; vCards are contacts unless it says so",
    )
    one.add_argument("file", metavar="FILE", type=Path)
    one.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="what a column becomes; COLUMN= skips it"
    )
    one.add_argument("--mapping", type=Path, metavar="FILE", help="JSON with columns and rules for all rows")
    one.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", dest="given", help="value for new records"
    )
    one.add_argument("--key", default="", metavar="FIELD", help="rows with an equal value mean the same record")
    one.add_argument("--dry-run", action="store_true", help="rehearse: count and check, write nothing")
    one.add_argument("--json", action="store_true", help="answer with one JSON document")
    one.add_argument("--as", dest="act_as", default="", metavar="USER", help="act with this user's rights")
    one.set_defaults(run=run, django=True)


def run(options: argparse.Namespace) -> int:
    """0 when every row was taken, 1 when some failed."""
    from tend.doors.terminal.answering import DONE, FAILED, Misused, actor_of, give, tell
    from tend.kernel.imports.files import change_plan, discard, plan_of, read, upload
    from tend.kernel.imports.recipe import recipe_named, recipes
    from tend.kernel.imports.run import begin, go_on, rehearse

    options.type = options.type or ("contacts" if options.file.suffix.lower() == ".vcf" else "")
    if not options.type:
        raise Misused(f"Say what the file holds. There are: {', '.join(r.name for r in recipes())}.")
    recipe = recipe_named(options.type)
    if recipe is None:
        raise Misused(f"{options.type} cannot be imported. There are: {', '.join(r.name for r in recipes())}.")
    if not options.file.is_file():
        raise Misused(f"There is no file {options.file}.")
    actor = actor_of(options)
    with options.file.open("rb") as file:
        found = upload(actor, recipe.name, options.file.name, iter(lambda: file.read(STEP), b""))
    try:
        read(actor, found)
        if left_out := [f"{what} {n}" for what, n in found.dialect.get("left_out", ())]:
            tell(f"Left out: {', '.join(left_out)}.")
        plan = _planned(options, actor, recipe, plan_of(found))
        change_plan(actor, found, plan)

        def told(done: int) -> None:
            tell(f"{done} of {found.rows} rows")

        if options.dry_run:
            summary = rehearse(actor, found, told)
        else:
            begin(actor, found)
            summary = go_on(actor, found, told)
        unmapped = [c.header for c in plan.columns if not c.field]
        answer = {
            "rows": found.rows, **{k: summary[k] for k in ("created", "updated", "unchanged", "duplicates", "failed")},
            "operation": found.operation_id, "errors_file": _errors_file(options, found), "unmapped_columns": unmapped,
        }  # fmt: skip
    finally:
        if found.pk and found.operation_id is None:
            discard(found)
    if options.json:
        give(answer)
    else:
        if unmapped:
            tell(f"Without a field: {', '.join(unmapped)}.")
        if answer["errors_file"]:
            tell(f"Rows left out, with reasons: {answer['errors_file']}")
        counted = ("rows", "created", "updated", "unchanged", "duplicates", "failed")
        print(", ".join(f"{answer[k]} {k}" for k in counted))
    return FAILED if summary["failed"] else DONE


def _planned(options: argparse.Namespace, actor: Any, recipe: Any, plan: Any) -> Any:
    """The proposed plan with what the mapping file and the options say; Misused for a column or field that is not there."""
    from dataclasses import replace

    from tend.doors.terminal.answering import Misused

    said = _mapping(options.mapping) if options.mapping else {}
    if unknown := sorted(set(said) - {"columns", "defaults", *SETTINGS}):
        raise Misused(f"The mapping has no word “{unknown[0]}”. There are: columns, defaults, {', '.join(SETTINGS)}.")
    columns = {
        header: given if isinstance(given, dict) else {"field": given or ""}
        for header, given in said.get("columns", {}).items()
    }
    for pair in options.map:
        header, sign, field = pair.rpartition("=")
        if not sign:
            raise Misused(f"--map takes COLUMN=FIELD, not {pair}.")
        columns[header] = {**columns.get(header, {}), "field": field}
    defaults = dict(said.get("defaults", {}))
    for pair in options.given:
        field, sign, value = pair.partition("=")
        if not sign:
            raise Misused(f"--set takes FIELD=VALUE, not {pair}.")
        defaults[field] = value
    if options.key:
        said["key"] = options.key
    if said.get("key") and said["key"] not in (*recipe.keys, "id", "number"):
        raise Misused(
            f"Rows cannot be matched by {said['key']}. There are: {', '.join((*recipe.keys, 'id', 'number'))}."
        )
    plan = replace(plan, defaults=defaults, **{k: v for k, v in said.items() if k in SETTINGS})
    places = {c.header: i for i, c in enumerate(plan.columns)}
    allowed = {t.name for t in recipe.targets(actor)}
    for header, given in columns.items():
        if header not in places:
            raise Misused(f"The file has no column {header}. There are: {', '.join(places)}.")
        if given.get("field") and given["field"] not in allowed:
            raise Misused(f"{given['field']} cannot be filled by this import.")
        if wrong := sorted(set(given) - {"field", "unknown", "blank", "decimal", "date_order", "negated"}):
            raise Misused(f"A column has no word “{wrong[0]}”.")
        plan = plan.with_column(places[header], how="chosen", **given)
    return plan


def _mapping(path: Path) -> dict[str, Any]:
    from tend.doors.terminal.answering import Misused

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misused(f"{path} is no mapping: {error}") from None
    if not isinstance(found, dict):
        raise Misused(f"{path} is no mapping: an object is expected.")
    return found


def _errors_file(options: argparse.Namespace, found: Any) -> str | None:
    """Write the rows that were left out beside the file; where that is not allowed, into the data folder."""
    from tend.kernel.imports.faults import rows_with_reasons
    from tend.kernel.imports.files import faults_of, folder_of

    if not faults_of(found).exists():
        return None
    beside = options.file.with_name(f"{options.file.stem}.errors.csv")
    for path in (beside, folder_of(found).parent / f"{found.pk}.errors.csv"):
        try:
            with path.open("w", encoding="utf-8-sig", newline="") as out:
                csv.writer(out, delimiter=found.dialect.get("delimiter") or ",", quoting=csv.QUOTE_ALL).writerows(
                    rows_with_reasons(found)
                )
        except OSError:
            continue
        return str(path.resolve())
    return None

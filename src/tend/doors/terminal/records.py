"""`tend list`, `tend duplicates`, `tend export` and `tend do`: records read and changed from the command line, within one actor's rights."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

LISTED = 50


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the four to the command line."""
    acting = argparse.ArgumentParser(add_help=False)
    acting.add_argument("--as", dest="act_as", default="", metavar="USER", help="act with this user's rights (e-mail)")

    listed = commands.add_parser("list", parents=[common, acting], help="print the records that a filter finds")
    listed.add_argument("type", help="a record type, as accounts or contacts; or changes, what happened to records")
    _selection(listed)
    listed.add_argument("--limit", type=int, default=LISTED, help=f"at most so many records ({LISTED})")
    listed.add_argument("--json", action="store_true", help="one JSON document: {items, next}")
    listed.add_argument(
        "--since", default="", metavar="CURSOR", help="of changes: the `next` of an earlier answer, or now"
    )
    listed.add_argument("--of", default="", metavar="TYPES", help="of changes: only these record types")
    listed.set_defaults(run=run_list, django=True)

    alike = commands.add_parser("duplicates", parents=[common, acting], help="print pairs of records that look alike")
    alike.add_argument("type", help="accounts or contacts; `tend do keep-apart` and `tend do merge` settle a pair")
    alike.add_argument("--limit", type=int, default=LISTED, help=f"at most so many pairs ({LISTED})")
    alike.add_argument("--json", action="store_true", help="one JSON document: {items}")
    alike.set_defaults(run=run_duplicates, django=True)

    exported = commands.add_parser(
        "export", parents=[common, acting], help="write the records that a filter finds to a file"
    )
    exported.add_argument("type")
    _selection(exported)
    exported.add_argument("--format", choices=("csv", "xlsx", "jsonl", "ics", "vcf", "vcf3"), default="csv")
    exported.add_argument("--out", default="-", metavar="FILE", help="a file, or - for standard output")
    exported.set_defaults(run=run_export, django=True)

    do = commands.add_parser("do", parents=[common, acting], help="do something to a record: any verb that it has")
    do.add_argument("verb", help="as reassign, set-status, archive; `tend entities TYPE` lists them")
    do.add_argument("type")
    do.add_argument("id", help="the record's id, or - for a verb that makes one")
    do.add_argument("options", nargs=argparse.REMAINDER, metavar="--OPTION VALUE", help="the verb's own options")
    do.set_defaults(run=run_do, django=True)


def _selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--filter", default="", metavar="F", help="a filter as text (status:Open city:Cádiz) or as JSON"
    )
    parser.add_argument("--sort", default="", metavar="FIELDS", help="as -next_contact_on,name")
    parser.add_argument("--fields", default="", metavar="NAMES", help="columns, with commas between them")


def run_list(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import actor_of, give
    from tend.kernel.listing import MOST, Listing

    if options.type == "changes":
        return _changes(options)
    actor, entity = actor_of(options), _entity(options.type)
    rows: list[dict[str, Any]] = []
    cursor, columns = None, _columns(options)
    while len(rows) < options.limit:
        listing = Listing(
            entity, actor, filter=_filter(entity, options.filter), sort=options.sort, columns=columns, cursor=cursor,
            limit=min(MOST, options.limit - len(rows)),
        )  # fmt: skip
        page = listing.page()
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    if options.json:
        give({"items": [{name: _plain(value) for name, value in row.items()} for row in rows], "next": cursor})
    else:
        _table(["id", *listing.reader.names], rows)
    return 0


def _changes(options: argparse.Namespace) -> int:
    """What happened, in the order of the feed; the last line, on standard error, names the cursor to go on from."""
    from tend.doors.api.changes import changes_for
    from tend.doors.api.lists import LARGEST
    from tend.doors.terminal.answering import Misused, actor_of, give, tell

    if options.filter or options.sort or options.fields:
        raise Misused("Changes come in their own order, whole: give --since, --of and --limit.")
    actor, items, found = actor_of(options), [], {"next": options.since, "more": True}
    while found["more"] and len(items) < options.limit:
        limit = str(min(LARGEST, options.limit - len(items)))
        found = changes_for(actor, {"since": found["next"], "type": options.of, "limit": limit})
        items += found["items"]
    if options.json:
        give({**found, "items": items})
        return 0
    shown = [
        {
            "at": i["at"], "by": (i["by"] or {"name": "Tend"})["name"], "kind": i["kind"], "record": f"{i['record']['type']} {i['record']['id']}",
            "what": ", ".join([*i["fields"], *dict.fromkeys(p["of"] for p in i["parts"])]),
        }
        for i in items
    ]  # fmt: skip
    _table(["at", "by", "kind", "record", "what"], shown)
    tell(f"Go on with --since {found['next']}")
    return 0


def run_duplicates(options: argparse.Namespace) -> int:
    """Pairs of which the user sees both, newest first. Misused for a record type that does not look for any."""
    from tend.doors.api.duplicates import listed
    from tend.doors.terminal.answering import Misused, actor_of, give
    from tend.kernel.merging.alike import alike_pairs

    actor, entity = actor_of(options), _entity(options.type)
    pairs = alike_pairs(entity)
    if pairs is None:
        raise Misused(f"Nothing looks for duplicates among {entity.plural}.")
    items, _has_more = listed(entity, pairs, actor, 0, max(1, options.limit))
    if options.json:
        give({"items": items})
        return 0
    shown = [
        {
            "id": i["first"]["id"], "name": i["first"]["name"], "other id": i["second"]["id"],
            "other name": i["second"]["name"], "same": ", ".join(i["signs"]),
        }
        for i in items
    ]  # fmt: skip
    _table(["id", "name", "other id", "other name", "same"], shown)
    return 0


def run_export(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import actor_of, tell
    from tend.kernel.exports import export

    actor, entity = actor_of(options), _entity(options.type)
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done = count
        if sys.stderr.isatty():
            print(f"\r{count:,} rows", end="", file=sys.stderr, flush=True)

    pieces = export(
        entity,
        actor,
        options.format,
        filter=_filter(entity, options.filter),
        sort=options.sort,
        columns=_columns(options),
        told=told,
    )
    if options.out == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    else:
        place = Path(options.out)
        half = place.with_name(f".{place.name}.part")  # a cut export is never taken for a whole one
        try:
            with half.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
            half.replace(place)
        finally:
            half.unlink(missing_ok=True)
    tell(f"{done:,} {options.type} exported.")
    return 0


def run_do(options: argparse.Namespace) -> int:
    """Run a verb; a refusal is said on standard error."""
    from tend.doors.terminal.answering import Misused, actor_of, give
    from tend.kernel.options import cleaned_options
    from tend.kernel.values import Cleaner

    raw, flags = _options(options.options)
    if "as" in flags:
        options.act_as = flags["as"]
    if "data" in flags:
        raise Misused("--data stands before the verb.")
    actor, entity = actor_of(options), _entity(options.type)
    verb = {"create": entity.create, "edit": entity.edit}.get(options.verb) or entity.verb_by_name.get(options.verb)
    if verb is None:
        raise Misused(
            f"There is no verb {options.verb} for {options.type}. There are: {', '.join(sorted(entity.verb_by_name))}."
        )
    if verb in (entity.create, entity.edit):
        given: dict[str, Any] = {"values": Cleaner(entity, actor, creating=verb.creates).clean(raw)}
    else:
        given = cleaned_options(actor, verb, raw)
    if verb.creates:
        done = verb(actor, **given)
    elif options.id.lstrip("#").isdigit():
        done = verb(actor, int(options.id.lstrip("#")), **given)
    else:
        raise Misused(f"“{options.id}” is no id.")
    if "json" in flags:
        made = getattr(done.value, "pk", None) if done.value is not done.record else None
        told = {"id": done.record.pk, "name": str(done.record), "says": done.says, "changed": done.act is not None}
        give({**told, "made": made} if made is not None else told)
        return 0
    for sentence in done.says:
        print(sentence)
    if verb.creates:
        print(done.record.pk)
    elif done.act is None:
        print("Nothing to change.")
    return 0


def _options(words: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """`--name value`, `--name=value` and bare `--name` (yes); those of the command line itself are kept apart."""
    from tend.doors.terminal.answering import Misused

    given: dict[str, Any] = {}
    own: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--") or len(word) < 3:
            raise Misused(f"“{word}” is no option.")
        name, equals, value = word[2:].partition("=")
        if not equals:
            value = rest.pop(0) if rest and not rest[0].startswith("--") and name != "json" else "yes"
        if name in ("as", "json", "data"):
            own[name] = value
            continue
        key = name if "." in name else name.replace("-", "_")
        if key in given:
            given[key] = [*given[key], value] if isinstance(given[key], list) else [given[key], value]
        else:
            given[key] = value
    return given, own


def _entity(plural: str) -> Any:
    from tend.doors.terminal.answering import Misused
    from tend.kernel.entity import entities, entity_by_plural

    found = entity_by_plural(plural)
    if found is None:
        raise Misused(
            f"There is no record type {plural}. There are: {', '.join(sorted(e.plural for e in entities()))}."
        )
    return found


def _filter(entity: Any, text: str) -> Any:
    """A filter written as JSON or in the short text form."""
    import json

    from tend.doors.terminal.answering import Misused
    from tend.kernel.query import parse_text

    if not text.strip():
        return None
    if not text.lstrip().startswith("{"):
        return parse_text(entity, text)
    try:
        return json.loads(text)
    except json.JSONDecodeError as wrong:
        raise Misused(f"The filter is no JSON: {wrong}.") from None


def _columns(options: argparse.Namespace) -> list[str] | None:
    return [name.strip() for name in options.fields.split(",") if name.strip()] or None


def _plain(value: Any) -> Any:
    from tend.kernel.reading import Linked

    if isinstance(value, Linked):
        return value.as_json()
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def _table(names: list[str], rows: list[dict[str, Any]]) -> None:
    """Aligned columns on a terminal, tabs in a pipe."""
    lines = [names, *([_said(row.get(name)) for name in names] for row in rows)]
    if not sys.stdout.isatty():
        for line in lines:
            print("\t".join(line))
        return
    widths = [min(40, max(len(line[at]) for line in lines)) for at in range(len(names))]
    for line in lines:
        print("  ".join(cell[:width].ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _said(value: Any) -> str:
    import datetime as dt

    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(v) for v in value)
    if isinstance(value, dict):
        return str(value.get("value", value))
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return " ".join(str(value).split())

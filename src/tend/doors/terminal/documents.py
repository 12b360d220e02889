"""`tend attach FILE … [--to TYPE/ID]` and `tend fetch ID`: documents brought and saved from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

STEP = 1 << 20


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the two to the command line."""
    attach = commands.add_parser(
        "attach", parents=[common], help="keep files as documents, on a record or by themselves"
    )
    attach.add_argument("files", metavar="FILE", nargs="+", type=Path)
    attach.add_argument(
        "--to", action="append", default=[], metavar="TYPE/ID", help="as accounts/7; may be given again"
    )
    attach.add_argument("--version-of", type=int, metavar="ID", help="the next version of this document")
    attach.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", dest="given", help="as category=Contract"
    )
    attach.add_argument("--json", action="store_true", help="answer with one JSON document")
    attach.add_argument("--as", dest="act_as", default="", metavar="USER", help="act with this user's rights")
    attach.set_defaults(run=run_attach, django=True)

    fetch = commands.add_parser(
        "fetch", parents=[common], help="write the file of a document to a folder or to standard output"
    )
    fetch.add_argument("id", type=int)
    fetch.add_argument("--version", type=int, help="an earlier version; the present one without")
    fetch.add_argument("--out", default=".", metavar="PLACE", help="a folder, a file, or - for standard output")
    fetch.add_argument("--as", dest="act_as", default="", metavar="USER", help="act with this user's rights")
    fetch.set_defaults(run=run_fetch, django=True)


def run_attach(options: argparse.Namespace) -> int:
    """All files are kept, or none."""
    from tend.doors.terminal.answering import Misused, actor_of, give
    from tend.kernel.files.keeping import keep

    actor = actor_of(options)
    if missing := next((f for f in options.files if not f.is_file()), None):
        raise Misused(f"There is no file {missing}.")
    if options.version_of and (len(options.files) > 1 or options.to or options.given):
        raise Misused("A version is one file, and nothing else is said of it.")
    raw = _raw(options)
    tickets = []
    for path in options.files:
        with path.open("rb") as file:
            tickets.append(keep(actor, path.name, iter(lambda file=file: file.read(STEP), b"")))  # type: ignore[misc]
    if options.version_of:
        from tend.domains.documents.commands import add_version

        done = add_version(actor, options.version_of, file=tickets[0])
        found = [done.record]
    else:
        from tend.domains.documents.filing import enter

        found = list(enter(actor, raw, tickets).documents)
    if options.json:
        give({"items": [{"id": d.pk, "title": d.title, "sha256": d.sha256} for d in found]})
    else:
        for document in found:
            print(document.pk, document.title)
    return 0


def run_fetch(options: argparse.Namespace) -> int:
    from tend.domains.documents.models import Document
    from tend.domains.documents.queries import version_of
    from tend.doors.terminal.answering import Misused, actor_of
    from tend.kernel.errors import NotSeen
    from tend.kernel.files.places import place
    from tend.kernel.prepared import record_of

    actor = actor_of(options)
    document = record_of(actor, Document).first(options.id)
    if document is None:
        raise NotSeen("documents.document")
    version = version_of(actor, document, options.version)
    if version is None:
        raise Misused("There is no such version, or the document is a link.")
    pieces = place().pieces(version.file.sha256)
    if options.out == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return 0
    target = Path(options.out)
    if target.is_dir():
        target /= version.filename
        if target.exists():
            raise Misused(f"{target} is there already; name a file with --out.")
    with target.open("wb") as file:
        file.writelines(pieces)
    print(target)
    return 0


def _raw(options: argparse.Namespace) -> dict[str, Any]:
    from tend.doors.terminal.answering import Misused

    raw: dict[str, Any] = {}
    for said in options.given:
        name, equals, value = said.partition("=")
        if not equals:
            raise Misused(f"“{said}” is no FIELD=VALUE.")
        raw[name.strip()] = value.strip()
    for said in options.to:
        kind, _slash, pk = said.partition("/")
        plural = "accounts" if kind == "leads" else kind
        if plural not in ("accounts", "contacts", "activities") or not pk.isdigit():
            raise Misused(f"“{said}” is no record such as accounts/7.")
        raw.setdefault(plural, []).append(int(pk))
    return raw

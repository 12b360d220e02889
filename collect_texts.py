"""Collect the texts of code and templates into the catalogs of `src/tend/locale` (`python3 run translate`).

No gettext program is needed: Babel reads Python and writes the catalogs, Django turns a template's tags into calls.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

import hatch_build

SOURCE = hatch_build.ROOT / "src/tend"
LANGUAGES = ("es", "pt_BR", "uk")

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")


def main() -> None:
    settings.configure()
    django.setup()
    template = collect()
    for language in LANGUAGES:
        path = SOURCE / "locale" / language / "LC_MESSAGES/django.po"
        catalog = update(path, language, template)
        missing = sum(1 for message in catalog if message.id and not is_translated(message.string))
        print(f"{language:<6}{len(catalog)} texts, {missing} without translation")
    hatch_build.compile_messages()


def collect() -> Catalog:
    """Every text of the sources, with the files that use it and the notes for translators."""
    template = Catalog(project="Tend", charset="utf-8", fuzzy=False)
    methods = [("**/migrations/**.py", "ignore"), ("**.py", "python"), ("**/templates/**", template_texts)]
    found = extract_from_dir(
        SOURCE, method_map=methods, keywords=KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
    )
    for name, _, text, comments, context in found:
        template.add(
            text, locations=[(f"src/tend/{Path(name).as_posix()}", 0)], auto_comments=comments, context=context
        )
    return template


def template_texts(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Babel's extraction method for Django templates: line, function, arguments, notes."""
    source = templatize(file.read().decode(), origin=getattr(file, "name", None))
    for found in CALL.finditer(source):
        texts = tuple(ast.literal_eval(literal) for literal in re.findall(LITERAL, found[2]))
        yield source.count("\n", 0, found.start()) + 1, found[1], texts if len(texts) > 1 else texts[0], []


def update(path: Path, language: str, template: Catalog) -> Catalog:
    """Bring one catalog up to date; a text that changed loses its translation instead of keeping a guess."""
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        catalog = Catalog(
            locale=language,
            project="Tend",
            version="0",
            header_comment=f"# Tend's texts in {language}, under the licence of Tend (AGPL-3.0-or-later).",
            msgid_bugs_address="see SECURITY.md and CONTRIBUTING.md",
            last_translator="the authors of Tend",
            language_team=language,
            fuzzy=False,
        )
    made = catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    # Dates of our own would differ on every run and say nothing that Git does not.
    catalog.creation_date = catalog.revision_date = made if path.exists() else datetime.now(UTC).replace(microsecond=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, include_lineno=False, sort_by_file=True, omit_header=False)
    return catalog


def is_translated(string: str | tuple[str, ...]) -> bool:
    return bool(string) and all(string if isinstance(string, tuple) else (string,))


if __name__ == "__main__":
    sys.exit(main())

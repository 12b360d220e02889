"""Which encoding a text file is in, from its bytes; files of old spreadsheet programs do not say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

_WHOLE = 256 * 1024 * 1024
"""A file is read to its end to tell UTF-8 from a code page, but not beyond this many bytes."""

_CYRILLIC_COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшіїєґ")
_WESTERN = frozenset("äöüßéèêëàâáíîïóôúûùñçãõåøæœÄÖÜÉÈÀÁÂÍÓÚÇÑÃÕÅØÆŒ€–—’‘“”„«»…°®©™ªº·¿¡\u00a0§&")
_CENTRAL = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻčěřšžýáíéúůťďňőűÄÖÜäöüßČŘŠŽŐŰ€–—’‘“”„«»…°®©™\u00a0§")
_HIGH = re.compile(rb"[\x80-\xff]")


def guess_encoding(head: bytes, path: Path | None = None) -> str:
    """The encoding of a text file, one of ENCODINGS.

    `head` is the beginning of the file. With `path`, a file that begins in plain ASCII is read on
    to its end, since one late accent decides between UTF-8 and a code page.
    Raises UnreadableFile when the bytes are not text.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return name
    if wide := _utf16_without_mark(head):
        return wide
    if _is_binary(head):
        raise UnreadableFile("not_text", gettext_noop("This file is not a table: it holds no readable text."))
    accents, rest = _valid_utf8(head, path)
    if rest is None or accents >= 8:  # a broken byte deep in UTF-8 text is named by the reader, with its line
        return "utf-8"
    return _code_page(rest)


def _utf16_without_mark(head: bytes) -> str | None:
    sample = head[:4096]
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _is_binary(head: bytes) -> bool:
    controls = sum(head.count(bytes((code,))) for code in (*range(1, 9), *range(14, 26), *range(28, 32)))
    return controls > len(head) * 0.02 + 8 or head.count(0) > len(head) * 0.3


def _valid_utf8(head: bytes, path: Path | None) -> tuple[int, bytes | None]:
    """How many accented characters came before the first broken byte, and the bytes around it (None: all is valid)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    accents = read = 0
    blocks = _blocks(path) if path is not None else iter((head,))
    for block in blocks:
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            before = block[: error.start].decode("utf-8", "ignore")
            accents += len(before) - len(before.encode("ascii", "ignore"))
            return accents, block[max(0, error.start - 65_536) : error.start + 262_144]
        accents += 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
        read += len(block)
        if read > _WHOLE:
            break
    return accents, None


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def _code_page(sample: bytes) -> str:
    """The code page whose letters make words out of the high bytes."""
    high = len(_HIGH.findall(sample))
    neighbours = len(re.findall(rb"[\x80-\xff](?=[\x80-\xff])", sample))
    if neighbours > high * 0.45:
        best = max(("cp1251", "koi8-u", "cp866"), key=lambda name: _cyrillic_score(sample, name))
        if _cyrillic_score(sample, best) > high * 0.5:
            return best
    if _share(sample, "cp1250", _CENTRAL) > _share(sample, "cp1252", _WESTERN):
        return "cp1250"
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _cyrillic_score(sample: bytes, name: str) -> float:
    text = sample.decode(name, "replace")
    small = sum(text.count(letter) for letter in _CYRILLIC_COMMON)
    capital = sum(text.count(letter.upper()) for letter in _CYRILLIC_COMMON)
    return small + 0.8 * capital


def _share(sample: bytes, name: str, letters: frozenset[str]) -> int:
    text = sample.decode(name, "replace")
    return sum(text.count(letter) for letter in letters if not letter.isascii())

"""Checks the directory of a zip archive before anything is unpacked: sizes, ratios and number of entries."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

MAX_ENTRIES = 5_000
MAX_DIRECTORY = 2 * 1024 * 1024
MAX_UNPACKED = 1_200 * 1024 * 1024
"""Bytes of all entries together; 100,000 rows of 20 columns take about 100 MB."""
MAX_RATIO = 250
"""Times that a large entry may grow; real sheets grow ten- to sixtyfold."""
_SMALL = 20 * 1024 * 1024
"""Entries below this many bytes may have any ratio."""

_END_OF_DIRECTORY = b"PK\x05\x06"
_SECOND_END = b"PK\x06\x06"  # of archives above 4 GB; whoever finds one believes it, whatever the first end says
_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE, _SECOND_SIZE = 20, 56


def entries(path: Path) -> list[zipfile.ZipInfo]:
    """The entries of a zip archive, read in bounded memory. Raises UnreadableFile for a cut or oversized directory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 66_000))
        tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) - at < 22:
        raise broken_archive()
    (directory,) = struct.unpack_from("<L", tail, at + 12)
    if max(directory, _second_directory(path, size - len(tail) + at)) > MAX_DIRECTORY:
        raise too_many_parts()
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise broken_archive() from error
    if len(found) > MAX_ENTRIES:
        raise too_many_parts()
    return found


def _second_directory(path: Path, end: int) -> int:
    """Bytes of the directory by the second end before the one at `end`, where readers look for it; 0 without one."""
    largest = 0
    with path.open("rb") as file:
        file.seek(max(0, end - _LOCATOR_SIZE))
        locator = file.read(_LOCATOR_SIZE)
        if len(locator) < _LOCATOR_SIZE or not locator.startswith(_LOCATOR):
            return 0
        (named,) = struct.unpack_from("<Q", locator, 8)
        for place in (end - _LOCATOR_SIZE - _SECOND_SIZE, named):
            if not 0 <= place < end:
                continue
            file.seek(place)
            record = file.read(_SECOND_SIZE)
            if len(record) == _SECOND_SIZE and record.startswith(_SECOND_END):
                largest = max(largest, int(struct.unpack_from("<Q", record, 40)[0]))
    return largest


def check(found: list[zipfile.ZipInfo]) -> None:
    """Refuses an archive that would unpack to far more than a table. Raises UnreadableFile."""
    if sum(entry.file_size for entry in found) > MAX_UNPACKED:
        raise bomb()
    for entry in found:
        if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise bomb()


def broken_archive() -> UnreadableFile:
    """The archive breaks off or contradicts itself."""
    return UnreadableFile(
        "broken", gettext_noop("The file is damaged or was cut off. Save it again and upload the new file.")
    )


def bomb() -> UnreadableFile:
    """The archive grows beyond all measure."""
    return UnreadableFile(
        "bomb", gettext_noop("The file would unpack to far more than a table holds. It was not opened.")
    )


def too_many_parts() -> UnreadableFile:
    """The archive has more entries than any workbook."""
    return UnreadableFile("bomb", gettext_noop("The file has far more parts than a table has. It was not opened."))

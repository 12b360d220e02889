"""Where the bytes of files lie: one small door, a folder today. `settings.FILES_PLACE` names the class behind it."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

PIECE = 1 << 20


class Place(Protocol):
    """A store of bytes by key. A key is made of a checksum by us, never of anything that a user wrote."""

    def arrive(self, pieces: Iterable[bytes]) -> Path:
        """Write what arrives to a file of its own, outside the store; the caller settles or deletes it."""

    def settle(self, arrived: Path, key: str) -> None:
        """Put an arrived file into the store in one step, in place of an equal one."""

    def put(self, key: str, data: bytes) -> None:
        """Store a few bytes in one step."""

    def pieces(self, key: str) -> Iterator[bytes]:
        """The bytes of a file. Raises FileNotFoundError."""

    def local(self, key: str) -> Path:
        """A file of this machine with the bytes, to be read. Raises FileNotFoundError."""

    def size(self, key: str) -> int | None:
        """Bytes of a file; None when it is not there."""

    def drop(self, key: str) -> None:
        """Delete a file; nothing happens when it is not there."""

    def listed(self) -> Iterator[tuple[str, float]]:
        """The keys of all files, each with the seconds since it was put there."""


class Folder:
    """Files below `files/` of the data folder, which backups hold."""

    def __init__(self) -> None:
        self.root = Path(settings.DATA_DIR) / "files"
        self.door = Path(settings.DATA_DIR) / "arriving"

    def arrive(self, pieces: Iterable[bytes]) -> Path:
        self.door.mkdir(parents=True, exist_ok=True)
        place = self.door / secrets.token_hex(16)
        try:
            with place.open("xb") as out:
                for piece in pieces:
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        return place

    def settle(self, arrived: Path, key: str) -> None:
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        arrived.replace(target)
        _sync(target.parent)

    def put(self, key: str, data: bytes) -> None:
        self.settle(self.arrive([data]), key)

    def pieces(self, key: str) -> Iterator[bytes]:
        with self._path(key).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def local(self, key: str) -> Path:
        place = self._path(key)
        if not place.is_file():
            raise FileNotFoundError(key)
        return place

    def size(self, key: str) -> int | None:
        with suppress(FileNotFoundError):
            return self._path(key).stat().st_size
        return None

    def drop(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def listed(self) -> Iterator[tuple[str, float]]:
        for place in sorted(self.root.glob("??/*")) if self.root.exists() else ():
            with suppress(FileNotFoundError):
                yield place.name, time.time() - place.stat().st_mtime

    def _path(self, key: str) -> Path:
        return self.root / key[:2] / key


def _sync(folder: Path) -> None:
    """A renamed file outlives a power cut once its folder is written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place() -> Place:
    """The place of files of this Tend."""
    return _place(settings.FILES_PLACE, str(settings.DATA_DIR))


@cache
def _place(name: str, _data: str) -> Place:
    made: Place = import_string(name)()
    return made

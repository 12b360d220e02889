"""Documents made to harm end in words, at the door or when they are looked into, or are read as the harmless text they are."""

from __future__ import annotations

import os
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tend.base.contents import kinds
from tend.base.contents.looking import look_into
from tend.base.contents.texts import text_of
from tend.base.unreadable import Unreadable
from tests.base.contents.hostile import AT_DOOR, FURTHER, HARMLESS, MB, WHEN_READ
from tests.base.contents.papers import archive

CAGED = {
    "vast.docx",
    "grown.xlsx",
    "bomb.pdf",
    "circle.pdf",
    "claims.pdf",
    "wide.pdf",
    "noise.pdf",
}  # not in our own process


def test_there_are_more_than_a_hundred() -> None:
    assert len(AT_DOOR) + len(WHEN_READ) + len(HARMLESS) + len(FURTHER) > 100


def brought(tmp_path: Path, name: str, content: bytes) -> tuple[Path, str]:
    place = tmp_path / "x"
    place.write_bytes(content)
    return place, kinds.kind_of(place, name).code


@pytest.mark.parametrize("name", AT_DOOR)
def test_what_is_not_what_it_says_is_refused_at_the_door(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as no:
        brought(tmp_path, name, AT_DOOR[name]())
    assert no.value.code in ("empty", "program", "another_type")
    assert "%(" not in str(no.value)


def looked(place: Path, name: str, code: str) -> str:
    """The text, found in the cage for whatever could take much, within ten seconds."""
    if name not in CAGED:
        return text_of(place, code)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    try:
        return look_into(place, code).text
    finally:
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 12


@pytest.mark.parametrize("name", WHEN_READ)
def test_what_cannot_be_looked_into_is_refused_in_words(name: str, tmp_path: Path) -> None:
    make, expected = WHEN_READ[name]
    place, code = brought(tmp_path, name, make())
    with pytest.raises(Unreadable) as no:
        looked(place, name, code)
    assert no.value.code == expected
    assert str(no.value).endswith(".")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_odd_is_read_as_the_text_it_is(name: str, tmp_path: Path) -> None:
    make, expected = HARMLESS[name]
    place, code = brought(tmp_path, name, make())
    assert looked(place, name, code) == expected


@pytest.mark.soak
@pytest.mark.parametrize("name", FURTHER)
def test_whatever_else_comes_ends_in_words_or_as_text(name: str, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    place = tmp_path / "x"
    place.write_bytes(FURTHER[name]())
    began, said = time.process_time(), "It was read."
    try:
        seen = look_into(place, kinds.kind_of(place, name).code)
    except Unreadable as no:
        said = str(no)
    else:
        assert "root:" not in seen.text  # of /etc/passwd
    assert said.endswith(".")
    assert "%(" not in said
    assert time.process_time() - began < 2  # our own process only waits
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before < 12


def test_whoever_works_for_ever_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tend.base.contents import looking

    monkeypatch.setattr(looking, "_PATIENCE", 0.2)
    monkeypatch.setattr(looking.sys, "executable", "/bin/cat")  # says nothing and waits
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setattr(looking.subprocess, "Popen", _waiting(looking.subprocess.Popen, pipe))
    began = time.monotonic()
    with pytest.raises(Unreadable) as no:
        look_into(tmp_path / "x", "pdf")
    assert no.value.code == "too_slow"
    assert time.monotonic() - began < 5


def _waiting(start: Callable[..., object], pipe: Path) -> Callable[..., object]:
    return lambda _command, **options: start(["/bin/sleep", "30"], **options)


def test_archives_of_many_levels_are_not_opened(tmp_path: Path) -> None:
    inner = archive({"a.txt": b"\0" * MB})
    place, code = brought(tmp_path, "nested.zip", archive({f"{n}.zip": inner for n in range(20)}))
    assert (code, text_of(place, code)) == ("zip", "")
    assert zipfile.is_zipfile(place)

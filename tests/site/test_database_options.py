"""What connections to PostgreSQL are told, unless the operator's URL says it himself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tend.site.config import Config


def options_of(url: str) -> Any:
    made = Config(
        Path("data"), url, "", "", "", "", debug=False, testing=True, extra_apps=[], file_limit=1, files_limit=1
    )
    return made.database["OPTIONS"]


def options(url: str) -> str:
    return str(options_of(url).get("options", ""))


def test_a_hash_has_room_for_the_ids_of_a_million() -> None:
    """Without it "contacts of no account" asked a million ids for each of a million rows, and never came back."""
    said = dict(pair.split("=") for pair in options("postgresql://tend@db.example/tend").split("-c ")[1:])
    megabytes = 4 * float(said["hash_mem_multiplier"])  # of work_mem as PostgreSQL ships it
    assert megabytes * 1_000_000 / 32 > 2_500_000  # bytes that its planner counts for an id


@pytest.mark.parametrize("own", ["", "-c jit=on"])
def test_the_operators_own_options_take_their_place(own: str) -> None:
    assert options(f"postgresql://tend@db.example/tend?options={own.replace(' ', '%20')}") == own


@pytest.mark.parametrize(("said", "kept"), [("", 2), ("?prepare_threshold=", None), ("?prepare_threshold=9", 9)])
def test_plans_are_kept_unless_the_url_forbids_it(said: str, kept: int | None) -> None:
    assert options_of(f"postgresql://tend@db.example/tend{said}")["prepare_threshold"] == kept

"""Bringing a document in a test as doors do it, and letting the worker look into it."""

from __future__ import annotations

from typing import Any

from tend.domains.documents.entity import DOCUMENT
from tend.kernel.actor import Actor
from tend.kernel.files.keeping import keep
from tend.kernel.jobs.worker import Worker
from tend.kernel.values import create_record

NOTE = b"Twelve rooms facing the sea"


def bring(actor: Actor, content: bytes = NOTE, name: str = "Rooms.txt", **values: Any) -> Any:
    """A new document of an actor, with the file among its values."""
    return create_record(actor, DOCUMENT, {**values, "file": keep(actor, name, [content])}).record


def look_into_all() -> None:
    Worker().drain()

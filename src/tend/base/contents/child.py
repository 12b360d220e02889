"""The limited child process that looks into documents: sets its own limits first, then answers with one line of JSON.

Started by `looking` only, as `python -m tend.base.contents.child`.
"""

from __future__ import annotations

import base64
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

_OUT_OF_MEMORY = 77


def main() -> int:
    """Reads the order from the command line and obeys it. The exit status is 0 even for a refused file."""
    order: dict[str, Any] = orjson.loads(sys.argv[1])
    from tend.base.dialects.child import limit

    limit(int(order["memory"]), int(order["cpu"]))
    from tend.base.unreadable import Unreadable

    try:
        answer = look(Path(order["path"]), str(order["code"]))
    except Unreadable as no:
        answer = {"refused": [no.code, no.sentence, no.params]}
    except (MemoryError, RecursionError):
        os._exit(_OUT_OF_MEMORY)
    data = memoryview(orjson.dumps(answer))
    while data:
        data = data[os.write(1, data) :]
    return 0


def look(path: Path, code: str) -> dict[str, Any]:
    """The text of a file, and the picture of its first page where it has pages."""
    from tend.base.contents.texts import text_of

    found: dict[str, Any] = {"text": text_of(path, code)}
    if code == "pdf":
        from tend.base.contents.pages import picture_of_pdf

        picture = None
        with suppress(Exception):  # a page that cannot be drawn hides no text
            picture = picture_of_pdf(path)
        if picture is not None:
            found["picture"] = base64.b64encode(picture).decode()
    return found


if __name__ == "__main__":
    sys.exit(main())

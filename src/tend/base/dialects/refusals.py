"""The one way in which a file is refused: a code, a plain sentence, and the line where it went wrong."""

from __future__ import annotations

from collections.abc import Mapping

from tend.base.unreadable import Unreadable


class UnreadableFile(Unreadable):
    """A file that cannot be read, said in words for the person who brought it.

    `sentence` is an English source with `%(name)s` places and `params` their values, as in every
    Unreadable. `line` is the line or sheet row as the person sees it, when one is to blame; it is
    among the params too.
    """

    def __init__(self, code: str, sentence: str, /, line: int | None = None, **params: object) -> None:
        self.line = line
        if line is not None:
            params["line"] = line
        super().__init__(code, sentence, **params)

    def to_json(self) -> dict[str, object]:
        """The refusal as plain data, to cross a pipe or to be stored."""
        return {"code": self.code, "sentence": self.sentence, "params": self.params}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> UnreadableFile:
        """The refusal that `to_json` wrote."""
        given = data.get("params")
        params = {str(name): value for name, value in given.items()} if isinstance(given, dict) else {}
        line = params.pop("line", None)
        return cls(str(data["code"]), str(data["sentence"]), line if isinstance(line, int) else None, **params)

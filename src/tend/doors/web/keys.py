"""Every single key of the pages, in one list: what it does and where it works. The page of keys and its check read it.

A key presses a visible control that carries `data-key`, or a script acts on it (`onKey`). `needs` is a selector of what
must stand on the page for the key to do something there; blank for keys that always work.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROWS = "[data-rows] [data-row]"
TICKS = f'{ROWS} input[name="chosen"]'


@dataclass(frozen=True)
class Key:
    """One line of the page of keys; `caps` are pressed together when `is_chord`, else each by itself."""

    caps: tuple[str, ...]
    does: str | Promise
    needs: str = ""
    is_chord: bool = False


@dataclass(frozen=True)
class KeyGroup:
    title: str | Promise
    keys: tuple[Key, ...]


def _on(key: str) -> str:
    return f'[data-key="{key}"]'


GROUPS = (
    KeyGroup(
        _("Lists, cards and records"),
        (
            Key(("j", "k"), _("next, previous row"), ROWS),
            Key(("Enter", "o"), _("open"), f"{ROWS} [data-open], {_on('o')}"),
            Key(("x",), _("choose the row"), TICKS),
            Key(("Shift", "j"), _("extend the choice"), TICKS, is_chord=True),
            Key(("e",), _("edit"), f"{_on('e')}, {ROWS} [data-edit-url]"),
            Key(("s",), _("set the status"), _on("s")),
            Key(("a",), _("assign"), _on("a")),
            Key(("t",), _("tag"), _on("t")),
            Key(("c",), _("call"), _on("c")),
            Key(("1", "9"), _("log that outcome"), _on("1")),
            Key(("m",), _("move the call or card"), _on("m")),
            Key(("b",), _("call less often"), _on("b")),
            Key(("p",), _("pause the cycle"), _on("p")),
            Key(("n",), _("new"), _on("n")),
            Key(("f",), _("add a condition"), _on("f")),
            Key(("w",), _("follow the record, or stop following it"), _on("w")),
            Key(("u",), _("mark as read or unread"), _on("u")),
            Key(("[", "]"), _("previous, next"), f"{_on('[')}, {_on(']')}"),
        ),
    ),
    KeyGroup(
        _("Everywhere"),
        (
            Key(("Ctrl", "K"), _("search or do"), is_chord=True),
            Key(("/",), _("search in this list, or everywhere")),
            Key(("l",), _("log a talk"), _on("l")),
            Key(("z",), _("undo the last"), _on("z")),
            Key(("?",), _("all keys of this page")),
        ),
    ),
)
KNOWN = frozenset(cap for group in GROUPS for key in group.keys for cap in key.caps)

"""iCalendar (RFC 5545) as bytes: events of a day or of an hour, escaped, folded, in UTC. Reading is not here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FOLD = 75  # octets of one line, its end not counted (RFC 5545, 3.1)
PRODUCT = "-//Tend//Calendar//EN"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # what a text value may not hold (RFC 5545, 3.3.11)


@dataclass(frozen=True)
class Event:
    """One VEVENT. A `date` as start makes it last whole days, `end` excluded; instants bear a zone and are written in UTC.

    `revision` counts the changes of what it is about; the same `uid` stays with the same thing for ever.
    """

    uid: str
    summary: str
    start: dt.date
    end: dt.date
    changed: dt.datetime
    created: dt.datetime
    revision: int = 0
    description: str = ""
    url: str = ""
    category: str = ""
    is_cancelled: bool = False
    is_busy: bool = True


def calendar(events: Iterable[Event], *, name: str, refresh: dt.timedelta | None = None) -> Iterator[bytes]:
    """A whole calendar in pieces: its head, each event, its end. `refresh` is how often a subscriber should ask again."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    head += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"]
    if refresh is not None:
        often = f"PT{int(refresh.total_seconds() // 60)}M"
        head += [f"REFRESH-INTERVAL;VALUE=DURATION:{often}", f"X-PUBLISHED-TTL:{often}"]
    yield _lines(head)
    for event in events:
        yield _lines(_event(event))
    yield _lines(["END:VCALENDAR"])


def escaped(text: str) -> str:
    """A TEXT value: backslash, comma, semicolon and line ends escaped, control characters left out."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line in UTF-8 with its end, broken before the 76th octet and never inside a character."""
    octets = line.encode()
    if len(octets) <= FOLD:
        return octets + b"\r\n"
    pieces, at, room = [], 0, FOLD
    while len(octets) - at > room:
        cut = at + room
        while octets[cut] & 0xC0 == 0x80:  # the middle of a character
            cut -= 1
        pieces.append(octets[at:cut])
        at, room = cut, FOLD - 1  # the space that begins a continued line counts
    pieces.append(octets[at:])
    return b"\r\n ".join(pieces) + b"\r\n"


def _event(event: Event) -> list[str]:
    lines = [
        "BEGIN:VEVENT", f"UID:{escaped(event.uid)}", f"DTSTAMP:{_instant(event.changed)}", f"SEQUENCE:{event.revision}",
        f"CREATED:{_instant(event.created)}", f"LAST-MODIFIED:{_instant(event.changed)}",
        f"DTSTART{_moment(event.start)}", f"DTEND{_moment(event.end)}", f"SUMMARY:{escaped(event.summary)}",
    ]  # fmt: skip
    if event.description:
        lines.append(f"DESCRIPTION:{escaped(event.description)}")
    if event.url:
        lines.append(f"URL:{''.join(_CONTROL.sub('', event.url).split())}")
    if event.category:
        lines.append(f"CATEGORIES:{escaped(event.category)}")
    lines.append(f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}")
    lines.append(f"TRANSP:{'OPAQUE' if event.is_busy and not event.is_cancelled else 'TRANSPARENT'}")
    return [*lines, "END:VEVENT"]


def _moment(value: dt.date) -> str:
    if isinstance(value, dt.datetime):
        return f":{_instant(value)}"
    return f";VALUE=DATE:{_day(value)}"


def _day(value: dt.date) -> str:
    return f"{value.year:04d}{value:%m%d}"  # %Y leaves the zeros of early years out


def _instant(value: dt.datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("an instant without a zone")
    there = value.astimezone(dt.UTC)
    return f"{_day(there)}T{there:%H%M%S}Z"


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(map(folded, lines))

"""A strict reader of iCalendar for the tests, written against RFC 5545 and not against our writer."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

LINE = re.compile(r"(?P<name>[A-Z0-9-]+)(?P<params>(?:;[A-Z0-9-]+=[^;:\"]+)*):(?P<value>.*)", re.DOTALL)
TEXTS = {"SUMMARY", "DESCRIPTION", "UID", "CATEGORIES", "NAME", "X-WR-CALNAME", "PRODID"}


@dataclass
class Component:
    """One BEGIN … END with its properties (name → value as read) and what stands in it."""

    name: str
    values: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    inside: list[Component] = field(default_factory=list)

    def moment(self, name: str) -> dt.date:
        """A DATE or a UTC DATE-TIME."""
        if self.params[name] == ";VALUE=DATE":
            assert re.fullmatch(r"\d{8}", self.values[name])
            return dt.datetime.strptime(self.values[name], "%Y%m%d").date()
        assert self.params[name] == ""
        return dt.datetime.strptime(self.values[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def read(data: bytes) -> Component:
    """The calendar in these bytes; AssertionError on whatever the RFC forbids."""
    assert data.endswith(b"\r\n")
    lines = data[:-2].split(b"\r\n")
    for line in lines:
        assert len(line) <= 75, line
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()  # a fold inside a character would break here
    whole = re.sub(r"\r\n[ \t]", "", data[:-2].decode()).split("\r\n")
    stack: list[Component] = []
    for line in whole:
        found = LINE.fullmatch(line)
        assert found, line
        name, value = found["name"], found["value"]
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value), line
        if name == "BEGIN":
            opened = Component(value)
            if stack:
                stack[-1].inside.append(opened)
            stack.append(opened)
        elif name == "END":
            closed = stack.pop()
            assert closed.name == value
            if not stack:
                assert line == whole[-1], "something follows the calendar"
                return closed
        else:
            assert name not in stack[-1].values, f"{name} stands twice"
            stack[-1].values[name] = unescaped(value) if name in TEXTS else value
            stack[-1].params[name] = found["params"]
    raise AssertionError("the calendar does not end")


def unescaped(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value
    assert re.fullmatch(r"(?:[^\\]|\\[\\;,nN])*", value, re.DOTALL), value
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)


def events(data: bytes) -> list[Component]:
    """The events of a calendar, each with what RFC 5545 and subscribers want of it."""
    calendar = read(data)
    assert calendar.name == "VCALENDAR"
    assert calendar.values["VERSION"] == "2.0"
    assert calendar.values["PRODID"]
    for event in calendar.inside:
        assert event.name == "VEVENT"
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "LAST-MODIFIED"} <= event.values.keys()
        assert event.moment("DTSTART") < event.moment("DTEND")
        assert event.params["DTSTART"] == event.params["DTEND"]
    uids = [event.values["UID"] for event in calendar.inside]
    assert len(set(uids)) == len(uids)
    return calendar.inside

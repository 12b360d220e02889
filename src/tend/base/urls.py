"""Addresses of websites: making them safe to link to, and their domain.

Fetching anything is not here.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

_SCHEME = re.compile(r"^\s*([a-zA-Z][a-zA-Z0-9+.-]*):(?!\d{1,5}(?:[/?#]|$))")
_HOST_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_KEPT_IN_PATH = "/%:@!$&'()*+,;=~-._"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def normalise_website(text: str) -> str:
    """A typed website as a safe http or https address, "" when it is none.

    A missing scheme becomes https; the host is lower-cased ASCII; user names,
    default ports and a lone final slash fall away. Every other scheme
    (`javascript:`, `data:`, `file:` …) and every host that is no name gives "".
    """
    typed = "".join(c for c in text.strip() if c.isprintable() and c != "\u200b").strip("<>\"' ")
    if not typed or re.search(r"[\s\\]", typed):
        return ""
    scheme = _SCHEME.match(typed)
    if scheme is None:
        typed = "https://" + typed.lstrip("/")
    elif scheme[1].lower() not in _DEFAULT_PORTS or not typed[scheme.end() :].startswith("//"):
        return ""
    try:
        parts = urlsplit(typed)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    if not host:
        return ""
    kept_port = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    path = "" if parts.path == "/" and not parts.query else quote(parts.path, safe=_KEPT_IN_PATH)
    query, fragment = (quote(p, safe=_KEPT_IN_PATH + "?") for p in (parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + kept_port, path, query, fragment))


def _host(name: str) -> str:
    """A host as lower-case ASCII; "" unless it is a dotted name or a plain IPv4 address."""
    name = name.rstrip(".").lower()
    try:
        ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    labels = ascii_name.split(".")
    if len(labels) < 2 or not all(_HOST_LABEL.match(label) for label in labels):
        return ""
    if labels[-1].isdigit():
        try:
            return str(ipaddress.IPv4Address(ascii_name))
        except ValueError:
            return ""
    return ascii_name if len(labels[-1]) > 1 else ""


def website_host(text: str) -> str:
    """The host of a typed website without "www.", "" when it is no website."""
    address = normalise_website(text)
    host = urlsplit(address).hostname or "" if address else ""
    return host.removeprefix("www.") if host.count(".") > 1 else host


_SECOND_LEVELS = frozenset(
    "co com org net gov gob edu ac or ne go in nom web adv art ind eng kyiv kiev odesa odessa lviv kharkiv dp".split()
)


@lru_cache(maxsize=16_384)
def registered_domain(host: str) -> str:
    """The part of a host that somebody registered: "mail.hotel.co.uk" → "hotel.co.uk".

    A rule of thumb for matching (two labels, three below "co.uk" and its like),
    not the full public suffix list.
    """
    labels = host.lower().strip(".").split(".")
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS else 2
    return ".".join(labels[-size:])


def website_domain(text: str) -> str:
    """The registered domain of a typed website, "" when it is no website."""
    host = website_host(text)
    return host if host.replace(".", "").isdigit() else registered_domain(host)

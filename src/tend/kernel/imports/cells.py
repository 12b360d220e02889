"""Cells of a file turned into what a form would send, by the kind of the field and the habits of the column."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils.translation import gettext as _

from tend.base.addresses import country_code_of, country_name, normalise_postal_code, split_postal_city
from tend.base.cells import restore
from tend.base.dates import parse_date
from tend.base.emails import is_email, split_emails
from tend.base.numbers import parse_bool, parse_money, parse_number
from tend.base.phones import split_phones
from tend.base.unreadable import Unreadable
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.imports.plan import Column

_LIST = re.compile(r"\s*[;|\n]\s*|\s*,\s+|,(?=\S)")
FEWEST_DIGITS, LONGEST_PHONE = 3, 60  # as a form takes them
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'\u00a0])[0-9]{3})(?:\1[0-9]{3})*")
POINTS = {"phone": "", "phone.mobile": "mobile", "phone.fax": "fax", "phone.other": "other", "contact.mobile": "mobile"}


def read_cell(entity: Entity, name: str, column: Column, text: str, currency: str) -> Any:
    """The value that a cell says for the field `name`; Refused with a plain sentence when it says none."""
    field = entity.by_name.get(name) or entity.by_name.get(name.partition(".")[0])
    return read_kind(field.kind if field is not None else "text", name, column, text, currency)


def read_kind(kind: str, name: str, column: Column, text: str, currency: str) -> Any:
    """The same by the kind alone, as a characteristic has it."""
    text = restore(text).strip()
    if not text:
        return None
    try:
        return _read(kind, column, text, currency)
    except Unreadable as no:
        raise Refused(_(no.sentence) % no.params, field=name, code=no.code) from None


def _read(kind: str, column: Column, text: str, currency: str) -> Any:
    decimal: Any = column.decimal or None
    if kind == "integer" and _GROUPED.fullmatch(text):
        return int("".join(filter(str.isdecimal, text)))  # "1.200" people are no 1.2 people
    if kind in ("number", "integer"):
        return parse_number(text, decimal)
    if kind == "money":
        return parse_money(text, currency, decimal).amount
    if kind == "date":
        return parse_date(text, column.date_order or None)  # type: ignore[arg-type]
    if kind == "datetime":
        day = parse_date(text, column.date_order or None)  # type: ignore[arg-type]
        return dt.datetime.combine(day, dt.time(12))
    if kind == "yesno":
        return parse_bool(text) != column.negated
    if kind == "links":
        return [part for part in _LIST.split(text) if part]
    return text


def read_phones(text: str) -> list[str]:
    """The numbers in a cell; Refused when there is none, or a piece of it is none."""
    found = split_phones(restore(text))
    if not found or not all(len(p) <= LONGEST_PHONE and sum(map(str.isdigit, p)) >= FEWEST_DIGITS for p in found):
        raise Refused(_("“%(value)s” is not a phone number.") % {"value": text}, code="type")
    return found


def read_emails(text: str) -> list[str]:
    """The e-mail addresses in a cell; Refused when a piece of it is none."""
    found = split_emails(restore(text))
    if not found or not all(is_email(e) for e in found):
        raise Refused(_("“%(value)s” is not an e-mail address.") % {"value": text}, code="type")
    return found


def read_address(parts: dict[str, str], country: str) -> dict[str, Any]:
    """One compound address from the cells that belong to it; postal codes get back the zeros they lost."""
    found: dict[str, Any] = {k: v for k, v in parts.items() if k in ("street", "city", "region", "postal_code") and v}
    if written := parts.get("country"):
        code = country_code_of(written) or ""
        if code:
            found["country_code"] = code
            found["country"] = written if len(written) > 3 else country_name(code, "en")
        else:
            found["country"] = written
    code = str(found.get("country_code") or country)
    if both := parts.get("postal_code_city"):
        split = split_postal_city(both, code)
        found.setdefault("postal_code", split.postal_code)
        found.setdefault("city", split.city)
    if whole := parts.get("full"):
        found.setdefault("street", whole)
    if found.get("postal_code"):
        found["postal_code"] = normalise_postal_code(found["postal_code"], code)
    return {k: v for k, v in found.items() if v}

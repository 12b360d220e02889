"""The keywords of a verb as doors receive them (JSON, form, command line), turned into what the rule expects."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.errors import Refused, RefusedFields
from tend.kernel.values import BLANK, Cleaner
from tend.kernel.verbs import Option, Verb


def cleaned_options(actor: Actor, verb: Verb, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Typed keywords for a verb call. Unknown and missing ones are refused by name, all at once."""
    known = {option.name: option for option in verb.options}
    cleaner = Cleaner(verb.entity, actor)
    errors: dict[str, Refused] = {}
    cleaned: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in known:
            errors[name] = Refused(_("There is no field “%(name)s”.") % {"name": name}, field=name, code="unknown")
            continue
        try:
            cleaned[name] = _typed(cleaner, verb, known[name], value)
        except Refused as no:
            no.field = name
            errors[name] = no
    for name, option in known.items():
        if option.required and name not in raw:
            errors[name] = Refused(_("%(field)s is required.") % {"field": name}, field=name, code="required")
    if errors:
        raise RefusedFields(errors)
    return cleaned


def option_kind(option: Option) -> tuple[str, type[models.Model] | None, bool]:
    """(kind, link target, may be empty) of a keyword: link, links, yesno, integer, date, datetime, values or text."""
    wanted, optional = _unwrapped(option.type)
    if typing.get_origin(wanted) is list:
        inner = typing.get_args(wanted)[0]
        return ("links", inner, optional) if _is_model(inner) else ("texts", None, optional)
    if typing.get_origin(wanted) is dict:
        return "values", None, optional
    if _is_model(wanted):
        return "link", wanted, optional
    kinds = {bool: "yesno", int: "integer", dt.datetime: "datetime", dt.date: "date"}
    return kinds.get(wanted, "text"), None, optional


def _typed(cleaner: Cleaner, verb: Verb, option: Option, value: Any) -> Any:
    kind, to, optional = option_kind(option)
    field = Field(
        option.name,
        label=option.name.replace("_", " "),
        kind=kind if kind != "texts" else "text",
        to=to,
        required=option.required,
    )
    if value in BLANK and optional:
        return None
    if kind == "link":
        return cleaner.link(field, value)
    if kind == "links":
        return [cleaner.link(field, v) for v in (value if isinstance(value, list) else [value])]
    if kind == "texts":
        return [str(v) for v in (value if isinstance(value, list) else [value])]
    if kind == "values":
        return Cleaner(verb.entity, cleaner.actor, creating=verb.creates).clean(value)
    if kind == "yesno":
        return cleaner.yesno(field, value)
    if kind == "integer":
        return cleaner.integer(field, value)
    if kind == "date":
        return cleaner.date(field, value)
    if kind == "datetime":
        return cleaner.datetime(field, value)
    if not isinstance(value, str):
        raise Refused(_("A text is expected."), code="type")
    return value


def _unwrapped(wanted: Any) -> tuple[Any, bool]:
    if typing.get_origin(wanted) in (typing.Union, types.UnionType):
        parts = [p for p in typing.get_args(wanted) if p is not type(None)]
        return parts[0], len(parts) < len(typing.get_args(wanted))
    return wanted, False


def _is_model(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, models.Model)

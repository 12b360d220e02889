"""Values on their way in: cleaned by the field's kind for one actor, then put into a record inside its verb."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tend.base.emails import is_email
from tend.base.urls import normalise_website
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Expected, Refused, RefusedFields, check_expected
from tend.kernel.prepared import record_of
from tend.kernel.record import Record
from tend.kernel.traits.characteristics import CharacteristicDefinition, definitions
from tend.kernel.unit import Unit

EXACT_DIGITS = 15  # SQLite keeps numbers as binary fractions, which are exact so far; the same everywhere
BLANK = (None, "")
POINT_TEXTS = {"label": 40, "note": 200}  # what is said beside a phone, e-mail or web address, and how long it may be


class Cleaner:
    """Turns what a form, a file or a body says into typed values; links are looked up once and kept.

    One cleaner serves many rows: an importer keeps one for the whole file.
    """

    def __init__(self, entity: Entity, actor: Actor, *, creating: bool = False) -> None:
        self.entity = entity
        self.actor = actor
        self.creating = creating
        self._links: dict[tuple[str, Any], Any] = {}
        self._definitions: dict[str, CharacteristicDefinition] | None = None

    def clean(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Typed values by field name. Unknown, hidden and read-only fields are refused by name, all at once."""
        cleaned: dict[str, Any] = {}
        errors: dict[str, Refused] = {}
        for name, value in raw.items():
            try:
                cleaned[name] = self.one(name, value)
            except Refused as no:
                no.field = no.field or name
                errors[name] = no
        if self.creating:
            for field in self.entity.all_fields:
                if field.required and field.edit and raw.get(field.name) in BLANK and field.name not in errors:
                    errors[field.name] = Refused(
                        _("%(field)s is required.") % {"field": field.label}, field=field.name, code="required"
                    )
        if errors:
            raise RefusedFields(errors)
        return cleaned

    def one(self, name: str, value: Any) -> Any:
        """The typed value of one field."""
        field = self.field(name)
        whole, _dot, key = name.partition(".")
        if whole == "characteristics":
            return self._characteristics({key: value} if key else value)[key] if key else self._characteristics(value)
        if whole == "remarks" and key:
            return value
        if field.many and field.kind in ("phone", "email", "url"):
            return [self._point(field, v) for v in _as_list(value)]
        if field.many and field.kind == "links":
            return [self.link(field, v) for v in _as_list(value)]
        if field.many and field.kind == "address":
            return [self._address(v) for v in _as_list(value)]
        if value in BLANK:
            if field.required:
                raise Refused(_("%(field)s is required.") % {"field": field.label}, field=name, code="required")
            return (
                ""
                if field.kind in ("text", "longtext", "url", "email", "phone") and not self._nullable(field)
                else None
            )
        return self.typed(field, value)

    def typed(self, field: Field, value: Any) -> Any:
        """A value that is not blank, typed by the field's kind alone."""
        return _BY_KIND[field.kind](self, field, value)

    def field(self, name: str) -> Field:
        """The declared field when the actor may write it; refused by its name otherwise."""
        whole = name.partition(".")[0]
        field = self.entity.by_name.get(name) or (
            self.entity.by_name.get(whole) if whole in ("characteristics", "remarks") else None
        )
        right = self.entity.right(self.actor, name) if field else "hidden"
        if field is None or right == "hidden":
            raise Refused(_("There is no field “%(name)s”.") % {"name": name}, field=name, code="unknown")
        if not field.edit or right == "read":
            raise Refused(_("%(field)s cannot be changed here.") % {"field": field.label}, field=name, code="read_only")
        return field

    def _nullable(self, field: Field) -> bool:
        if field.trait or field.path:
            return False
        try:
            return bool(self.entity.model._meta.get_field(field.name).null)
        except Exception:
            return False

    # --- kinds ------------------------------------------------------------------------------------------------------
    def text(self, field: Field, value: Any) -> str:
        if isinstance(value, (dict, list)):
            raise Refused(_("A text is expected."), code="type")
        text = clean_text(str(value), lines=field.kind == "longtext")
        limit = self._max_length(field)
        if limit and len(text) > limit:
            raise Refused(
                _("%(field)s takes at most %(limit)d characters.") % {"field": field.label, "limit": limit},
                code="too_long",
            )
        return text

    def _max_length(self, field: Field) -> int | None:
        if field.trait or "." in field.name:
            return {"address.city": 120, "address.postal_code": 20, "address.country": 80}.get(field.name, 254)
        try:
            return getattr(self.entity.model._meta.get_field(field.name), "max_length", None)
        except Exception:
            return None

    def integer(self, field: Field, value: Any) -> int:
        if isinstance(value, bool):
            raise Refused(_("A whole number is expected."), code="type")
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            raise Refused(_("“%(value)s” is not a whole number.") % {"value": value}, code="type") from None
        if not number.is_finite() or number != number.to_integral_value():
            raise Refused(_("“%(value)s” is not a whole number.") % {"value": value}, code="type")
        if not 0 <= number <= 2147483647:
            raise Refused(_("The number must lie between 0 and 2,147,483,647."), code="range")
        return int(number)

    def number(self, field: Field, value: Any) -> Decimal:
        if isinstance(value, Mapping):
            value = value.get("amount")
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            raise Refused(_("“%(value)s” is not a number.") % {"value": value}, code="type") from None
        column = self.entity.model._meta.get_field(field.name) if not field.trait and "." not in field.name else None
        digits = min(getattr(column, "max_digits", None) or 18, EXACT_DIGITS)
        places = getattr(column, "decimal_places", None)
        if not number.is_finite() or abs(number) >= Decimal(10) ** (digits - (places or 0)):
            raise Refused(_("The number is too large."), code="range")
        return number.quantize(Decimal(1).scaleb(-places)) if places is not None else number

    def date(self, field: Field, value: Any) -> dt.date:
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(str(value).strip()[:10])
        except ValueError:
            raise Refused(
                _("“%(value)s” is not a date; write it as 2026-03-15.") % {"value": value}, code="type"
            ) from None

    def datetime(self, field: Field, value: Any) -> dt.datetime:
        try:
            instant = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise Refused(
                _("“%(value)s” is not a time; write it as 2026-03-15T10:30:00Z.") % {"value": value}, code="type"
            ) from None
        if instant.tzinfo is None:
            from zoneinfo import ZoneInfo

            instant = instant.replace(tzinfo=ZoneInfo(self.actor.zone))
        return instant

    def yesno(self, field: Field, value: Any) -> bool:
        words = {
            "true": True,
            "yes": True,
            "on": True,
            "1": True,
            "false": False,
            "no": False,
            "off": False,
            "0": False,
        }
        found = value if isinstance(value, bool) else words.get(str(value).strip().lower())
        if found is None:
            raise Refused(_("Yes or no is expected."), code="type")
        return bool(found)

    def choice(self, field: Field, value: Any) -> str:
        said = str(value).strip()
        for code, label in field.choices:
            if said == code or said.casefold() in (str(code).casefold(), str(label).casefold()):
                return str(code)
        offered = ", ".join(str(code) for code, _label in field.choices)
        raise Refused(_("“%(value)s” is none of: %(offered)s.") % {"value": said, "offered": offered}, code="choice")

    def url(self, field: Field, value: Any) -> str:
        website = normalise_website(str(value))
        if not website:
            raise Refused(
                _("“%(value)s” is not a web address, such as marisol.example.") % {"value": value}, code="type"
            )
        return website

    def email(self, field: Field, value: Any) -> str:
        text = clean_text(str(value))
        if not is_email(text):
            raise Refused(
                _("“%(value)s” is not an e-mail address, such as lucia@marisol.example.") % {"value": text}, code="type"
            )
        return text

    def phone(self, field: Field, value: Any) -> str:
        text = clean_text(str(value))
        if sum(c.isdigit() for c in text) < 3 or len(text) > 60:
            raise Refused(_("“%(value)s” is not a phone number.") % {"value": text}, code="type")
        return text

    def _point(self, field: Field, value: Any) -> dict[str, Any]:
        given = {"value": value} if isinstance(value, str) else dict(value)
        if unknown := set(given) - {"value", "label", "note", "is_primary", "opted_out"}:
            raise Refused(_("There is no field “%(name)s”.") % {"name": sorted(unknown)[0]}, code="unknown")
        check = {"phone": self.phone, "email": self.email, "url": self.url}[field.kind]
        said = {n: _within(clean_text(str(given[n] or "")), n, limit) for n, limit in POINT_TEXTS.items() if n in given}
        return {**given, **said, "value": check(field, given.get("value", ""))}

    def _address(self, value: Any) -> dict[str, Any]:
        from tend.kernel.traits.addresses import ELEMENTS, Address

        if not isinstance(value, Mapping):
            raise Refused(_("An address is an object of street, city, postal code and country."), code="type")
        if unknown := set(value) - {*ELEMENTS, "kind", "is_primary", "note"}:
            raise Refused(
                _("There is no field “%(name)s”.") % {"name": f"address.{sorted(unknown)[0]}"}, code="unknown"
            )
        if value.get("kind") and value["kind"] not in Address.Kind.values:
            raise Refused(_("“%(value)s” is no kind of address.") % {"value": value["kind"]}, code="choice")
        cleaned: dict[str, Any] = {}
        for element in (*ELEMENTS, "note"):
            if element in value:
                text = clean_text(str(value[element] or ""), lines=element == "street")
                limit = {
                    "postal_code": 20,
                    "region_code": 10,
                    "country_code": 2,
                    "country": 80,
                    "street": 500,
                    "note": 200,
                }.get(element, 120)
                if len(text) > limit:
                    raise Refused(
                        _("%(field)s takes at most %(limit)d characters.") % {"field": element, "limit": limit},
                        code="too_long",
                    )
                cleaned[element] = text.upper() if element == "country_code" else text
        return {**cleaned, **{k: value[k] for k in ("kind", "is_primary") if k in value}}

    def address(self, field: Field, value: Any) -> dict[str, Any]:
        return self._address(value)

    def json(self, field: Field, value: Any) -> Any:
        return value

    def link(self, field: Field, value: Any) -> Any:
        """The record that an id, a name or {"id", "name"} means, within the actor's sight."""
        if isinstance(value, models.Model):
            return value
        if isinstance(value, Mapping):
            value = value.get("id", value.get("name"))
        if isinstance(value, bool) or value in BLANK:
            raise Refused(_("A record of “%(field)s” is expected.") % {"field": field.label}, code="type")
        key = (field.name, value if isinstance(value, int) else str(value).strip().casefold())
        if key not in self._links:
            self._links[key] = self._look_up(field, value)
        found = self._links[key]
        if found is None:
            raise Refused(
                _("“%(value)s” is not known as %(field)s.") % {"value": value, "field": field.label},
                code="unknown_link",
            )
        return found

    def _look_up(self, field: Field, value: Any) -> Record | None:
        assert field.to is not None
        rows = field.to.objects.seen_by(self.actor)  # type: ignore[attr-defined]
        if isinstance(value, int) or str(value).strip().isdigit():
            number = int(value)
            return record_of(self.actor, field.to).first(number) if number < 2**63 else None
        said = str(value).strip()
        columns = {f.name for f in field.to._meta.concrete_fields}
        if "@" in said and "email" in columns:
            return rows.filter(email__iexact=said).first()  # type: ignore[no-any-return]
        if "name" not in columns:
            return None
        exact = list(rows.filter(name=said)[:2]) or list(rows.filter(name__iexact=said)[:2])
        if not exact and "code" in columns:  # what Tend ships has a code that is the same in every language
            exact = list(rows.filter(code=said.casefold())[:2])
        if not exact and not said.isascii():  # SQLite folds only ASCII
            folded = said.casefold()
            exact = (
                [r for r in rows.order_by("pk")[:2000] if r.name.casefold() == folded][:2] if columns & {"hue"} else []
            )
        return exact[0] if len(exact) == 1 else None

    def _characteristics(self, value: Any) -> dict[str, Any]:
        if value in BLANK:
            return {}
        if not isinstance(value, Mapping):
            raise Refused(_("Characteristics are an object by key."), code="type")
        if self._definitions is None:
            self._definitions = {d.key: d for d in definitions(self.entity.code)}
        cleaned: dict[str, Any] = {}
        for key, said in value.items():
            definition = self._definitions.get(key)
            name = f"characteristics.{key}"
            if definition is None or self.entity.right(self.actor, name) == "hidden":
                raise Refused(_("There is no field “%(name)s”.") % {"name": name}, field=name, code="unknown")
            cleaned[key] = None if said in BLANK else self.characteristic(definition, said)
        return cleaned

    def characteristic(self, definition: CharacteristicDefinition, said: Any) -> Any:
        """The typed value of a characteristic, as records keep it. Refused for what is not of its type."""
        kinds = CharacteristicDefinition.Type
        field = Field(f"characteristics.{definition.key}", label=definition.name, kind="text", trait="characteristics")
        if definition.type in (kinds.NUMBER, kinds.MONEY):
            number = self.number(field, said)
            return (
                int(number) if number == number.to_integral_value() and abs(number) < 2**53 else str(number.normalize())
            )
        if definition.type == kinds.DATE:
            return self.date(field, said).isoformat()
        if definition.type == kinds.YESNO:
            return self.yesno(field, said)
        if definition.type in (kinds.CHOICE, kinds.CHOICES):
            given = [str(s) for s in _as_list(said)]
            known = {str(c).casefold(): str(c) for c in definition.choices}
            for one in given:
                if one.casefold() not in known:
                    raise Refused(
                        _("“%(value)s” is none of: %(offered)s.")
                        % {"value": one, "offered": ", ".join(map(str, definition.choices))},
                        code="choice",
                    )
            found = [known[o.casefold()] for o in given]
            return found[0] if definition.type == kinds.CHOICE else found
        return self.text(field, said)


_BY_KIND: dict[str, Callable[[Cleaner, Field, Any], Any]] = {
    "text": Cleaner.text, "longtext": Cleaner.text, "integer": Cleaner.integer, "number": Cleaner.number,
    "money": Cleaner.number, "date": Cleaner.date, "datetime": Cleaner.datetime, "yesno": Cleaner.yesno,
    "choice": Cleaner.choice, "link": Cleaner.link, "links": Cleaner.link, "url": Cleaner.url,
    "email": Cleaner.email, "phone": Cleaner.phone, "address": Cleaner.address, "json": Cleaner.json,
}  # fmt: skip


def clean_text(text: str, *, lines: bool = False) -> str:
    """Trimmed text in NFC without control characters; line breaks stay only where lines are expected."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _within(text: str, name: str, limit: int) -> str:
    if len(text) > limit:
        raise Refused(
            _("%(field)s takes at most %(limit)d characters.") % {"field": name, "limit": limit}, code="too_long"
        )
    return text


def put(unit: Unit, entity: Entity, record: Any, values: Mapping[str, Any]) -> None:
    """Put cleaned values into a record from inside its create or edit verb; what a verb owns is that verb's business."""
    for name, value in values.items():
        field = entity.by_name.get(name) or entity.by_name[name.partition(".")[0]]
        if field.trait:
            entity.traits[field.trait].write(unit, record, name, value)
        else:
            setattr(record, name, value)


def split_by_verb(entity: Entity, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that the edit verb writes, and those that verbs of their own write, by field name."""
    fields = entity.by_name
    owned = {n: v for n, v in values.items() if n in fields and fields[n].verb}
    return {n: v for n, v in values.items() if n not in owned}, owned


def change(unit: Unit, entity: Entity, record: Any, values: Mapping[str, Any]) -> None:
    """Change fields of a held record: the edit verb for plain ones, each owning verb for the others, rights included."""
    plain, owned = split_by_verb(entity, values)
    if plain and entity.edit is not None:
        entity.edit(unit, record, values=plain)
    for name, value in owned.items():
        field = entity.by_name[name]
        if _differs(record, name, value):
            if value is None and not _may_be_empty(entity.verb_by_name[field.verb], field.verb_option):
                raise Refused(_("%(field)s is required.") % {"field": field.label}, field=name, code="required")
            entity.verb_by_name[field.verb](unit, record, **{field.verb_option: value})


def edit_record(
    actor: Actor, entity: Entity, record: Any, raw: Mapping[str, Any], *, expect: Expected | None = None
) -> Any:
    """The one way in which pages and the API change fields of one record; answers as a verb call does."""
    from tend.kernel.verbs import Done

    values = Cleaner(entity, actor).clean(raw)
    with Unit(actor, verb="edit") as unit:
        plain, owned = split_by_verb(entity, values)
        actions = {entity.edit.action(actor)} if plain and entity.edit else set()
        actions |= {entity.verb_by_name[entity.by_name[n].verb].action(actor) for n in owned}
        held = None
        for action in sorted(actions) or ["view"]:
            held = unit.open_one(entity, record, action)
        assert held is not None
        check_expected(held, expect)
        change(unit, entity, held, values)
    return Done(held, held, unit.says, unit.act if unit.wrote else None)


def create_record(actor: Actor, entity: Entity, raw: Mapping[str, Any]) -> Any:
    """The one way in which pages and the API make a record."""
    assert entity.create is not None
    values = Cleaner(entity, actor, creating=True).clean(raw)
    return entity.create(actor, values=values)


def _differs(record: Any, name: str, value: Any) -> bool:
    if isinstance(value, models.Model) or value is None:
        attname = f"{name}_id" if f"{name}_id" in record.__dict__ else name
        return bool(record.__dict__.get(attname) != (value.pk if value is not None else None))
    return bool(getattr(record, name, None) != value)


def _may_be_empty(verb: Any, option: str) -> bool:
    from tend.kernel.options import option_kind

    return any(option_kind(o)[2] for o in verb.options if o.name == option)


def _as_list(value: Any) -> list[Any]:
    if value in BLANK:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]

"""Form fields by the kind of value: which widget, which options, and which part of the design system draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tend.base.addresses import country_name
from tend.doors.web.records.several import Several, is_several
from tend.doors.web.records.typed import locale
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.organisation import organisation

INPUT = {"class": "input"}
FIRST = 30  # records offered before anybody types


@dataclass(frozen=True)
class Choice:
    """One option of a picker, with what stands beside it."""

    value: str
    label: str
    mark: str = ""
    hue: str = ""
    note: str = ""
    consequence: str = ""


class Picker(forms.Select):
    """A native select whose options carry marks, notes and consequences for the picker script."""

    def __init__(self, options: Sequence[Choice], blank: str | None = None) -> None:
        self.by_value = {o.value: o for o in options}
        rows = [(o.value, o.label) for o in options]
        super().__init__(attrs=INPUT, choices=rows if blank is None else [("", blank), *rows])

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        made = super().create_option(name, value, *args, **kwargs)
        option = self.by_value.get(str(value))
        if option is not None:
            said = {
                "data-mark": option.mark,
                "data-hue": option.hue,
                "data-note": option.note,
                "data-consequence": option.consequence,
            }
            made["attrs"].update({k: v for k, v in said.items() if v})
        return made


class Anything(forms.MultipleChoiceField):
    """Several values; which of them are known is the kernel's business."""

    def validate(self, value: Any) -> None:
        return


def books(actor: Actor, model: Any, *, keep: Iterable[int] = ()) -> list[Choice]:
    """The values of a book that are offered, and those in `keep` although they are retired."""
    kept = set(keep)
    rows = model.objects.seen_by(actor).order_by("position", "id")
    return [
        Choice(str(r.pk), r.name, r.mark or r.name[:1].upper(), r.hue, note_of(r))
        for r in rows
        if r.is_active or r.pk in kept
    ]


def note_of(value: Any) -> str:
    """What is said beside a value of a book: for a status, how often it calls."""
    if not hasattr(value, "plans_calls"):
        return ""
    if not value.plans_calls:
        return _("plans no calls")
    unit = _("every %(n)s working days") if value.interval_kind == "working" else _("every %(n)s days")
    return unit % {"n": value.interval}


def is_book(field: Field) -> bool:
    return (
        field.to is not None and any(f.name == "hue" for f in field.to._meta.fields) and hasattr(field.to, "position")
    )


def named(actor: Actor, model: Any, ids: Iterable[Any]) -> list[Choice]:
    """The records with these ids that the actor sees, as options, and the first few others for whoever has no scripts."""
    from tend.kernel.entity import entity_of

    title = entity_of(model).title
    known = [int(i) for i in ids if str(i).isdigit() and int(i) < 2**63]
    rows = model.objects.seen_by(actor)
    found = list(rows.filter(pk__in=known).only("pk", title)) if known else []
    offered = rows.filter(is_active=True) if any(f.name == "is_active" for f in model._meta.fields) else rows
    found += [r for r in offered.only("pk", title).order_by(title, "pk")[:FIRST] if r.pk not in known]
    return [Choice(str(r.pk), str(r)) for r in found]


def form_field(
    field: Field,
    actor: Actor,
    *,
    value: Any = None,
    typed: Any = None,
    options: Sequence[Choice] | None = None,
    required: bool = False,
) -> forms.Field:
    """The Django field that asks for a value; `value` is what is stored, `typed` what came back from a refused form."""
    made = _made(field, actor, value, typed, options)
    made.label, made.help_text, made.required = str(field.label), str(field.help or ""), False
    if field.name.endswith(".country_code"):
        made.label = _("Country")
    made.show_hidden_initial = True
    made.part = part_of(field)  # type: ignore[attr-defined]
    made.asks = required or field.required  # type: ignore[attr-defined]
    if field.shown_if is not None:
        made.shown_if, made.shown_values = field.shown_if[0], "\n".join(field.shown_if[1])  # type: ignore[attr-defined]
    made.required_for = " ".join(field.required_for)  # type: ignore[attr-defined]
    if field.kind in ("link", "links") and field.to is not None and options is None and not is_book(field):
        made.pick_url = pick_url(field)  # type: ignore[attr-defined]
    if field.kind == "money":
        made.currency = organisation().currency  # type: ignore[attr-defined]
    if made.asks:
        made.widget.attrs["aria-required"] = "true"
    return made


def part_of(field: Field) -> str:
    if is_several(field):
        return "several"
    if is_language(field) or field.kind in ("link", "choice") or (field.to is not None and not is_book(field)):
        return "picker"
    return {"money": "money", "date": "date", "links": "ticks"}.get(field.kind, "")


def pick_url(field: Field) -> str:
    from tend.kernel.entity import entity_of

    assert field.to is not None
    return f"/pick/{entity_of(field.to).plural}"


def _made(field: Field, actor: Actor, value: Any, typed: Any, options: Sequence[Choice] | None) -> forms.Field:
    must = field.required and (value not in (None, "", []) or field.trait != "characteristics")
    blank = None if field.required and value else _("not filled in")
    if is_several(field):
        return Several(field)
    if is_language(field):
        return forms.CharField(widget=Picker(languages(value, typed), blank))
    if field.kind == "choice":
        offered = options if options is not None else [Choice(str(c), str(label)) for c, label in choices_of(field)]
        return forms.CharField(widget=Picker(offered, None if must else blank))
    if field.kind == "link":
        if options is None:
            ids = [i for i in (getattr(value, "id", value), typed) if i not in (None, "")]
            options = (
                books(actor, field.to, keep=[int(i) for i in ids if str(i).isdigit()])
                if is_book(field)
                else named(actor, field.to, ids)
            )
        return forms.CharField(widget=Picker(options, blank))
    if field.kind == "links" and field.to is not None and not is_book(field):
        ids = [getattr(v, "id", v) for v in value or ()] + ([typed] if typed else [])
        return forms.CharField(widget=Picker(named(actor, field.to, ids), blank))
    if field.kind == "links" and field.to is None:
        options = [Choice(c, str(label)) for c, label in field.choices]
    if field.kind == "links":
        rows = (
            options if options is not None else books(actor, field.to, keep=[getattr(v, "id", v) for v in value or ()])
        )
        return Anything(choices=[(o.value, o.label) for o in rows], widget=forms.CheckboxSelectMultiple())
    if field.kind == "yesno":
        return forms.BooleanField()
    if field.kind == "longtext" or field.name.endswith(".street"):
        return forms.CharField(
            widget=forms.Textarea({**INPUT, "rows": 2 if "street" in field.name else 3}), strip=False
        )
    return forms.CharField(widget=forms.TextInput(_attributes(field)), strip=False)


def _attributes(field: Field) -> dict[str, Any]:
    kinds: Mapping[str, dict[str, Any]] = {
        "email": {"type": "email", "autocomplete": "off"},
        "phone": {"type": "tel", "autocomplete": "off"},
        "url": {"inputmode": "url"},
        "integer": {"inputmode": "numeric"},
        "number": {"inputmode": "decimal"},
        "money": {"inputmode": "decimal", "class": "bare"},
        "date": {"autocomplete": "off", "class": "bare", "placeholder": _("a date, or a word such as tomorrow")},
        "datetime": {"placeholder": "2026-03-15 10:30"},
    }
    return {**INPUT, **kinds.get(field.kind, {})}


def choices_of(field: Field) -> list[tuple[str, Any]]:
    """The fixed choices of a field; lifecycles go by the company's own names."""
    if field.name == "lifecycle":
        own = organisation().lifecycle_labels or {}
        return [(code, own.get(code) or label) for code, label in field.choices]
    return list(field.choices)


def is_language(field: Field) -> bool:
    """Does the field hold the code of a language, which people know by its name?"""
    return field.name == "language" and field.kind == "text"


def languages(*keep: Any) -> list[Choice]:
    """The languages that have a two-letter code, by name in the reader's own; and what is stored, if it is another."""
    named = {code: name for code, name in locale().languages.items() if len(code) == 2}
    for code in keep:
        if code and code not in named:
            named[str(code)] = language_name(str(code))
    return sorted((Choice(code, name[:1].upper() + name[1:]) for code, name in named.items()), key=lambda c: c.label)


def language_name(code: str) -> str:
    """A language by its name in the reader's own; a code that is none stays as it is."""
    language, _dash, place = str(code).replace("_", "-").partition("-")
    if not place:
        return str(locale().languages.get(language.lower(), code))
    try:
        return Locale.parse(f"{language.lower()}_{place.upper()}").get_display_name(locale()) or str(code)
    except (ValueError, UnknownLocaleError):
        return str(code)


def country_of(code: str) -> str:
    return country_name(code, (get_language() or "en").split("-")[0]) if code else ""

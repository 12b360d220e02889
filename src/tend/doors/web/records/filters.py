"""The filter of a list in words: one chip per condition, and the builder that adds one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.doors.web.records import cells
from tend.doors.web.records.fieldset import characteristics, find, in_group
from tend.doors.web.records.places import Place
from tend.doors.web.records.state import State
from tend.doors.web.records.widgets import Choice, Picker, books, choices_of, is_book
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.query import Offer, offered_fields, to_text
from tend.kernel.query.tree import All, Condition, Node, as_json
from tend.kernel.reading import Reader

OPERATORS: Mapping[str, Any] = {
    "is": gettext_lazy("is"), "is_not": gettext_lazy("is not"), "in": gettext_lazy("is any of"), "not_in": gettext_lazy("is none of"),
    "contains": gettext_lazy("contains"), "starts_with": gettext_lazy("begins with"), "empty": gettext_lazy("is not filled in"),
    "filled": gettext_lazy("is filled in"), "lt": gettext_lazy("is below"), "lte": gettext_lazy("is at most"),
    "gt": gettext_lazy("is above"), "gte": gettext_lazy("is at least"), "between": gettext_lazy("is between"),
    "any_of": gettext_lazy("any of"), "all_of": gettext_lazy("all of"), "none_of": gettext_lazy("none of"),
}  # fmt: skip
DATE_OPERATORS: Mapping[str, Any] = {
    "lt": gettext_lazy("before"), "lte": gettext_lazy("up to"), "gt": gettext_lazy("after"), "gte": gettext_lazy("from"),
    "between": gettext_lazy("between"),
}  # fmt: skip
DAYS: Mapping[str, Any] = {
    "today": gettext_lazy("today"), "tomorrow": gettext_lazy("tomorrow"), "yesterday": gettext_lazy("yesterday"), "this_week": gettext_lazy("this week"),
    "this_month": gettext_lazy("this month"), "last_month": gettext_lazy("last month"), "overdue": gettext_lazy("overdue"),
}  # fmt: skip


def parts(node: Node) -> tuple[Node, ...]:
    """The conditions that stand side by side."""
    return node.parts if isinstance(node, All) else (node,)


def chips(place: Place, actor: Actor, state: State, node: Node) -> list[dict[str, str]]:
    """One chip per part of the filter, each with the address of the list without it."""
    whole = parts(node)
    found = []
    for at, part in enumerate(whole):
        rest = All((*whole[:at], *whole[at + 1 :]))
        words, value = _said(place, actor, part)
        found.append(
            {"words": words, "value": value, "remove_url": state.url(place, filter=to_text(place.entity, rest, actor))}
        )
    if state.q:
        found.append({"words": _("Search"), "value": state.q, "remove_url": state.url(place, q="")})
    return found


def _said(place: Place, actor: Actor, part: Node) -> tuple[str, str]:
    if not isinstance(part, Condition):
        return _("Filter"), to_text(place.entity, part, actor)
    field = find(place.entity, actor, part.field)
    label = str(field.label) if field is not None else part.field
    if field is not None and field.trait == "remarks" and part.field.startswith("remarks."):
        label = _("Remark %(key)s") % {"key": part.field.partition(".")[2]}
    return f"{label} {operator_word(part.op, field.kind if field else '')}".strip(), _value(place, actor, part)


def operator_word(op: str, kind: str) -> str:
    """The word between a field and its value."""
    words = DATE_OPERATORS if kind in ("date", "datetime") and op in DATE_OPERATORS else OPERATORS
    return str(words.get(op, op.replace("_", " ")))


def _value(place: Place, actor: Actor, part: Condition) -> str:
    if part.op in ("empty", "filled"):
        return "✓"
    values = part.value if isinstance(part.value, list) else [part.value]
    field = find(place.entity, actor, part.field)
    said = []
    for value in values:
        if isinstance(value, Mapping):
            name = value.get("name")
            if not name and field is not None and field.to is not None and value.get("id") is not None:
                known = Reader(place.entity, actor, ()).linked(field, [int(value["id"])]).get(int(value["id"]))
                name = known.name if known else ""
            said.append(str(name or ""))
        elif field is not None and field.kind in ("choice", "yesno") and value is not None:
            said.append(cells.plain(field, value))
        else:
            said.append(str(DAYS.get(str(value), "me" if value == "me" else value)))
    return (" – " if part.op == "between" else ", ").join(said)


def offers(place: Place, actor: Actor) -> list[Offer]:
    """The fields of the builder, those with a few values first."""
    found = [
        o
        for o in offered_fields(place.entity, actor)
        if "." not in o.name or o.name.startswith(("address.", "characteristics."))
    ]
    own = {f.name: in_group(f) for f in characteristics(place.entity, actor)}  # those of one group stand together
    found = [replace(o, label=own[o.name]) if o.name in own else o for o in found]
    return sorted(found, key=lambda o: (not o.facet, str(o.label)))


class ConditionForm(forms.Form):
    """Operator and value of one new condition."""

    def __init__(self, place: Place, actor: Actor, offer: Offer, data: Any = None) -> None:
        super().__init__(data)
        self.offer = offer
        kind = offer.kind
        words = [Choice(op, operator_word(op, kind)) for op in offer.operators if op not in ("in", "not_in")]
        listed = _listed(place, actor, offer)
        if listed is not None:
            words = [w for w in words if w.value not in ("contains", "starts_with")]
        self.fields["op"] = forms.CharField(label=_("How"), widget=Picker(words), required=False)
        self.fields["op"].part = "picker"  # type: ignore[attr-defined]
        self.fields["value"] = forms.CharField(
            label=str(offer.label),
            required=False,
            widget=Picker(listed) if listed is not None else forms.TextInput({"class": "input", "autocomplete": "off"}),
        )
        self.fields["value"].part = "picker" if listed is not None else ""  # type: ignore[attr-defined]
        if listed is None and offer.to is not None:
            from tend.kernel.entity import entity_of

            self.fields["value"].widget = Picker([], None)
            self.fields["value"].part = "picker"  # type: ignore[attr-defined]
            self.fields["value"].pick_url = f"/pick/{entity_of(offer.to).plural}"  # type: ignore[attr-defined]
        if kind in ("date", "datetime"):
            self.fields["value"].help_text = _("A date, or words such as today, this_month, last 30 days")
        if "between" in offer.operators:
            self.fields["until"] = forms.CharField(
                label=_("and"),
                required=False,
                widget=forms.TextInput({"class": "input"}),
                help_text=_("only for “between”"),
            )
            self.fields["until"].part = ""  # type: ignore[attr-defined]

    def condition(self) -> Condition:
        """The condition that was chosen. Refused when a value is wanted and none was given."""
        op, value = self.cleaned_data["op"] or self.offer.operators[0], self.cleaned_data["value"].strip()
        if op in ("empty", "filled"):
            return Condition(self.offer.name, op)
        if not value:
            raise Refused(_("Give a value to compare with."), field="value", code="required")
        if op == "between":
            return Condition(self.offer.name, op, [value, self.cleaned_data.get("until", "").strip()])
        one: Any = {"id": int(value)} if self.offer.to is not None and value.isdigit() else value
        if self.offer.kind == "yesno":
            one = value == "yes"
        return Condition(self.offer.name, op, [one] if op in ("any_of", "all_of", "none_of") else one)


def _listed(place: Place, actor: Actor, offer: Offer) -> list[Choice] | None:
    field = find(place.entity, actor, offer.name)
    if offer.kind == "yesno":
        return [Choice("yes", _("yes")), Choice("no", _("no"))]
    if field is not None and field.to is not None and is_book(field):
        return books(actor, field.to)
    if field is not None and field.kind == "choice":
        return [Choice(str(c), str(label)) for c, label in choices_of(field)]
    if offer.choices:
        return [Choice(str(c), str(label)) for c, label in offer.choices]
    return None


def with_condition(place: Place, actor: Actor, node: Node, condition: Condition) -> str:
    """The text of the filter with one more condition."""
    from tend.kernel.query import compile_filter

    whole = All((*(p for p in parts(node) if p != All(())), condition))
    compile_filter(place.entity, actor, whole)  # refuses what does not fit, in words
    return to_text(place.entity, as_json(whole), actor)

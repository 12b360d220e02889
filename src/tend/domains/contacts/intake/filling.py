"""A row into an account that is there: blanks are filled, a key also lets values be overwritten, what differs is told."""

from __future__ import annotations

from typing import Any

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.contacts.intake.linking import Linking
from tend.domains.contacts.intake.said import Said
from tend.kernel.imports.checks import refuse_if_changed_since
from tend.kernel.imports.recipe import Outcome
from tend.kernel.traits.contact_points import normalise_point
from tend.kernel.unit import Unit
from tend.kernel.values import change

BLANK = (None, "", False)


class Filling:
    """Puts what rows say into accounts of one chunk."""

    def __init__(self, unit: Unit, country: str, linking: Linking, memory: dict[str, Any]) -> None:
        self.unit = unit
        self.country = country
        self.linking = linking
        self.memory = memory

    def fill(self, said: Said, account: Account, outcome: Outcome, *, overwrite: bool) -> None:
        """Change the account as the row says; changes and conflicts are told in the outcome."""
        values = self._values(said, account, outcome, overwrite=overwrite)
        if overwrite and said.clear:
            self._clear(said, account, values, outcome)
        self._points(said, account, values, outcome)
        self._places(said, account, values, outcome, overwrite=overwrite)
        self._remarks(said, account, values, outcome)
        if values:
            change(self.unit, ACCOUNT, account, values)

    def _values(self, said: Said, account: Account, outcome: Outcome, *, overwrite: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, given in said.values.items():
            value = self.linking.if_made(given)
            before = self._current(account, name)
            if name == "tags":
                added = [t for t in self.linking.settled(value) if t.pk not in before]
                if added:
                    values["tags"] = [*before, *(t.pk for t in added)]
                    outcome.changes["tags"] = [None, ", ".join(t.name for t in added)]
            elif before == (value.pk if hasattr(value, "pk") else value):
                continue
            elif before in BLANK or overwrite:
                if before not in BLANK:
                    refuse_if_changed_since(self.memory, account)
                values[name] = self.linking.settled(value)
                outcome.changes[name] = [self._named(name, before), _name_of(value)]
            else:
                outcome.conflicts.append({"field": name, "kept": self._named(name, before), "file": _name_of(value)})
        return values

    def _clear(self, said: Said, account: Account, values: dict[str, Any], outcome: Outcome) -> None:
        for name in said.clear:
            field = ACCOUNT.by_name.get(name)
            if field is not None and not field.trait and (before := self._current(account, name)) not in (None, ""):
                values[name] = None if field.kind not in ("text", "longtext", "url") else ""
                outcome.changes[name] = [_name_of(before), None]

    def _named(self, name: str, value: Any) -> Any:
        """What a link's id is called, for the eyes."""
        field = ACCOUNT.by_name.get(name)
        if value is None or field is None or field.kind != "link" or field.to is None:
            return value
        names: dict[tuple[str, int], str] = self.memory.setdefault("names of links", {})
        if (name, value) not in names:
            with self.unit.reading():
                found = field.to.objects.seen_by(self.unit.actor).filter(pk=value).first()  # type: ignore[attr-defined]
            names[name, value] = str(found) if found is not None else str(value)
        return names[name, value]

    def _current(self, account: Account, name: str) -> Any:
        if name == "tags":
            return [r.tag_id for r in ACCOUNT.traits["tags"].rows(self.unit, account)]
        if name.startswith("characteristics."):
            return account.characteristics.get(name.partition(".")[2])
        return account.__dict__[f"{name}_id" if ACCOUNT.by_name[name].kind == "link" else name]

    # --- parts: they only ever grow ---------------------------------------------------------------------------------
    def _points(self, said: Said, account: Account, values: dict[str, Any], outcome: Outcome) -> None:
        trait = ACCOUNT.traits["contact_points"]
        for kind, given in (("phone", said.phones), ("email", [{"value": e, "label": ""} for e in said.emails])):
            if not given:
                continue
            rows = [r for r in trait.rows(self.unit, account) if r.kind == kind]
            known = {r.normalised for r in rows}
            new = [g for g in given if normalise_point(kind, g["value"], self.country) not in known]
            if new:
                values[f"{kind}s"] = [*(r.as_dict() for r in rows), *new]
                outcome.changes[f"{kind}s"] = [
                    ", ".join(r.value for r in rows) or None,
                    ", ".join(g["value"] for g in new),
                ]

    def _places(
        self, said: Said, account: Account, values: dict[str, Any], outcome: Outcome, *, overwrite: bool
    ) -> None:
        places = said.addressed()
        if not places:
            return
        rows = [r.as_dict() for r in ACCOUNT.traits["addresses"].rows(self.unit, account)]
        changed = False
        for place in places:
            kind, primary = place.pop("kind"), place.pop("is_primary")
            known = next((r for r in rows if (r["is_primary"] if primary else r["kind"] == kind)), None)
            if known is None:
                rows.append({**place, "kind": kind, "is_primary": primary and not any(r["is_primary"] for r in rows)})
                outcome.changes["address"] = [None, ", ".join(str(v) for v in place.values())]
                changed = True
                continue
            for element, value in place.items():
                if known[element] == value:
                    continue
                if known[element] and not overwrite:
                    outcome.conflicts.append({"field": f"address.{element}", "kept": known[element], "file": value})
                else:
                    outcome.changes[f"address.{element}"] = [known[element] or None, value]
                    known[element] = value
                    changed = True
        if changed:
            values["addresses"] = rows

    def _remarks(self, said: Said, account: Account, values: dict[str, Any], outcome: Outcome) -> None:
        if not said.remarks:
            return
        known = {r.text for r in ACCOUNT.traits["remarks"].rows(self.unit, account)}
        new = [r for r in said.remarks if r not in known]
        if new:
            values["remarks"] = new
            outcome.changes["remarks"] = [None, "; ".join(new)[:200]]


def _name_of(value: Any) -> Any:
    return value.name if hasattr(value, "name") else value

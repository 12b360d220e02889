"""The accounts that the rows of a chunk may mean: looked up in sets, within sight; what rows make is learned as they go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tend.base.names import normalise
from tend.domains.accounts.duplicates import Candidate, Sign, candidates, signs_of
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, AccountAddress, AccountPoint
from tend.domains.contacts.intake.keys import parts_of, values_of
from tend.domains.contacts.intake.said import Said
from tend.kernel.imports.models import ImportTrace
from tend.kernel.imports.plan import Plan
from tend.kernel.merging import known_as
from tend.kernel.record import build
from tend.kernel.unit import Unit

TRAITS = ("contact_points", "addresses", "tags", "remarks")


class Known:
    """Accounts by what they are known by: name with signs, keys, and the rows that they once came from."""

    def __init__(self, unit: Unit, plan: Plan, of: int) -> None:
        self.unit = unit
        self.plan = plan
        self.of = of
        self.parts = parts_of(plan.key)
        self.accounts: dict[int, Account] = {}
        self.touched: set[int] = set()  # accounts that a row of this file has made or changed
        self.traces: list[ImportTrace] = []
        self.by_name: dict[str, list[Candidate]] = defaultdict(list)
        self.by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.by_print: dict[int, set[int]] = defaultdict(set)

    def look_up(self, rows: Sequence[Said]) -> None:
        """Read all that these rows may mean, in a constant number of queries."""
        self.by_name.update(candidates(self.unit.actor, [s.key for s in rows]))
        self._look_up_own(rows)
        self._look_up_chosen(rows)
        prints = [s.fingerprint for s in rows]
        traces = ImportTrace.objects.filter(fingerprint__among=prints, record_type=ACCOUNT.code)
        traced = list(traces.values_list("fingerprint", "record_id"))
        found = {c.id for cs in self.by_name.values() for c in cs} | {pk for ids in self.by_key.values() for pk in ids}
        found |= {pk for _print, pk in traced}
        if not found:
            return
        self.accounts = {a.pk: a for a in self.unit.open(ACCOUNT, sorted(found), "view")}
        for fingerprint, pk in traced:
            if pk in self.accounts:
                self.by_print[fingerprint].add(pk)
        self.unit.preload(ACCOUNT, list(self.accounts.values()), [n for n in TRAITS if n in ACCOUNT.traits])
        touched = ImportTrace.objects.filter(of=self.of, record_id__among=list(self.accounts))
        self.touched = set(touched.values_list("record_id", flat=True))

    def _look_up_own(self, rows: Sequence[Said]) -> None:
        seen = Account.objects.seen_by(self.unit.actor)
        ids = {int(s.own["id"]) for s in rows if s.own.get("id", "").isdigit() and len(s.own["id"]) < 19}
        for pk in seen.filter(pk__among=ids).values_list("pk", flat=True) if ids else ():
            self.by_key["id", str(pk)].append(pk)
        numbers = {s.own["number"] for s in rows if s.own.get("number")}
        for pk, number in seen.filter(number__among=numbers).values_list("pk", "number") if numbers else ():
            self.by_key["number", number].append(pk)
        refs = {s.own["external_ref"] for s in rows if s.own.get("external_ref")}
        if refs:
            of_system = seen.filter(external_ref__among=refs, source_system=self.plan.system)
            for pk, ref in of_system.values_list("pk", "external_ref"):
                self.by_key["external_ref", ref].append(pk)
        self._look_up_merged(numbers, refs)

    def _look_up_merged(self, numbers: set[str], refs: set[str]) -> None:
        """Numbers and keys that nobody has but an account that was merged lead to the one that it is part of now."""
        asked: tuple[tuple[str, set[str], dict[str, str]], ...] = (
            ("number", numbers, {}), ("external_ref", refs, {"source_system": self.plan.system}),
        )  # fmt: skip
        for column, values, narrow in asked:
            unknown = [v for v in values if not self.by_key.get((column, v))]
            for value, pk in known_as(self.unit.actor, Account, column, unknown, **narrow):
                self.by_key[column, value].append(pk)

    def _look_up_chosen(self, rows: Sequence[Said]) -> None:
        """By each part of the chosen key; elements of the address only among those whom another part has found."""
        seen = Account.objects.seen_by(self.unit.actor)
        found: set[int] = set()
        for part in self.parts:
            values = {v for s in rows for v in values_of(s, part)}
            if not values or part in ("id", "number", "external_ref"):
                continue
            if part in ("email", "phone"):
                points = AccountPoint.objects.as_system("narrowed to the accounts in sight")
                points = points.filter(kind=part, normalised__among=values, record__in=seen.values("pk"))
                pairs = list(points.values_list("record_id", "normalised"))
            elif part == "website":
                pairs = list(seen.filter(website__among=values).values_list("pk", "website"))
            elif part == "name":
                pairs = [(c.id, name) for name in values for c in self.by_name.get(name, ())]
            else:
                continue
            for pk, value in pairs:
                self.by_key[part, value].append(pk)
                found.add(pk)
        elements = [p for p in self.parts if p.startswith("address.")]
        if elements and found:
            places = AccountAddress.objects.of(sorted(found)).filter(is_primary=True)
            for pk, code, city in places.values_list("record_id", "postal_code", "city"):
                for part in elements:
                    self.by_key[part, code if part == "address.postal_code" else normalise(city)].append(pk)

    # --- what rows make ---------------------------------------------------------------------------------------------
    def keys_of(self, said: Said) -> list[tuple[str, str]]:
        """By what a later row may find the account, besides name and signs: the source system's id, the chosen key."""
        found = [("external_ref", said.own["external_ref"])] if said.own.get("external_ref") else []
        return found + [
            (part, value)
            for part in self.parts
            if part not in ("id", "number", "external_ref")
            for value in values_of(said, part)
        ]

    def know(self, said: Said, account: Account) -> None:
        """Later rows of the same file find this account, which the row has made."""
        self.accounts[account.pk] = account
        self._trace(said, account)
        self.learn(said, account)

    def meet(self, said: Said, account: Account) -> None:
        """The row means this account. Which record it became is kept once per account and run, and per new wording."""
        if account.pk not in self.touched or said.fingerprint not in self.by_print:
            self._trace(said, account)
        self.learn(said, account)

    def _trace(self, said: Said, account: Account) -> None:
        self.by_print[said.fingerprint].add(account.pk)
        told = {"fingerprint": said.fingerprint, "record_type": ACCOUNT.code, "record_id": account.pk, "of_id": self.of}
        self.traces.append(build(ImportTrace, None, told))

    def learn(self, said: Said, account: Account) -> None:
        """What the row said of this account is a sign of it from now on, as if it had been read from the database."""
        self.touched.add(account.pk)
        named = self.by_name[account.match_name]
        known = next((c for c in named if c.id == account.pk), None)
        if known is None:
            named.append(Candidate(account.pk, set(said.signs)))
        else:
            known.signs |= said.signs
        for key in self.keys_of(said) if self.parts or said.own else ():
            if account.pk not in self.by_key[key]:
                self.by_key[key].append(account.pk)

    def signs_of(self, account: Account) -> set[Sign]:
        """The signs of an account as it stands in this unit."""
        points = ACCOUNT.traits["contact_points"].rows(self.unit, account)
        found = signs_of(
            phones=[p.normalised for p in points if p.kind == "phone"],
            emails=[p.normalised for p in points if p.kind == "email"],
            website=account.website,
        )
        for place in ACCOUNT.traits["addresses"].rows(self.unit, account):
            found |= signs_of(postal_code=place.postal_code, street=place.street)
        return found

"""Matches the columns of a file to fields, by the name of the column and by what its cells look like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tend.base.headers.concepts import KINDS, MULTIPLE, Record
from tend.base.headers.keys import key
from tend.base.headers.profile import ColumnProfile, profile
from tend.base.headers.systems.system import System
from tend.base.headers.vocabulary import fields_for, find_system, id_column, meanings
from tend.base.unreadable import gettext_noop

How = Literal["name", "content", "name and content", "none"]

ENOUGH = 0.55
"""A match below this confidence is not made."""


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column may fill.

    `labels` are further names (an administrator's label, a characteristic's name in several
    languages), `kind` the content it expects (see `kinds`), `multiple` whether several columns may
    fill it, `choices` the values of its book.
    """

    name: str
    labels: tuple[str, ...] = ()
    kind: str = ""
    multiple: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A remark about a match: an English source sentence with %(name)s places, and their values."""

    sentence: str = ""
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in English."""
        return self.sentence % self.params if self.params else self.sentence


@dataclass(frozen=True, slots=True)
class Match:
    """What becomes of one column. `field` is None when nothing fits; `negated` when yes means no there."""

    column: int
    header: str
    field: str | None
    how: How
    confidence: float
    note: Note
    profile: ColumnProfile
    negated: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    column: int
    field: str
    confidence: float
    how: How
    note: Note
    rank: int


_OF_THE_PERSON = {"email": "contact.email", "phone.mobile": "contact.mobile"}
_FROM_CONTENT = ("email", "phone", "website", "address.country", "address.postal_code", "address.postal_code_city")
_ROLE_MAILBOXES = (
    "info@",
    "office@",
    "contact@",
    "sales@",
    "mail@",
    "kontakt@",
    "hello@",
    "post@",
    "reservations@",
    "contacto@",
    "contato@",
)

_SAYS: dict[str, str] = {
    "email": gettext_noop("by content: %(hits)s of %(filled)s are e-mail addresses"),
    "phone": gettext_noop("by content: %(hits)s of %(filled)s are phone numbers"),
    "url": gettext_noop("by content: %(hits)s of %(filled)s are web addresses"),
    "postal_code": gettext_noop("by content: %(hits)s of %(filled)s are postal codes"),
    "postal_city": gettext_noop("by content: %(hits)s of %(filled)s are a postal code with a city"),
    "country": gettext_noop("by content: %(hits)s of %(filled)s are countries"),
    "date": gettext_noop("by content: %(hits)s of %(filled)s are dates"),
    "number": gettext_noop("by content: %(hits)s of %(filled)s are numbers"),
    "money": gettext_noop("by content: %(hits)s of %(filled)s are amounts"),
    "yes_no": gettext_noop("by content: %(hits)s of %(filled)s are yes or no"),
    "choices": gettext_noop("by content: %(hits)s of %(filled)s are known values"),
}
_DOUBTS: dict[str, str] = {
    "email": gettext_noop("only %(hits)s of %(filled)s are e-mail addresses"),
    "phone": gettext_noop("only %(hits)s of %(filled)s are phone numbers"),
    "url": gettext_noop("only %(hits)s of %(filled)s are web addresses"),
    "date": gettext_noop("only %(hits)s of %(filled)s are dates"),
    "number": gettext_noop("only %(hits)s of %(filled)s are numbers"),
    "money": gettext_noop("only %(hits)s of %(filled)s are amounts"),
    "yes_no": gettext_noop("only %(hits)s of %(filled)s are yes or no"),
}


def match(
    headers: Sequence[str],
    samples: Sequence[Sequence[str]],
    fields: Iterable[Target | str],
    *,
    record: Record = "account",
) -> list[Match]:
    """One Match per column, in the order of the columns.

    `samples` holds the cells of each column (one sequence a column). `fields` are the fields open to
    this import; a field is taken once unless it is multiple. Where two columns want one field, the
    surer one gets it and the other its next best.
    """
    targets = {target.name: target for target in map(_as_target, fields)}
    profiles = [profile(samples[column] if column < len(samples) else ()) for column in range(len(headers))]
    system = find_system(headers)
    candidates: list[_Candidate] = []
    for column, header in enumerate(headers):
        own_key = system is not None and id_column(headers, system) == header
        names = [("external_ref", 1.0)] if own_key else fields_for(header, record, system)
        candidates += _candidates(column, header, names, profiles[column], targets)
    candidates = _of_the_person(candidates, targets, profiles, headers)
    return _assign(candidates, headers, profiles, targets, system)


def _as_target(given: Target | str) -> Target:
    """The target with what we know of the field by its name."""
    target = Target(given) if isinstance(given, str) else given
    return Target(
        target.name,
        target.labels,
        target.kind or KINDS.get(target.name, ""),
        target.multiple or target.name in MULTIPLE,
        target.choices,
    )


def _candidates(
    column: int, header: str, names: list[tuple[str, float]], facts: ColumnProfile, targets: dict[str, Target]
) -> list[_Candidate]:
    """The fields that one column may fill; `names` are those that its name points to."""
    named: dict[str, float] = {}
    wanted = key(header)
    for target in targets.values():
        if wanted and wanted in map(key, target.labels):
            named[target.name] = 1.0
        elif wanted and wanted == key(target.name):  # weaker than what a recognised system means by it
            named.setdefault(target.name, 0.98)
    ignored = False
    for name, confidence in names:
        if not name:
            ignored = True
        elif name in targets:
            named[name] = max(confidence, named.get(name, 0.0))
    if ignored and not named:
        return []
    found = [_with_content(column, targets[name], trust, facts) for name, trust in named.items()]
    return found + [candidate for candidate in _by_content(column, facts, targets) if candidate.field not in named]


def _with_content(column: int, target: Target, confidence: float, facts: ColumnProfile) -> _Candidate:
    """A match by name, strengthened or doubted by what the cells look like."""
    if target.choices and facts.filled:
        hits = _known_values(facts, target)
        if hits >= facts.filled * 0.6:
            note = _said(_SAYS["choices"], hits, facts)
            return _Candidate(column, target.name, min(1.0, confidence + 0.03), "name and content", note, 0)
    if not target.kind or not facts.filled:
        return _Candidate(column, target.name, confidence, "name", Note(), 0)
    hits = round(facts.share(target.kind) * facts.filled)
    if hits >= facts.filled * 0.6:
        note = _said(_SAYS[target.kind], hits, facts)
        return _Candidate(column, target.name, min(1.0, confidence + 0.03), "name and content", note, 0)
    if target.kind in _DOUBTS and hits < facts.filled * 0.2 and facts.filled >= 5:
        return _Candidate(column, target.name, confidence * 0.6, "name", _said(_DOUBTS[target.kind], hits, facts), 0)
    return _Candidate(column, target.name, confidence, "name", Note(), 0)


def _by_content(column: int, facts: ColumnProfile, targets: dict[str, Target]) -> list[_Candidate]:
    """Matches of a column whose name says nothing."""
    if facts.filled < 3:
        return []
    found: list[_Candidate] = []
    for name in _FROM_CONTENT:
        target = targets.get(name)
        if target is None or not target.kind:
            continue
        share = facts.share(target.kind)
        if target.kind == "phone" and facts.share("number") > 0.5 and not _looks_dialled(facts):
            continue
        if target.kind == "postal_code" and (facts.share("phone") > 0.5 or facts.distinct < facts.filled * 0.1):
            continue
        if share >= 0.8:
            note = _said(_SAYS[target.kind], round(share * facts.filled), facts)
            base = 0.5 if target.kind == "postal_code" else 0.6
            found.append(_Candidate(column, name, base + 0.15 * share, "content", note, 1))
    for target in targets.values():
        if len(target.choices) >= 2 and facts.is_choice:
            hits = _known_values(facts, target)
            if hits >= facts.filled * 0.8 and facts.distinct >= 2:
                found.append(_Candidate(column, target.name, 0.62, "content", _said(_SAYS["choices"], hits, facts), 1))
    return found


def _looks_dialled(facts: ColumnProfile) -> bool:
    """Whether plain digits are phone numbers rather than figures: a plus, a leading zero, or ten and more digits."""
    dialled = sum(1 for text in facts.examples if text.startswith(("+", "0", "(")) or len(text) >= 10)
    return dialled >= max(1, len(facts.examples) * 0.6)


def _known_values(facts: ColumnProfile, target: Target) -> int:
    known = {key(choice) for choice in target.choices}
    return sum(times for text, times in facts.values if key(text) in known)


def _said(sentence: str, hits: int, facts: ColumnProfile) -> Note:
    return Note(sentence, {"hits": f"{hits:,}", "filled": f"{facts.filled:,}"})


def _of_the_person(
    candidates: list[_Candidate], targets: dict[str, Target], profiles: list[ColumnProfile], headers: Sequence[str]
) -> list[_Candidate]:
    """In a file of accounts that names people, one e-mail and mobile without an owner are the person's.

    Mailboxes such as info@ stay with the account.
    """
    people = {"contact.name", "contact.first_name", "contact.last_name"}
    best: dict[int, _Candidate] = {}
    for candidate in candidates:
        if candidate.confidence > best.get(candidate.column, candidate).confidence or candidate.column not in best:
            best[candidate.column] = candidate
    if not any(candidate.field in people and candidate.confidence >= ENOUGH for candidate in best.values()):
        return candidates
    result = list(candidates)
    for place, candidate in enumerate(candidates):
        person_field = _OF_THE_PERSON.get(candidate.field)
        if person_field is None or person_field not in targets:
            continue
        if any(other.field == person_field and other.confidence >= 0.8 for other in candidates):
            continue
        facts = profiles[candidate.column]
        if candidate.field == "email" and any(text.lower().startswith(_ROLE_MAILBOXES) for text in facts.examples):
            continue
        if sum(1 for other in candidates if other.field == candidate.field and other.confidence >= ENOUGH) > 1:
            continue
        note = Note(gettext_noop("the file names people, so this is taken as the contact's"))
        result[place] = _Candidate(
            candidate.column, person_field, candidate.confidence, candidate.how, note, candidate.rank
        )
    return result


def _assign(
    candidates: list[_Candidate],
    headers: Sequence[str],
    profiles: list[ColumnProfile],
    targets: dict[str, Target],
    system: System | None,
) -> list[Match]:
    """Gives fields to columns, surest first, so that none is taken twice without need."""
    matches: list[Match | None] = [None] * len(headers)
    taken: set[str] = set()
    lost: dict[int, str] = {}
    order = sorted(candidates, key=lambda item: (item.rank, -item.confidence, item.column))
    for candidate in order:
        if matches[candidate.column] is not None or candidate.confidence < ENOUGH:
            continue
        if candidate.field in taken and not targets[candidate.field].multiple:
            lost.setdefault(candidate.column, candidate.field)
            continue
        taken.add(candidate.field)
        header = headers[candidate.column]
        negated = candidate.field == "is_person" and any(
            meaning.concept == "is_company" for meaning in meanings(header, system)[:1]
        )
        matches[candidate.column] = Match(
            candidate.column,
            header,
            candidate.field,
            candidate.how,
            round(candidate.confidence, 2),
            candidate.note,
            profiles[candidate.column],
            negated,
        )
    return [
        found or Match(column, headers[column], None, "none", 0.0, _why_none(column, lost), profiles[column])
        for column, found in enumerate(matches)
    ]


def _why_none(column: int, lost: dict[int, str]) -> Note:
    if column in lost:
        return Note(gettext_noop("another column already fills %(field)s"), {"field": lost[column]})
    return Note()

"""Looks up what a column's name means: every language together, and one system's own export."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from tend.base.headers.concepts import ACCOUNT_FIELDS, CONTACT_FIELDS, Record, fields_of
from tend.base.headers.keys import key, looser_keys, numbered_key, tokens
from tend.base.headers.systems import SYSTEMS
from tend.base.headers.systems.system import System
from tend.base.headers.words import de, en, es, fr, pl, pt, ru, uk

LANGUAGES: dict[str, dict[str, str]] = {
    "en": en.WORDS, "es": es.WORDS, "pt": pt.WORDS, "de": de.WORDS,
    "uk": uk.WORDS, "ru": ru.WORDS, "fr": fr.WORDS, "pl": pl.WORDS,
}  # fmt: skip

NOTHING = "-"
"""The concept of a column that carries nothing for us."""

_BILLING = frozenset(
    {
        "billing",
        "invoice",
        "bill",
        "rechnung",
        "rechnungsadresse",
        "rechnungs",
        "facturacion",
        "factura",
        "cobranca",
        "faturamento",
        "facturation",
        "fakturacji",
    }
)
_SHIPPING = frozenset(
    {
        "shipping",
        "delivery",
        "ship",
        "lieferung",
        "lieferadresse",
        "liefer",
        "envio",
        "entrega",
        "livraison",
        "dostawy",
        "доставки",
    }
)
_CONTACT = frozenset({"contact", "kontakt", "ansprechpartner", "ansprechperson", "ap", "contacto", "contato", "person"})


class Meaning(NamedTuple):
    """One thing that a name may mean, and how sure that is, from 0 to 1."""

    concept: str
    confidence: float


def split_names(text: str) -> list[str]:
    """The names in a " | "-divided list."""
    return [" ".join(part.split()) for part in text.split(" | ") if part.strip()]


@cache
def synonyms(record: Record = "account") -> dict[str, frozenset[str]]:
    """For each field, the keys of all names that mean it in any language."""
    table = ACCOUNT_FIELDS if record == "account" else CONTACT_FIELDS
    found: dict[str, set[str]] = {}
    for words in LANGUAGES.values():
        for concept, names in words.items():
            for field in table.get(concept, ())[:1]:
                found.setdefault(field, set()).update(map(key, _divided(names)))
    return {field: frozenset(keys) for field, keys in found.items()}


def meanings(header: str, system: System | None = None) -> list[Meaning]:
    """What a column's name may mean, surest first; empty when it is unknown.

    A recognised system's own meaning stands before that of the languages ("Title" in Outlook is the
    form of address). A name in several languages at once gives several meanings.
    """
    found: list[Meaning] = []
    if system is not None:
        own = _system_words(system)
        concept = own.get(key(header)) or own.get(numbered_key(header))
        if concept:
            found.append(Meaning(concept, 1.0))
    for wanted, trust in [(key(header), 0.97), *looser_keys(header)]:
        for concept in _words().get(wanted, ()):
            if all(concept != known.concept for known in found):
                found.append(Meaning(concept, trust - 0.02 * len(found)))
    return found or _by_parts(header) or _nearly(header)


def is_known(header: str) -> bool:
    """Whether a cell is a name of a column that some language or system uses; helps to find the header row."""
    wanted = key(header)
    return bool(wanted) and (
        wanted in _words() or wanted in _all_system_keys() or numbered_key(header) in _all_system_keys()
    )


def recognise_system(headers: Sequence[str]) -> str | None:
    """The code of the system that wrote a file ("salesforce", "hubspot", "outlook" …), None when unsure."""
    system = find_system(headers)
    return system.code if system else None


def find_system(headers: Sequence[str]) -> System | None:
    """The system with the most telltale columns, if there are enough of them."""
    keys = {key(header) for header in headers} | {numbered_key(header) for header in headers}
    best, best_score = None, 0.0
    for system in SYSTEMS:
        hits = len(keys & _telltales(system))
        known = sum(
            1
            for header in headers
            if key(header) in _system_words(system) or numbered_key(header) in _system_words(system)
        )
        score = hits + known / max(len(headers), 1)
        if hits >= system.needed and known >= len(headers) * 0.3 and score > best_score:
            best, best_score = system, score
    return best


def id_column(headers: Sequence[str], system: System) -> str | None:
    """The header of the column that holds the system's own key, None when the export lacks it."""
    by_key: dict[str, str] = {}
    for header in headers:
        by_key.setdefault(key(header), header)
    return next((by_key[key(name)] for name in system.ids if key(name) in by_key), None)


def fields_for(header: str, record: Record, system: System | None = None) -> list[tuple[str, float]]:
    """The fields that a column's name points to, surest first. A column to be ignored gives [("", 1.0)]."""
    found: dict[str, float] = {}
    for meaning in meanings(header, system):
        if meaning.concept == NOTHING:
            return [("", meaning.confidence), *found.items()]
        for step, field in enumerate(fields_of(meaning.concept, record)):
            found.setdefault(field, meaning.confidence - 0.25 * step)
    return sorted(found.items(), key=lambda item: -item[1])


def _divided(names: str) -> list[str]:
    return split_names(" ".join(names.split()))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Key → the concepts it stands for, in the order of the languages."""
    found: dict[str, list[str]] = {}
    for words in LANGUAGES.values():
        for concept, names in words.items():
            for name in _divided(names):
                concepts = found.setdefault(key(name), [])
                if concept not in concepts:
                    concepts.append(concept)
    return {name: tuple(concepts) for name, concepts in found.items()}


@cache
def _all_system_keys() -> frozenset[str]:
    return frozenset(name for system in SYSTEMS for name in _system_words(system))


_SYSTEM_WORDS: dict[str, dict[str, str]] = {}
_TELLTALES: dict[str, frozenset[str]] = {}


def _system_words(system: System) -> dict[str, str]:
    if system.code not in _SYSTEM_WORDS:
        words: dict[str, str] = {}
        for concept, names in system.columns.items():
            for name in _divided(names):
                words.setdefault(key(name), concept)
        for name in system.ids:
            words.setdefault(key(name), "external_id")
        _SYSTEM_WORDS[system.code] = words
    return _SYSTEM_WORDS[system.code]


def _telltales(system: System) -> frozenset[str]:
    if system.code not in _TELLTALES:
        _TELLTALES[system.code] = frozenset(map(key, _divided(system.telltales)))
    return _TELLTALES[system.code]


def _by_parts(header: str) -> list[Meaning]:
    """A known name with a word before or behind it that says whose it is: "Lieferadresse PLZ", "Contact 2: Fax"."""
    parts = [part for part in tokens(header) if not part.isdigit()]
    for owner, words in (("billing", _BILLING), ("shipping", _SHIPPING)):
        rest = [part for part in parts if part not in words and part not in {"address", "adresse", "to"}]
        if len(rest) < len(parts) and any(part in words for part in parts):
            concepts = _words().get("".join(rest), ("street",) if not rest else ())
            known = [f"{owner}.{concept}" for concept in concepts if f"{owner}.{concept}" in ACCOUNT_FIELDS]
            if known:
                return [Meaning(known[0], 0.85)]
    rest = [part for part in parts if part not in _CONTACT]
    if rest and len(rest) < len(parts):
        for concept in _words().get("".join(rest), ()):
            of_person = {
                "email": "person_email",
                "phone": "person_phone",
                "mobile": "person_mobile",
                "name": "person",
            }.get(concept, concept)
            return [Meaning(of_person, 0.82)]
    return []


def _nearly(header: str) -> list[Meaning]:
    """A name with a typing error."""
    wanted = key(header)
    if len(wanted) < 5:
        return []
    found = process.extractOne(wanted, _words().keys(), scorer=fuzz.ratio, score_cutoff=88)
    return [Meaning(_words()[found[0]][0], 0.6)] if found else []

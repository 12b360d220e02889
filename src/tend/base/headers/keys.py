"""The bare key of a column's name: what remains when spelling, case, accents and punctuation are put aside."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(r"[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[\W_]+")
_CUSTOM = re.compile(r"__c$|__pc$", re.IGNORECASE)
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\*+|:$")


@lru_cache(maxsize=20_000)
def key(header: str) -> str:
    """ "Billing Street", "BillingStreet" and "billing_street" are all "billingstreet"; "Straße" is "strasse"."""
    text = _CUSTOM.sub("", header.strip()).replace("’", "").replace("№", "nr")
    text = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_WORD.sub("", _MARKS.sub("", text))


def looser_keys(header: str) -> list[tuple[str, float]]:
    """Further keys to try, each with how much it may be trusted: without notes in brackets, without numbers."""
    bare = _NOTE.sub(" ", header)
    without_digits = re.sub(r"\d+", " ", bare)
    found = [(key(bare), 0.92), (key(without_digits), 0.88)]
    full = key(header)
    seen = {full, ""}
    return [(k, trust) for k, trust in found if not (k in seen or seen.add(k))]  # type: ignore[func-returns-value]


def tokens(header: str) -> list[str]:
    """The words of a header, each as a key: "Rechnungsadresse (PLZ)" gives ["rechnungsadresse", "plz"]."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return [word for word in (key(part) for part in _NOT_WORD.split(spaced)) if word]


def numbered_key(header: str) -> str:
    """The key with every number written as 1, so that "Phone 2 - Value" is found as "Phone 1 - Value"."""
    return re.sub(r"\d+", "1", key(header))

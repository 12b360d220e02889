"""Keys made from names: small ASCII letters, digits and underscores, Cyrillic written in Latin letters."""

from __future__ import annotations

import re
import unicodedata

_LATIN = {
    **dict(zip("абвгґдезиійклмнопрстуфыэё", "a b v h g d e z y i i k l m n o p r s t u f y e e".split(), strict=True)),
    "є": "ie", "ж": "zh", "ї": "i", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia", "ь": "", "ъ": "",
    "’": "", "'": "", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe",
}  # fmt: skip


def key_of(name: str, longest: int = 40) -> str:
    """The key that a name gives ("Número de quartos" → "numero_de_quartos"); "field" when no letter remains."""
    spelt = "".join(_LATIN.get(char, char) for char in name.casefold())
    bare = "".join(char for char in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(char))
    letters = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")
    return (letters if letters[:1].isalpha() else f"field_{letters}")[:longest].strip("_")

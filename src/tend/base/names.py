"""Names of people and companies: folding for search, keys for "same name", initials, parts.

Nothing here is shown as a record's name; the folded forms serve matching only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart although readers type them without the stroke.
_FOLDED_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
        "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ə": "e", "ґ": "г",
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ʹ": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    }
)  # fmt: skip
# Signs that carry sound, not accent: Indic nukta and virama, kana voicing.
_KEPT_COMBINING_CLASSES = frozenset({0, 7, 8, 9})


def normalise(text: str) -> str:
    """Fold a text for search: no case, no accents, single spaces, plain quotes and dashes.

    "Київ" and "киів" meet, "Ångström" and "angstrom" too. The result is not for
    display. Folding a folded text changes nothing.
    """
    return _kept(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in folded.translate(_FOLDED_LETTERS) if _is_kept(c))
    return " ".join(unicodedata.normalize("NFC", plain).split())


_SHORT = 120  # a name is folded for its key, for search and for its signs; longer texts once
_kept = lru_cache(maxsize=16_384)(_folded)


def _is_kept(char: str) -> bool:
    if char.isascii():
        return True
    # Cf: zero-width joiners, soft hyphens, byte order marks; invisible, so never meant.
    return unicodedata.combining(char) in _KEPT_COMBINING_CLASSES and unicodedata.category(char) != "Cf"


_LEGAL_FORMS = """
gmbh|g m b h|mbh|ggmbh|gmbh co kg|gmbh co kgaa|gmbh co ohg|ag co kg|ug|ug haftungsbeschrankt|ag|kg|kgaa|ohg|gbr
e k|e v|eg|ev|ek|ekfr|partg|partg mbb|gesmbh|ges m b h|gesellschaft mit beschrankter haftung|aktiengesellschaft
ltd|limited|ltd co|co ltd|co limited|private limited|pvt ltd|pvt|pty ltd|pty|pte ltd|pte|plc|llp|lp|public limited company
inc|incorporated|llc|l l c|pllc|pc|corp|corporation|co|company|co inc|limited liability company|dba|limited company
s l|s l u|s a|s a u|s c|s c p|s coop|sociedad limitada|sociedad anonima|s l l|s l n e|sll
s a de c v|sa de cv|s de r l de c v|s de rl de cv|s a b de c v|sab de cv|sapi de cv|s r l|s a s|s a c|s a i c|ltda|limitada|e i r l|spa
lda|l d a|unipessoal lda|sociedade unipessoal lda|s g p s|ltda me|ltda epp|epp|eireli|mei
s a r l|sarl|sasu|eurl|snc|sci|s n c|scop|scs|sca
s r l s|srls|s a p a|s a s di|societa per azioni|srl unipersonale
b v|n v|v o f|c v|b v b a|bvba|sprl|s p r l|cvba|vzw|asbl|comm v|s c r l
ab|aktiebolag|hb|a s|asa|aps|a p s|i s|k s|p s|oy|oyj|ky|ehf|hf|ans|as
sp z o o|sp zoo|sp z oo|spolka z o o|spolka z ograniczona odpowiedzialnoscia|sp j|sp k|sp p|spolka akcyjna|spolka jawna
s r o|spol s r o|spol sro|a s|v o s|k s|d o o|d d|j d o o|j s c|ojsc|cjsc|pjsc|kft|zrt|nyrt|bt|rt
uab|mb|sia|ou|eood|ood|ad|ead|i i|pfa|s c s
a e|e p e|o e|i k e|a s|ltd sti|ltd sirketi|limited sirketi|anonim sirketi|san tic ltd sti|san ve tic ltd sti|san ve tic a s
k k|kabushiki kaisha|g k|y k|sdn bhd|bhd|tbk|jsc|pao|ooo|zao|oao|fzco|fzc|fz llc|w l l|wll|s a l|s a o c
тов|тзов|фоп|пп|ат|пат|прат|дп|кп|вкф|тдв|приватне підприємство|фізична особа підприємець|приватне акціонерне товариство
товариство з обмеженою відповідальністю|акціонерне товариство|публічне акціонерне товариство|державне підприємство
ооо|оао|зао|пао|ао|ип|чп|тоо|общество с ограниченной ответственностью|индивидуальный предприниматель
акционерное общество|частное предприятие|еоод|оод|ад|еад|д о о
"""
# Only before the name; there "co" or "as" would be part of it.
_LEADING_FORMS = """
тов|тзов|фоп|пп|ат|пат|прат|дп|кп|вкф|тдв|приватне підприємство|фізична особа підприємець|приватне акціонерне товариство
товариство з обмеженою відповідальністю|акціонерне товариство|публічне акціонерне товариство|державне підприємство
ооо|оао|зао|пао|ао|ип|чп|тоо|общество с ограниченной ответственностью|индивидуальный предприниматель
акционерное общество|частное предприятие|s c|uab|sia|pt|ooo|zao|oao|llc|firma|fa
"""
_ARTICLES = frozenset("the der die das el la los las le les lo il gli i o a os an het".split())
_CONNECTORS = frozenset("and und y e et en og och i та і и й plus".split())
# "Day Spa" is a place, "Day S.p.A." a company: these count only as typed on the right.
_AMBIGUOUS = {"spa": re.compile(r"S\.\s?p\.\s?A\.?$|SpA$|s\.p\.a\.?$")}


def _words(text: str) -> list[str]:
    """Words of a folded text; runs of single letters become one word ("g.m.b.h." → "gmbh")."""
    words: list[str] = []
    run = ""
    for word in re.findall(r"[^\W_]+", normalise(text).replace("'", "")):
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            words.append(run)
            run = ""
        words.append(word)
    if run:
        words.append(run)
    return words


def _forms(table: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(_words(form)) for form in table.replace("\n", "|").split("|") if form)


_TRAILING = _forms(_LEGAL_FORMS)
_LEADING = _forms(_LEADING_FORMS)
_LONGEST_FORM = max(len(form) for form in _TRAILING | _LEADING)


@lru_cache(maxsize=16_384)
def company_key(name: str) -> str:
    """The key under which two spellings of a company name count as the same name.

    Legal forms ("GmbH", "S.L.", "ТОВ"), punctuation, a leading article and
    "and"/"&" fall away: "The Smith & Sons Ltd." and "Smith and Sons" meet. A name
    made of nothing else keeps its words, so only a text without letters and
    digits gives "".
    """
    text = re.sub(r"(?<=\w)'s\b", "s", normalise(name))
    words = _words(text.replace("&", " ").replace("+", " "))
    bare = _without_articles(_without_connectors(_without_forms(words, name.rstrip())))
    return " ".join(bare or words)


def _without_forms(words: list[str], typed: str) -> list[str]:
    left = list(words)
    while True:
        shorter = _strip_once(left, typed)
        if shorter is None:
            return left
        left = shorter


def _strip_once(words: list[str], typed: str) -> list[str] | None:
    for size in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        tail = tuple(words[-size:])
        if tail in _TRAILING:
            ambiguous = _AMBIGUOUS.get(tail[0]) if size == 1 else None
            if ambiguous is None or ambiguous.search(typed):
                return words[:-size]
        if tuple(words[:size]) in _LEADING:
            return words[size:]
    return None


def _without_connectors(words: list[str]) -> list[str]:
    last = len(words) - 1
    return [w for i, w in enumerate(words) if not (0 < i < last and w in _CONNECTORS)]


def _without_articles(words: list[str]) -> list[str]:
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


def initials(name: str) -> str:
    """Up to two capital letters that stand for a name: "Olga Petrenko" → "OP", "Adlon" → "A".

    Titles and particles are passed over ("Dr. Anna van der Berg" → "AB"); a text
    without letters or digits gives "".
    """
    words = [w for w in re.findall(r"[^\W_]+(?:['’ʼ-][^\W_]+)*", name) if not _is_title(w)]
    telling = [w for w in words if w.casefold() not in _PARTICLES] or words
    if not telling:
        return ""
    ends = telling[:1] if len(telling) == 1 else [telling[0], telling[-1]]
    return "".join(word[0].upper()[0] for word in ends)


_TITLES = frozenset(
    "dr drs dra prof profa mr mrs ms miss mx sir dame herr frau hr fr sr sra srta srs don dona doña "
    "mme mlle ing dipl mag lic eng engº arq adv dott dssa пан пані панна п д-р др проф інж г-н г-жа "
    "dipl-ing dr-ing dr-med".split()
)
_SUFFIXES = frozenset(
    "jr sr ii iii iv phd mba md msc bsc ma ba esq cpa dds llm mag pmp dipl jnr snr filho neto júnior".split()
)
_PARTICLES = frozenset(
    "von van der den de del della di da do dos das du la le las los ter ten zu zum zur af av y e bin ibn al el".split()
)
_PATRONYMIC = re.compile(r"(?:ович|евич|івна|ївна|йович|овна|евна|ьович|ич)$", re.IGNORECASE)
_FAMILY_SUFFIXES = frozenset({"filho", "neto", "júnior", "jr"})


def _bare(word: str) -> str:
    return word.strip(".,").casefold()


def _is_title(word: str) -> bool:
    return _bare(word).replace(".", "") in _TITLES


def split_person_name(full: str, language: str | None = None) -> tuple[str, str]:
    """Take a full name apart into (first names, last name), both as typed.

    Reads "Last, First", drops titles and academic suffixes, keeps particles with
    the last name, knows patronymics ("Петренко Ольга Іванівна"). With `language`
    "es" the last two of three or more words are the last name. A single word is
    a first name, but a last name after a title ("Mr Smith"). No name: ("", "").
    """
    text = " ".join(re.sub(r"\([^)]*\)", " ", full).split())
    before, comma, after = text.partition(",")
    if comma:
        tail = [w for w in after.replace(",", " ").split() if _bare(w).replace(".", "") not in _SUFFIXES]
        if tail:
            first, _ = _without_titles(tail)
            last, _ = _without_titles(before.split())
            return " ".join(first), " ".join(last)
        text = before
    words, had_title = _without_titles(text.split())
    words = _without_suffixes(words)
    if len(words) <= 1:
        word = words[0] if words else ""
        return ("", word) if had_title else (word, "")
    if len(words) == 3 and _PATRONYMIC.search(words[2]) and not _PATRONYMIC.search(words[1]):
        return f"{words[1]} {words[2]}", words[0]
    return _cut_before_last_name(words, language)


def _without_titles(words: list[str]) -> tuple[list[str], bool]:
    start = 0
    while start < len(words) and _is_title(words[start]):
        start += 1
    return words[start:], start > 0


def _without_suffixes(words: list[str]) -> list[str]:
    end = len(words)
    while end > 2 and _bare(words[end - 1]).replace(".", "") in _SUFFIXES - _FAMILY_SUFFIXES:
        end -= 1
    return words[:end]


def _cut_before_last_name(words: list[str], language: str | None) -> tuple[str, str]:
    start = len(words) - 1
    if _bare(words[start]) in _FAMILY_SUFFIXES and start > 1:
        start -= 1
    if language == "es" and start >= 2 and words[start - 1].casefold() not in _PARTICLES:
        start -= 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])

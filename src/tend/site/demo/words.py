"""Made-up words in the manner of each language: a thousand a country, so that a million customers need not share names."""

from __future__ import annotations

from functools import cache

# Heads and tails of which each pair makes a word: Torreverde, Новобрід, Lindenhof, Foxmere, Beaurive.
_PAIRS = {
    "es": (
        ("Val Mon Torre Agua Villa Peña Fuente Campo Casa Sierra Rio Puerto Alta Bella Cala Mira Lago Rosa Sol Prado Roble Olmo "
        "Luz Arco Costa Flor Alba Mar Pino Viña Loma Soto"),
        ("verde blanca clara hermosa dorada nueva rica fría serena mayor grande bonita mar sol luna rey real mora sierra roble lirio "
        "brava llana seca honda viva umbría fértil buena sola gris rubia"),
    ),
    "pt": (
        ("Val Monte Torre Água Vila Pedra Fonte Campo Casa Serra Rio Porto Alta Bela Cala Mira Lago Rosa Sol Prado Freixo Olmo "
        "Luz Arco Costa Flor Alva Mar Pinho Vinha Lomba Souto"),
        ("verde alva clara formosa dourada nova rica fria serena maior grande bonita mar sol lua rei real moura serra roble lírio "
        "brava chã seca funda viva umbria fértil boa só parda ruiva"),
    ),
    "uk": (
        ("Біло Чорно Зелено Ново Старо Красно Срібло Золото Тихо Ясно Добро Миро Світло Медо Кремено Тепло Синьо Високо Широко Вітро "
        "Сонце Зоре Хлібо Лісо Водо Каме Круто Довго Сухо Криво Рівно Живо"),
        ("гора ріка поле ліс берег край хутір дар сад брід цвіт став яр луг міст камінь діл град ставок хвиль двір шлях гай степ "
        "затон вал кут острів бір лан рів млин"),
    ),
    "de": (
        ("Adler Birken Buchen Eichen Erlen Falken Fichten Hasel Heide Hirsch Kiefern Kirsch Linden Mühl Nuss Ried Rosen Schwan "
        "Silber Stein Tannen Wald Weiden Wiesen Wolfs Berg Brunn Gold Grün Hoch Lerchen Morgen"),
        ("bach berg bruck brunn burg dorf eck feld fels furt grund hain hausen heim hof holz horst kamp mark moos rain rode see "
        "stedt stetten tal teich au weg weiler werth wies"),
    ),
    "en": (
        ("Ash Beck Birch Black Bram Brook Cole Crow Dun East Elm Fair Fern Fox Glen Green Hart Haw Hazel Hill King Lark Long Mar "
        "Mill North Oak Raven Red Rose South Thorn"),
        ("bourne bridge burn bury by combe croft dale den down field ford gate grove ham hurst ley low mere moor mount nest ridge "
        "shaw side stead stone stow thorpe well wick worth"),
    ),
    "fr": (
        ("Beau Bel Bois Bon Brise Chante Clair Clos Croix Fleur Font Franc Grand Haut Mont Neuf Noir Orme Pont Pré Puy Roche Rose "
        "Sau Terre Tour Val Vert Vieux Vigne Champ Lac"),
        ("bourg brise clos combe court crête étang fort gard garde gris joie lieu lune mare mur ombre pierre plan port rive roc "
        "sable sard serre source val vent ville vin vive voie"),
    ),
}  # fmt: skip
_PAIRS["pt-br"] = _PAIRS["pt"]


@cache
def coined(language: str) -> tuple[str, ...]:
    """Every word of a language, each once, in a fixed order."""
    heads, tails = (part.split() for part in _PAIRS[language])
    return tuple(dict.fromkeys(head + tail for tail in tails for head in heads))

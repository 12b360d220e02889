"""Names after an @: whom they mean, and the text in pieces with today's names."""

from __future__ import annotations

import pytest

from tend.base.mentions import Named, begins, named_in, pieces

PEOPLE = {1: "Olga Marchenko", 2: "Olga", 3: "Tomás Ribeiro", 4: "Maya Sørensen", 5: "Maya Lind"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@Olga Marchenko knows", [Named("Olga Marchenko", (1,))]),
        ("ask @olga, then @TOMÁS ribeiro.", [Named("olga", (2,)), Named("TOMÁS ribeiro", (3,))]),
        ("@Tomás knows", [Named("Tomás", (3,))]),
        ("(@Maya) or @Maya Lind", [Named("Maya", (4, 5)), Named("Maya Lind", (5,))]),
        ("@Maya Linden is somebody else", [Named("Maya", (4, 5))]),
        ("@Nobody, olga@tend.example and the shop @ Odessa", []),
        ("@Olga and @Olga again", [Named("Olga", (2,))]),
    ],
)
def test_the_longest_name_counts_and_a_first_name_alone_may_mean_several(text: str, said: list[Named]) -> None:
    assert named_in(text, PEOPLE) == said


def test_an_address_of_mail_begins_no_name() -> None:
    assert [begins(t) for t in ("olga@tend.example", "a @ b", "@o", "no", "x/@y")] == [False, False, True, False, False]


def test_a_text_shows_the_name_of_today_and_loses_nothing_else() -> None:
    now = {"Olga": "Olga Bondar", "Olga Marchenko": "Olga Petrenko"}
    text = "@Olga Marchenko, @Olga and @Olgas of olga@x.example"
    found = pieces(text, now)
    assert [piece for piece, is_name in found if is_name] == ["@Olga Petrenko", "@Olga Bondar"]
    assert "".join(p for p, _n in found) == "@Olga Petrenko, @Olga Bondar and @Olgas of olga@x.example"
    assert pieces("", now) == []
    assert pieces("plain", {}) == [("plain", False)]

"""What is understood of a line that begins with a kind and with how it ended."""

from __future__ import annotations

import pytest

from tend.base.typed_lines import Ending, TypedLine, first_words, read_line

KINDS = {"call": ["Call", "phone"], "email": ["E-mail", "mail", "email"], "meeting": ["Meeting"], "note": ["Note"]}
ENDINGS = (
    Ending(1, "call", "Reached"), Ending(2, "call", "No answer"), Ending(3, "call", "Declined"), Ending(4, "email", "E-mail received"),
    Ending(5, "meeting", "Meeting held"), Ending(6, "meeting", "Declined"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "kind", "ending", "rest"),
    [
        ("call reached Wants the new list", "call", 1, "Wants the new list"),
        ("Call: no answer. Tried twice", "call", 2, "Tried twice"),
        ("PHONE REACHED", "call", 1, ""),
        ("mail about the offer", "email", None, "about the offer"),
        ("e-mail received – yes to the offer", "email", 4, "yes to the offer"),
        ("mail received: yes", "email", 4, "yes"),
        ("meeting held at the fair", "meeting", 5, "at the fair"),
        ("meeting declined", "meeting", 6, ""),
        ("note call them in March", "note", None, "call them in March"),
        ("Busy week for them", "", None, "Busy week for them"),
        ("reached them at last", "", None, "reached them at last"),
        ("calling them is no use", "", None, "calling them is no use"),
        ("“call” is what they say", "", None, "“call” is what they say"),
        ("", "", None, ""),
        ("call\nreached\nTwo lines\nstay", "call", 1, "Two lines\nstay"),
    ],
)
def test_kind_and_ending_stand_at_the_start_and_the_rest_is_the_remark(
    line: str, kind: str, ending: int | None, rest: str
) -> None:
    assert read_line(line, KINDS, ENDINGS) == TypedLine(kind, ending, rest)


def test_a_kind_that_was_chosen_need_not_be_typed_and_another_word_is_part_of_the_remark() -> None:
    assert read_line("reached yes", KINDS, ENDINGS, kind="call") == TypedLine("call", 1, "yes")
    assert read_line("call reached yes", KINDS, ENDINGS, kind="call") == TypedLine("call", 1, "yes")
    assert read_line("Call them back", KINDS, ENDINGS, kind="note") == TypedLine("note", None, "Call them back")


def test_words_are_read_in_any_script_without_case_and_accents() -> None:
    kinds = {"call": ["Дзвінок"], "meeting": ["Reunião"]}
    endings = (Ending(1, "call", "Додзвонилися"), Ending(2, "meeting", "Reunião realizada"))
    assert read_line("дзвінок додзвонилися так", kinds, endings) == TypedLine("call", 1, "так")
    assert read_line("reuniao realizada, tudo bem", kinds, endings) == TypedLine("meeting", 2, "tudo bem")


def test_the_beginnings_of_a_text_come_the_longest_first() -> None:
    assert first_words("15 mar send samples") == [("15 mar send", "samples"), ("15 mar", "send samples"), ("15", "mar send samples")]  # fmt: skip

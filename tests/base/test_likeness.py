"""Letters fit labels: beginnings first, then parts, then letters in their order; chance does not count."""

from __future__ import annotations

from tend.base.likeness import likeness


def test_better_fits_have_smaller_figures() -> None:
    labels = ["New account", "Accounts", "Account settings", "Launch a count", "Name a cat"]
    fits = sorted((f, label) for label in labels if (f := likeness("acc", label)) is not None)
    assert [label for _f, label in fits] == ["Account settings", "Accounts", "New account"]
    assert likeness("", "Anything") == 0


def test_letters_in_their_order_fit_and_chance_does_not() -> None:
    assert likeness("nac", "New account") is not None
    assert likeness("nwac", "New account") is not None
    assert likeness("calndar", "Calendar") is not None
    assert likeness("zz", "New account") is None
    assert likeness("newaccountx", "New account") is None
    assert likeness("etu", "Interaction statuses") is None
    assert likeness("Идти", "New account") is None

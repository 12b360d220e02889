"""What the wizard calls the things that it brings in: a line of words for each kind of import."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.templatetags.tend import number


class Words(NamedTuple):
    """Sentences about accounts, leads, contacts or activities; `record` heads the column of their names."""

    title: str
    many: str
    note: str
    show: str
    record: str
    key: str
    finds: str
    alone: str


def words_of(recipe: str) -> Words:
    """The words for one kind of import; those of accounts for an unknown one."""
    branches = _("A name alone never makes two accounts one: a chain has many branches of one name.")
    found = {
        "leads": Words(
            _("Import leads"), _("Leads"), _("companies and people that are not customers yet, with their contacts"),
            _("Show the leads"), _("Lead"), _("Same account when equal"), _("key for finding accounts"), branches,
        ),
        "contacts": Words(
            _("Import contacts"), _("Contacts"), _("people alone: an address book, vCards, connections of a network"),
            _("Show the contacts"), _("Contact"), _("Same contact when equal"), _("key for finding contacts"),
            _("A name alone never makes two people one: it takes an equal phone, e-mail or company as well."),
        ),
        "activities": Words(
            _("Import activities"), _("Activities"),
            _("calls, meetings and tasks of accounts that are there already, done or planned"), _("Show the activities"),
            _("Account"), _("Same account when equal"), _("key for finding accounts"),
            _(
                "An account is found by its number, its key in the other system, its e-mail or phone, those of its people, or its name when only one bears it."
            ),
        ),
    }  # fmt: skip
    accounts = Words(
        _("Import accounts"), _("Accounts"), _("companies and people you look after, with their contacts"),
        _("Show the accounts"), _("Account"), _("Same account when equal"), _("key for finding accounts"), branches,
    )  # fmt: skip
    return found.get(recipe, accounts)


def alike_words(recipe: str, n: int) -> str:
    """How many rows look like records that are there."""
    if recipe == "contacts":
        said = ngettext("%(n)s row looks like a contact of yours", "%(n)s rows look like contacts of yours", n)
    else:
        said = ngettext("%(n)s row looks like an account of yours", "%(n)s rows look like accounts of yours", n)
    return said % {"n": number(n)}


def left_out_words(left_out: list[list[object]]) -> list[str]:
    """What of a file is no part of its table: pictures of people, groups of cards."""
    said = []
    for what, count in left_out:
        n = count if isinstance(count, int) else 0
        if what == "pictures":
            said.append(ngettext("%(n)s picture is left out.", "%(n)s pictures are left out.", n) % {"n": number(n)})
        elif what == "groups":
            said.append(
                ngettext(
                    "%(n)s group of cards is left out; what is in it is imported.",
                    "%(n)s groups of cards are left out; what is in them is imported.",
                    n,
                )
                % {"n": number(n)}
            )
    return said

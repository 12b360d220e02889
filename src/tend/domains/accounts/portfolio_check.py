"""The check of `tend doctor` that access rows are exactly what owners, responsibles and sort keys say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account, AccountAccess, Responsible
from tend.domains.accounts.portfolio import SORT_KEYS
from tend.kernel import write
from tend.kernel.doctor import Finding, check

WHY = "doctor looks at every account"
CHUNK = 5000
EXAMPLES = 5
Rows = set[tuple[Any, ...]]


@check("portfolio")
def check_portfolio(repair: bool) -> list[Finding]:
    """Compare, chunk by chunk in the order of ids, what stands in the access table with what should."""
    wrong: list[int] = []
    for ids in _chunks():
        with transaction.atomic():
            wanted, kept = _wanted(ids), _kept(ids)
            different = sorted({row[0] for row in wanted ^ kept})
            if different and repair:
                _rewrite(different, [row for row in wanted if row[0] in set(different)])
        wrong += different
    if not wrong:
        return []
    return [
        Finding(
            _("accounts whose owner or responsibles are not the ones with access"),
            len(wrong),
            tuple(wrong[:EXAMPLES]),
            repair,
        )
    ]


def _chunks() -> Iterator[list[int]]:
    last = 0
    while True:
        rows = Account.objects.as_system(WHY).filter(pk__gt=last).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _wanted(ids: list[int]) -> Rows:
    between = {"pk__gte": ids[0], "pk__lte": ids[-1]}
    accounts = {
        row[0]: row[1:]
        for row in Account.objects.as_system(WHY).filter(**between).values_list("pk", "owner_id", *SORT_KEYS)
    }
    rows: Rows = {
        (pk, owner, str(AccountAccess.Reason.OWNER), *keys) for pk, (owner, *keys) in accounts.items() if owner
    }
    people = Responsible.objects.as_system(WHY).filter(record_id__gte=ids[0], record_id__lte=ids[-1])
    for pk, user in people.values_list("record_id", "user_id"):
        rows.add((pk, user, str(AccountAccess.Reason.RESPONSIBLE), *accounts[pk][1:]))
    return rows


def _kept(ids: list[int]) -> Rows:
    rows = AccountAccess.objects.filter(account_id__gte=ids[0], account_id__lte=ids[-1])
    return set(rows.values_list("account_id", "user_id", "reason", *SORT_KEYS))


def _rewrite(ids: list[int], rows: list[tuple[Any, ...]]) -> None:
    AccountAccess.objects.filter(account_id__in=ids)._raw_delete("default")
    names = ("account_id", "user_id", "reason", *SORT_KEYS)
    made = [AccountAccess(**dict(zip(names, row, strict=True))) for row in rows]
    if made:
        write.insert(AccountAccess, made)

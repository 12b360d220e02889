"""The printed table: medians beside the aims, the best open peer and raw SQL, and how flat a figure stays with size."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

# key: (words, aim p50 in ms, aim for eight clients per second, best open peer measured at 100,000 accounts)
PAGES: dict[str, tuple[str, float | None, float | None, str]] = {
    "list": ("accounts of an owner and status, by name", 12, 150, "102 ms, 21/s"),
    "later": ("the same, page 20", 12, 150, "181 ms, 8/s"),
    "status": ("accounts of a status, by name (administrator)", None, None, ""),
    "grouped": ("nearly all accounts in groups by status, a new filter each time", None, None, ""),
    "grouped-sums": ("the same with sums and means of each group", None, None, ""),
    "grouped-months": ("the same by the month of the next contact", None, None, ""),
    "totals": ("sum and mean of a column of nearly all accounts", None, None, ""),
    "busy": ("the same, junior with 6,000 accounts", None, None, "5,400 ms"),
    "quiet": ("the same, junior with 30 accounts", None, None, "5,400 ms"),
    "trait-choice": ("accounts by a choice of a characteristic, by name", None, None, ""),
    "trait-number": ("accounts by a number of a characteristic, by name", None, None, ""),
    "trait-date": ("accounts by a date of a characteristic, by name", None, None, ""),
    "trait-flag": ("accounts by a flag of a characteristic, by name", None, None, ""),
    "trait-sort-number": ("accounts by order of a number of a characteristic", None, None, ""),
    "trait-sort-choice": ("accounts by order of a choice of a characteristic", None, None, ""),
    "trait-sort-date": ("accounts by order of a date of a characteristic", None, None, ""),
    "board": ("board by status (administrator)", None, None, ""),
    "board-calls": ("board by interaction status (administrator)", None, None, ""),
    "board-owner": ("board by owner (administrator)", None, None, ""),
    "board-seller": ("board by status (seller who sees his team)", None, None, ""),
    "board-busy": ("board by interaction status (junior with 6,000 accounts)", None, None, ""),
    "tree": ("the tree, its top (administrator)", None, None, ""),
    "tree-seller": ("the tree, its top (seller who sees his team)", None, None, ""),
    "account": ("account page", 18, 100, "179 ms, 8/s"),
    "today": ("Today of a seller", None, None, ""),
    "calls-mine": ("Calls of a seller, overdue", 100, None, ""),
    "calls-today-admin": ("Calls of everyone, today (administrator)", 100, None, ""),
    "calls-overdue-admin": ("Calls of everyone, overdue (administrator)", 100, None, ""),
    "calls-missed-admin": ("Calls of everyone, missed (administrator)", 100, None, ""),
    "calls-leads-admin": ("Calls: leads (administrator)", 100, None, ""),
    "calls-accounts-admin": ("Calls: accounts (administrator)", 100, None, ""),
    "calls-status-admin": ("Calls: accounts of one status (administrator)", 100, None, ""),
    "calls-today-leader": ("Calls of everyone, today (leader of all teams)", 100, None, ""),
    "calls-overdue-leader": ("Calls of everyone, overdue (leader)", 100, None, ""),
    "calls-missed-leader": ("Calls of everyone, missed (leader)", 100, None, ""),
    "calls-leads-leader": ("Calls: leads (leader)", 100, None, ""),
    "calls-accounts-leader": ("Calls: accounts (leader)", 100, None, ""),
    "calls-status-leader": ("Calls: accounts of one status (leader)", 100, None, ""),
    "cockpit": ("cockpit, the next card", 100, None, ""),
    "why": ("why this call: an opened row", 100, None, ""),
    "counts": ("the numbers of the navigation (seller)", 100, None, ""),
    "coverage-seller": ("coverage board (seller who sees his team)", 2000, None, ""),
    "coverage-leader": ("coverage board (leader of all teams)", 2000, None, ""),
    "coverage-admin": ("coverage board (administrator)", 2000, None, ""),
    "coverage-list-overdue": ("list behind a number: overdue of one status", 100, None, ""),
    "coverage-list-no_number": ("list behind a number: no usable number", 100, None, ""),
    "month": ("calendar, a month of a person", 100, None, ""),
    "month-team": ("calendar, a month of all teams", 100, None, ""),
    "forecast": ("forecast of an interval", 2000, None, ""),
    "search-rare": ("search as you type, rare words", 15, None, "313 ms"),
    "search-common": ("search, a common word", 15, None, "347 ms"),
    "search-phone": ("search, digits of a telephone number", 15, None, ""),
    "search-two": ("search, two letters", 15, None, ""),
    "search-city": ("search, a city", 100, None, ""),
    "search-remark": ("search, what a remark says (key=value)", 100, None, ""),
    "search-number": ("search, a characteristic (rooms>120)", 100, None, ""),
    "search-both": ("search, a common word and a city", 100, None, ""),
    "search-none": ("search, a word that nothing holds", 100, None, ""),
    "api-list": ("the list by the API", None, None, ""),
    "create": ("create an account (API)", 12, 150, "38 ms, 47/s"),
    "change": ("change one field (API)", 8, 200, "16 ms, 93/s"),
    "log-call": ("log one call, the next is planned", 100, None, ""),
}
BULK: dict[str, tuple[str, str, str]] = {
    "import": ("import of accounts with a contact", "5,000 rows/s (SQLite 3,000)", "76 rows/s"),
    "import-again": ("the same file once more", "", ""),
    "xlsx": ("reading a workbook of 100,000 rows", "40,000 rows/s", ""),
    "export": ("export to CSV", "20,000 rows/s", ""),
    "set-status": ("an interaction status for many accounts, calls re-dated", "1,667/s (100,000 in 60 s)", ""),
    "cancel-calls": ("a status taken from many accounts, calls cancelled", "1,667/s", ""),
    "plan-calls": ("a status for many accounts without calls, first calls spread", "1,667/s", ""),
    "redate-calls": ("another interval, open calls dated anew", "1,667/s (100,000 in 60 s)", ""),
    "merge": ("merge of two accounts of 1,000 talks each: talks moved", "", ""),
    "unmerge": ("parting them again after edits on both sides", "", ""),
    "demo": ("sample accounts with people, talks and calls, one process", "1,500 a second of processor time", ""),
}


def show(results: list[dict[str, Any]], save: str) -> None:
    """Print the tables; `save` names a file for the figures as JSON."""
    print(
        f"\n{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; web server: 2 processes of 8 threads"
    )
    for result in results:
        flat = next((r for r in results if r["kind"] == result["kind"] and r["accounts"] < result["accounts"]), None)
        _pages(result, {r["key"]: r for r in flat["rows"]} if flat else {})
        _bulk(result)
    if save:
        Path(save).write_text(json.dumps(results, indent=1))


def _pages(result: dict[str, Any], smaller: dict[str, dict[str, Any]]) -> None:
    rows = {r["key"]: r for r in result["rows"] if "p50" in r}
    print(
        f"\n{result['kind']}, {result['accounts']:,} accounts (times in ms, one client; load is that of the machine at the time)"
    )
    heads = (
        "",
        "p50",
        "p95",
        "CPU web",
        "CPU db",
        "8 clients",
        "p95 of 8",
        "aim",
        "best peer",
        "raw SQL",
        "ratio",
        "flat",
        "load",
    )
    lines = []
    for key, (words, aim, together, peer) in PAGES.items():
        row = rows.get(key)
        if row is None:
            continue
        wanted = " / ".join(filter(None, [f"{aim:g}" if aim else "", f"{together:g}/s" if together else ""]))
        if key in ("busy", "quiet") and "status" in rows:
            wanted = f"1.3 × ({row['p50'] / rows['status']['p50']:.2f} ×)"
        lines.append((
            words, f"{row['p50']:.1f}", f"{row['p95']:.1f}", f"{row['web_cpu']:.1f}", f"{row['database_cpu']:.1f}" if row["database_cpu"] else "",
            f"{row['per_second']:.0f}/s" if "per_second" in row else "", f"{row['p95_of_eight']:.0f}" if "per_second" in row else "", wanted, peer,
            f"{row['raw']:.2f}" if "raw" in row else "", f"{row['p50'] / row['raw']:.0f} ×" if row.get("raw") else "",
            f"{row['p50'] / smaller[key]['p50']:.2f} ×" if key in smaller else "", f"{row['load']:.1f}",
        ))  # fmt: skip
    _print(heads, lines)


def _bulk(result: dict[str, Any]) -> None:
    rows = {r["key"]: r for r in result["rows"] if "rate" in r}
    if not rows:
        return
    heads = ("bulk work", "rows", "seconds", "rows/s", "CPU s", "CPU db s", "CPU µs a row", "aim", "best peer", "load")
    lines = [
        (words, f"{rows[k]['rows']:,}", f"{rows[k]['seconds']:.1f}", f"{rows[k]['rate']:,.0f}", f"{rows[k]['cpu']:.1f}", f"{rows[k]['database_cpu']:.1f}", f"{(rows[k]['cpu'] + rows[k]['database_cpu']) / max(rows[k]['rows'], 1) * 1e6:,.0f}", aim, peer, f"{rows[k]['load']:.1f}")
        for k, (words, aim, peer) in BULK.items()
        if k in rows
    ]  # fmt: skip
    print()
    _print(heads, lines)


def _print(heads: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
    widths = [max(len(line[i]) for line in [heads, *lines]) for i in range(len(heads))]
    for line in [heads, tuple("-" * w for w in widths), *lines]:
        print(
            " | ".join(
                [line[0].ljust(widths[0]), *(text.rjust(w) for text, w in zip(line[1:], widths[1:], strict=True))]
            )
        )

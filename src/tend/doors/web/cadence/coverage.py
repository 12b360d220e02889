"""The coverage board: who is looked after and who is not; every number opens its list. And silent accounts to decide on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tend.doors.web.cadence.beginning import ways_to_begin
from tend.doors.web.pages import Request, after, page, show, undo_of
from tend.doors.web.templatetags.tend import day, number, percent
from tend.engines.cadence import coverage, queries, rescue, trend
from tend.engines.cadence.by_status import draw_accounts
from tend.engines.cadence.sentences import rhythm
from tend.kernel import clock
from tend.kernel.errors import NotSeen, Refused
from tend.people.models import User

PAGE = "/coverage"
SHOWN = 50
LEAST_RANGE = 0.2  # of the trend's line: a fifth from bottom to top
SPOKEN = ("overdue", "never", *coverage.OUTSIDE)  # what a cell says in words beside its number
WORDS = {
    "kept": gettext_lazy("contact inside the interval"), "planned": gettext_lazy("call planned"), "overdue": gettext_lazy("overdue"),
    "never": gettext_lazy("never contacted"), "no_status": gettext_lazy("no status"), "no_calls": gettext_lazy("with a status that plans no calls"),
    "paused": gettext_lazy("paused"), "do_not_contact": gettext_lazy("not to be contacted"),
    "unreachable": gettext_lazy("unreachable"), "no_number": gettext_lazy("no usable number"),
}  # fmt: skip


@page("GET")
def board(request: Request) -> HttpResponse:
    """Accounts by owner and status (or category), each counted once."""
    by = _by(request)
    found = coverage.board(request.actor, by, clock.now())
    columns = [{"key": c.key, "value": c.value, "rhythm": _rhythm(by, c.value)} for c in found.columns]
    mine = {u.pk for u in queries.callers(request.actor)}
    is_plain = "plain" in request.GET
    shape = _plain_row if is_plain else _row
    rows = [{**shape(by, found, row), "spread_url": _spread_url(row, mine)} for row in found.rows]
    context = {
        "by": by, "columns": columns, "rows": rows, "total": shape(by, found, found.total), "is_plain": is_plain,
        "finding": _finding(found), "share": percent(found.total.all.kept_share), "accounts": found.total.all.total,
        "trend": _trend(request), "begin": ways_to_begin(request.actor),
        "tabs": [
            {"label": label, "url": f"{PAGE}?by={key}", "count": None, "current": key == by}
            for key, label in (("status", _("By status")), ("category", _("By category")))
        ],
        "legend": [(part, WORDS[part]) for part in coverage.REACHED], "outside": [(p, WORDS[p]) for p in coverage.OUTSIDE],
        "parts": [(p, WORDS[p]) for p in coverage.PARTS], "offered": rescue.offered(request.actor).count(),
        "plain_url": f"{PAGE}?by={by}" + ("" if is_plain else "&plain"),
    }  # fmt: skip
    return show(request, "coverage/board.html", context)


@page("GET")
def accounts(request: Request) -> HttpResponse:
    """The accounts behind one number, counted by the same query."""
    by = _by(request)
    given = {name: request.GET.get(name, coverage.ALL) for name in ("who", "column", "part")}
    now = clock.now()
    rows = coverage.listed(request.actor, now, by=by, **given)
    total = rows.count()
    typed = request.GET.get("page", "1")
    at = max(1, min(int(typed) if typed.isdecimal() and len(typed) < 6 else 1, max(-(-total // SHOWN), 1)))
    shown = list(rows[(at - 1) * SHOWN : at * SHOWN]) if total else []
    carried = {"by": by, **given}
    context = {
        "rows": draw_accounts(request.actor, shown, now), "total": total, "words": _words(request, by, given),
        "previous_url": f"{PAGE}/accounts?{urlencode({**carried, 'page': at - 1})}" if at > 1 else "",
        "next_url": f"{PAGE}/accounts?{urlencode({**carried, 'page': at + 1})}" if at * SHOWN < total else "",
        "crumbs": [{"label": _("Coverage"), "url": f"{PAGE}?by={by}"}],
    }  # fmt: skip
    return show(request, "coverage/accounts.html", context)


@page("GET")
def silent(request: Request) -> HttpResponse:
    """Silent accounts that were offered to the pool and wait for a leader."""
    if not coverage.may_see(request.actor):
        raise NotSeen("coverage")
    rows = list(rescue.offered(request.actor)[:SHOWN])
    mine = rescue.may_decide(request.actor)
    drawn = draw_accounts(request.actor, rows, clock.now())
    for line in drawn:
        line["may_decide"] = line["account"].pk in mine
    people = User.objects.seen_by(request.actor).filter(is_active=True, pk__in=request.actor.team_users)
    context = {"rows": drawn, "people": people.order_by("name"), "crumbs": [{"label": _("Coverage"), "url": PAGE}]}
    return show(request, "coverage/silent.html", context)


@page("POST")
def decide(request: Request, pk: int) -> HttpResponse:
    """Accept a rescue (into the pool, or to somebody), or leave the account with its owner."""
    account = queries.account_seen(request.actor, pk)
    to = request.POST.get("to", "")
    if to == "owner":
        done = rescue.decline_rescue(request.actor, account)
    elif to == coverage.POOL:
        done = rescue.accept_rescue(request.actor, account)
    else:
        known = User.objects.seen_by(request.actor).filter(pk=int(to) if to.isdecimal() and len(to) < 19 else 0).first()
        if known is None:
            raise Refused(_("Choose who looks after it from now on."))
        done = rescue.accept_rescue(request.actor, account, to=known)
    return after(request, f"{PAGE}/silent", f"{account.name}: {done.sentence}", undo_of(done))


def _trend(request: Request) -> dict[str, Any] | None:
    """The share of past nights as points of a line, in words, and week by week; nothing until there are two nights."""
    nights = trend.trend(request.actor, clock.day_in(clock.now(), request.actor.zone))
    if len(nights) < 2:
        return None
    first, last = nights[0], nights[-1]
    span = max((last.day - first.day).days, 1)
    shares = [n.kept_share for n in nights]
    low = min(*shares, max(shares) - LEAST_RANGE)  # small changes are seen, and look small
    high = 28 / (max(shares) - low)
    points = [(240 * (n.day - first.day).days / span, 30 - high * (n.kept_share - low)) for n in nights]
    said = {"was": percent(first.kept_share), "day": day(first.day), "now": percent(last.kept_share)}
    weeks = {n.day.isocalendar()[:2]: n for n in nights}  # the last night of each
    return {
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        "words": _("%(was)s on %(day)s, %(now)s last night: the share inside the interval, by who owns the account.") % said,
        "nights": [
            {
                "day": n.day, "total": n.total, "share": percent(n.kept_share), "overdue": n.parts["overdue"],
                "never": n.parts["never"], "outside": sum(n.parts[p] for p in coverage.OUTSIDE),
            }
            for n in reversed(weeks.values())
        ],
    }  # fmt: skip


def _by(request: Request) -> str:
    by = request.GET.get("by", "status")
    return by if by in coverage.BY else "status"


def _rhythm(by: str, value: Any) -> str:
    return rhythm(value).removeprefix(f"{value.name}, ") if by == "status" and value is not None else ""


def _row(by: str, found: coverage.Board, row: coverage.Row) -> dict[str, Any]:
    return {
        "user": row.user, "key": row.key, "is_pool": row.key == coverage.POOL,
        "cells": [{"label": _column(by, c), **_cell(by, row.key, c.key, row.cells[c.key])} for c in found.columns],
        "out": _cell(by, row.key, coverage.OUT, row.out), "all": _cell(by, row.key, coverage.ALL, row.all, said=SPOKEN[:2]),
    }  # fmt: skip


def _plain_row(by: str, found: coverage.Board, row: coverage.Row) -> dict[str, Any]:
    """A row of the plain table: every part of everything, and no cell by status."""
    url = _link(by, row.key, coverage.ALL)
    plain = [{"n": row.all.parts[p], "url": url + p} for p in coverage.PARTS]
    everything = {"total": row.all.total, "url": url + coverage.ALL, "plain": plain}
    return {"user": row.user, "key": row.key, "is_pool": row.key == coverage.POOL, "all": everything}


def _link(by: str, who: str, column: str) -> str:
    """The address of the lists behind a cell, up to the name of the part."""
    return f"{PAGE}/accounts?{urlencode({'by': by, 'who': who, 'column': column})}&part="


def _spread_url(row: coverage.Row, mine: set[int]) -> str:
    """Where a leader spreads what a person of the team is late with."""
    late = row.user is not None and row.all.parts["overdue"] > 0
    return f"/today/spread?who={row.user.pk}" if late and row.user.pk in mine else ""  # type: ignore[union-attr]


def _column(by: str, column: coverage.Column) -> str:
    if column.value is not None:
        return str(column.value.name)
    return _("No status") if by == "status" else _("No category")


def _cell(by: str, who: str, column: str, cell: coverage.Cell, said: tuple[str, ...] = SPOKEN) -> dict[str, Any]:
    url, total, at, bar = _link(by, who, column), cell.total, 0.0, []
    for part in (*coverage.REACHED, "outside"):
        n = cell.parts[part] if part != "outside" else sum(cell.parts[p] for p in coverage.OUTSIDE)
        if n:
            width = 100 * n / total
            bar.append({"part": part, "x": f"{at:.2f}", "width": f"{width:.2f}"})
            at += width
    return {
        "total": total, "url": url + coverage.ALL, "bar": bar,
        "said": [
            {"part": p, "n": cell.parts[p], "word": _("never") if p == "never" else WORDS[p], "url": url + p}
            for p in said
            if cell.parts[p]
        ],
        "all_kept": total > 0 and total == cell.parts["kept"] + cell.parts["planned"],
    }  # fmt: skip


def _finding(found: coverage.Board) -> str:
    """The weakest spot in words."""
    total, said = found.total.all, []
    weakest, latest = found.weakest, found.latest
    if weakest is not None and weakest.value is not None and len(found.columns) > 1:
        share = percent(found.total.cells[weakest.key].kept_share)
        said.append(_("%(status)s is the weakest at %(share)s.") % {"status": weakest.value.name, "share": share})
    if latest is not None:
        name = latest.user.name if latest.user is not None else _("The team’s pool")
        counted = {"name": name, "n": number(latest.all.parts["overdue"]), "all": number(total.parts["overdue"])}
        said.append(_("%(name)s holds %(n)s of the %(all)s overdue.") % counted)
    if never := total.parts["never"]:
        text = ngettext("%(n)s account was never spoken to.", "%(n)s accounts were never spoken to.", never)
        said.append(text % {"n": number(never)})
    if outside := found.total.out.total:
        text = ngettext(
            "%(n)s account is not reached by the cycle.", "%(n)s accounts are not reached by the cycle.", outside
        )
        said.append(text % {"n": number(outside)})
    return " ".join(said)


def _words(request: Request, by: str, given: dict[str, str]) -> str:
    """What the list holds: person, column and part."""
    said = []
    who, column, part = given["who"], given["column"], given["part"]
    if who == coverage.POOL:
        said.append(_("The team’s pool"))
    elif who.isdecimal() and len(who) < 19:
        person = User.objects.seen_by(request.actor, trashed=True).filter(pk=int(who)).first()
        if person is None:
            raise NotSeen("user")
        said.append(person.name)
    if column == coverage.OUT:
        said.append(_("not reached by the cycle"))
    elif column == coverage.NONE:
        said.append(_("no status") if by == "status" else _("no category"))
    elif column.isdecimal() and len(column) < 19:
        book: Any = coverage.InteractionStatus if by == "status" else coverage.Category
        value = book.objects.seen_by(request.actor, trashed=True).filter(pk=int(column)).first()
        if value is None:
            raise NotSeen("column")
        said.append(value.name)
    if part in WORDS:
        said.append(str(WORDS[part]))
    return ", ".join(said) or _("All accounts")

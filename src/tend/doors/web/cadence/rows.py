"""Calls and accounts as the rows and cards of Today and Calls: strings put together, as a page holds many; parts by their templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tend.domains.activities.models import Effect
from tend.doors.web.templatetags import tend as words
from tend.engines.cadence.call_rows import CallRow


def call_row(row: CallRow, back: str, *, is_done: bool = False, has_cursor: bool = False) -> SafeString:
    """One row of the table of calls; `back` is where the page of a call leads again."""
    pk, name, behind = row.call.pk, escape(row.account.name), quote(back)
    cursor = " data-cursor" if has_cursor else ""
    opens = "" if is_done else f' data-open-url="/calls/{pk}/open?next={behind}"'
    url = f"/accounts/{row.account.pk}" if is_done else f"/calls/{pk}?next={behind}"
    number = f'<a class="call-number" href="{_tel(row.phone)}">{escape(row.phone)}</a>' if row.phone else ""
    when = words.clock(row.call.done_at) if is_done else _cadence(row.gone, row.state, row.label)
    return SafeString(
        f'<tr data-row="{pk}"{cursor}{opens}>'
        f'<th scope="row" class="cell-name" title="{name}"><a href="{url}" data-open>{name}</a></th>'
        f'<td class="cell-cut" data-phone="line">{escape(row.person)}</td><td data-phone="off">{number}</td>'
        f'<td>{_chip(row.status)}</td><td data-phone="off">{when}</td><td class="cell-state">{state(row)}</td>'
        f'<td class="cell-act">{"" if is_done else _ring(row.phone, name)}</td></tr>'
    )


def call_rows(rows: Iterable[CallRow], back: str, *, is_done: bool) -> SafeString:
    """The table of calls, each in a body of its own, as it is replaced alone."""
    return SafeString(
        "\n".join(f'<tbody id="call-{row.call.pk}">{call_row(row, back, is_done=is_done)}</tbody>' for row in rows)
    )


def account_rows(rows: Sequence[Mapping[str, Any]]) -> SafeString:
    """The table of accounts by interaction status."""
    parts = []
    for row in rows:
        account, name, on = row["account"], escape(row["account"].name), row["account"].next_contact_on
        parts.append(
            f'<tr data-row="{account.pk}">'
            f'<th scope="row" class="cell-name" title="{name}"><a href="/accounts/{account.pk}" data-open>{name}</a></th>'
            f'<td class="cell-cut" data-phone="line">{escape(row["person"])}</td>'
            f'<td class="cell-cut" data-phone="off">{escape(row["owner"])}</td><td>{_chip(row["status"])}</td>'
            f'<td data-phone="off">{_cadence(row["gone"], row["state"], row["label"])}</td>'
            f'<td class="cell-state">{_state(words.due_state(on), words.due(on)) if on else ""}</td>'
            f'<td class="cell-act">{_ring(row["phone"], name)}</td></tr>'
        )
    return SafeString("\n".join(parts))


def cards(rows: Iterable[CallRow], back: str, *, has_first: bool) -> SafeString:
    """The calls of a day as cards; `has_first`: the first of them is where the keyboard begins."""
    behind, first, parts = quote(back), has_first, []
    for row in rows:
        pk, name = row.call.pk, escape(row.account.name)
        person = f' <span class="person">· {escape(row.person)}</span>' if row.person else ""
        mark = "<span></span>"
        if row.status:
            mark = words.drawn("parts/_mark.html", mark=row.status.mark, hue=row.status.hue, title=row.status.name)
        act = 'class="button button-second button-icon card-row-act"'
        if row.phone:
            label, said = words.icon("phone"), _("Call %(name)s") % {"name": name}
            act = f'<a {act} href="{_tel(row.phone)}" data-key="c" aria-label="{said}">{label}</a>'
        else:
            label, said = words.icon("phone-off"), _("No number, open %(name)s") % {"name": name}
            act = f'<a {act} href="/calls/{pk}?next={behind}" aria-label="{said}">{label}</a>'
        parts.append(
            f'<li class="card-row" data-row="{pk}" data-open-url="/calls/{pk}/open?in=today&amp;next={behind}"'
            f'{" data-first" if first else ""}>\n  {mark}\n  <div class="card-row-text"><p class="card-row-name" title="{name}">'
            f'<a href="/calls/{pk}?next={behind}" data-open>{name}</a>{person}</p><p class="card-row-why">{escape(row.why)}</p></div>\n'
            f"  {_cadence(row.gone, row.state, row.label)}\n  {state(row)}\n  {act}\n</li>"
        )
        first = False
    return SafeString("\n".join(parts))


def state(row: CallRow) -> SafeString:
    """When a call is due, or how it ended, in words with an icon."""
    call = row.call
    if row.state == "promised":
        at = call.planned_time
        return _state(
            "promised", _("%(time)s, promised") % {"time": words.clock(at)} if at else words.due(call.planned_on)
        )
    if row.state == "kept":
        outcome = call.outcome
        is_contact = outcome is not None and outcome.effect == Effect.CONTACT
        return _state("kept" if is_contact else "planned", outcome.name if outcome is not None else "")
    return _state(row.state, words.due(call.planned_on))


def _state(of: str, word: str) -> SafeString:
    return words.drawn("parts/_state.html", state=of, word=word)


def _chip(status: Any) -> SafeString:
    if status is None:
        return SafeString("")
    return words.drawn("parts/_chip.html", word=status.name, mark=status.mark, hue=status.hue)


def _cadence(gone: float | None, of: str, label: str | None) -> SafeString:
    return words.drawn("parts/_cadence.html", gone=gone, state=of, label=label)


def _ring(phone: str, name: str) -> str:
    """The button that calls; `name` is escaped."""
    if not phone:
        return ""
    said = _("Call %(name)s") % {"name": name}
    act = 'class="button button-quiet button-icon"'
    return f'<a {act} href="{_tel(phone)}" data-key="c" aria-label="{said}">{words.icon("phone")}</a>'


def _tel(phone: str) -> str:
    return f"tel:{quote(phone, safe='+')}"

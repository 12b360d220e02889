"""Possible duplicates: pairs of records that look alike, for whoever sees both, each with the way to compare or to tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, show
from tend.doors.web.records.places import Place
from tend.kernel.actor import Actor
from tend.kernel.merging.alike import AlikePairs, alike_pairs
from tend.kernel.reading import Reader

PAGE = 50


@dataclass(frozen=True)
class Pairs:
    """How the pairs that a record type finds are shown.

    `note`: what tells one side from the other, from the fields in `shown`; `in_words`: what they share, as far as the
    reader may see it; `empty`: title and text when there are none.
    """

    place: Place
    shown: Sequence[str]
    note: Callable[[dict[str, Any]], str]
    in_words: Callable[[Iterable[str], Actor], str]
    empty: Callable[[], tuple[str, str]]

    @property
    def source(self) -> AlikePairs:
        found = alike_pairs(self.place.entity)
        assert found is not None
        return found

    @property
    def url(self) -> str:
        return f"{self.place.url}/duplicates"

    def answer(self, request: Request) -> HttpResponse:
        """The pairs in sight, newest first, each side with what tells it from the other."""
        at = request.GET.get("page", "")
        number = min(int(at), 1000) if at.isdecimal() and at.isascii() else 1
        found, has_more = self.source.page(request.actor, (number - 1) * PAGE, PAGE)
        title, text = self.empty()
        context = {
            "pairs": self._drawn(request.actor, found), "header_title": _("Possible duplicates"), "crumbs": [{"label": self.place.title, "url": self.place.url}],
            "next_url": f"{self.url}?page={number + 1}" if has_more else "", "previous_url": f"{self.url}?page={number - 1}" if number > 1 else "",
            "url": f"{self.url}?page={number}" if number > 1 else self.url, "empty_title": title, "empty_text": text,
            "all_label": self.place.title, "all_url": self.place.url,
        }  # fmt: skip
        return show(request, "merging/duplicates.html", context)

    def _drawn(self, actor: Actor, found: list[tuple[Any, list[str]]]) -> list[dict[str, Any]]:
        ids = {pk for r, _signs in found for pk in (r.first_id, r.second_id)}
        model: Any = self.place.entity.model
        records = list(model.objects.seen_by(actor).filter(pk__in=ids))
        known = {v["id"]: v for v in Reader(self.place.entity, actor, self.shown).read(records)}
        editable = set(model.objects.seen_by(actor, "edit").filter(pk__in=ids).values_list("pk", flat=True))
        return [
            {
                "sides": [self._side(known[pk]) for pk in (r.first_id, r.second_id)],
                "signs": self.in_words(signs, actor),
                "apart_url": self.place.page(r.first_id if r.first_id in editable else r.second_id, "do", "keep-apart"),
                "other": r.second_id if r.first_id in editable else r.first_id,
                "compare_url": self.compare_url(r.first_id, r.second_id),
                "may_tell": bool({r.first_id, r.second_id} & editable),
            }
            for r, signs in found
            if {r.first_id, r.second_id} <= known.keys()
        ]

    def _side(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": values.get("name", ""), "url": self.place.page(values["id"]), "note": self.note(values),
            "last": values.get("last_contact_at"),
        }  # fmt: skip

    def compare_url(self, one: int, other: int) -> str:
        return f"{self.place.url}/compare?of={one}&of={other}"

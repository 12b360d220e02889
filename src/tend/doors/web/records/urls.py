"""The addresses of derived pages: one pattern for all places, so that a new record type has them at once."""

from __future__ import annotations

from django.urls import path, register_converter

from tend.doors.web.records import (
    adding,
    board,
    bulk,
    detail,
    doing,
    editing,
    exporting,
    grouped,
    history,
    inline,
    lists,
    pick,
    trash,
    tree,
    views,
)
from tend.doors.web.records.places import place_at


class PlaceWord:
    """A word that is a place of records; any other word is somebody else's address."""

    regex = "[a-z]+(?:-[a-z]+)*"

    def to_python(self, value: str) -> str:
        if place_at(value) is None:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PlaceWord, "place")

urlpatterns = [
    path("pick/<slug:plural>", pick.pick),
    path("<place:word>", lists.records, name="list"),
    path("<place:word>/new", editing.create, name="new"),
    path("<place:word>/trash", trash.trash, name="trash"),
    path("<place:word>/columns", lists.columns, name="columns"),
    path("<place:word>/condition", lists.condition, name="condition"),
    path("<place:word>/export", exporting.export, name="export"),
    path("<place:word>/view", views.save_view, name="view"),
    path("<place:word>/group", grouped.group, name="group"),
    path("<place:word>/totals", adding.totals, name="totals"),
    path("<place:word>/views", views.views, name="views"),
    path("<place:word>/board/column", board.column, name="board-column"),
    path("<place:word>/board/fold", board.fold, name="board-fold"),
    path("<place:word>/bulk/<slug:name>", bulk.bulk, name="bulk"),
    path("<place:word>/<int:pk>", detail.detail, name="record"),
    path("<place:word>/<int:pk>/edit", editing.edit, name="edit"),
    path("<place:word>/<int:pk>/edit/<str:name>", inline.cell, name="cell"),
    path("<place:word>/<int:pk>/move", board.move, name="move"),
    path("<place:word>/<int:pk>/below", tree.below, name="below"),
    path("<place:word>/<int:pk>/hang", tree.hang, name="hang"),
    path("<place:word>/<int:pk>/row", lists.row, name="row"),
    path("<place:word>/<int:pk>/history", history.history, name="history"),
    path("<place:word>/<int:pk>/do/<slug:name>", doing.do, name="do"),
]

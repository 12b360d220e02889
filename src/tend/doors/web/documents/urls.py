"""Handmade pages of documents; their addresses come before the derived ones."""

from __future__ import annotations

from django.urls import URLPattern, path

from tend.doors.web.documents import bringing, page

urlpatterns: list[URLPattern] = [
    path("documents/new", bringing.new, name="new-document"),
    path("documents/on/<slug:word>/<int:pk>", bringing.on_record, name="documents-on"),
    path("documents/<int:pk>/version", bringing.version, name="new-version"),
    path("documents/<int:pk>/file", page.file, name="file"),
    path("documents/<int:pk>/picture", page.picture, name="picture"),
    path("documents/<int:pk>/versions/<int:number>", page.file, name="file-of-version"),
    path("documents/<int:pk>/versions/<int:number>/picture", page.picture, name="picture-of-version"),
]

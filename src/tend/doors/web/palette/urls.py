"""Addresses of the palette and of the page of hits."""

from django.urls import path

from tend.doors.web.palette import asking, pages

urlpatterns = [
    path("palette", pages.palette, name="palette"),
    path("palette/ask", asking.ask, name="palette-ask"),
    path("palette/prefer", pages.prefer, name="palette-prefer"),
    path("search", pages.find, name="search"),
]

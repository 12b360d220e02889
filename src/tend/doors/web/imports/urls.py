"""Addresses of imports and operations."""

from __future__ import annotations

from django.urls import path

from tend.doors.web.imports import matching, mending, operations, rehearsal, running, uploading

urlpatterns = [
    path("imports", uploading.imports, name="imports"),
    path("imports/new", uploading.new, name="import-new"),
    path("imports/<int:pk>", uploading.resume, name="import"),
    path("imports/<int:pk>/read", uploading.read_step, name="import-read"),
    path("imports/<int:pk>/discard", uploading.forget, name="import-discard"),
    path("imports/<int:pk>/match", matching.match_step, name="import-match"),
    path("imports/<int:pk>/rehearse", rehearsal.rehearse_step, name="import-rehearse"),
    path("imports/<int:pk>/cells/<int:row>/<int:column>", mending.cell, name="import-cell"),
    path("imports/<int:pk>/replace", mending.column, name="import-replace"),
    path("imports/<int:pk>/faults.csv", rehearsal.faults, name="import-faults"),
    path("imports/<int:pk>/run", running.run_step, name="import-run"),
    path("imports/<int:pk>/progress", running.progress, name="import-progress"),
    path("imports/<int:pk>/result", running.result, name="import-result"),
    path("operations", operations.operations, name="operations"),
    path("operations/<int:pk>", operations.operation, name="operation"),
    path("operations/<int:pk>/progress", operations.progress, name="operation-progress"),
    path("operations/<int:pk>/stop", operations.stop, name="operation-stop"),
    path("operations/<int:pk>/go-on", operations.take_up, name="operation-go-on"),
    path("operations/<int:pk>/refusals.csv", operations.refusals, name="operation-refusals"),
]

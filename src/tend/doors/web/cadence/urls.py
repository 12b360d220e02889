"""Addresses of Today and Calls."""

from __future__ import annotations

from django.urls import path

from tend.doors.web.cadence import calls, coverage, log, spreading, today

urlpatterns = [
    path("", today.home),
    path("today", today.today, name="today"),
    path("today/start", today.start, name="today-start"),
    path("today/spread", spreading.spread, name="today-spread"),
    path("calls", calls.calls, name="calls"),
    path("calls/leads", calls.by_status, {"leads": True}, name="calls-leads"),
    path("calls/accounts", calls.by_status, {"leads": False}, name="calls-accounts"),
    path("calls/new", log.new, name="calls-new"),
    path("calls/<int:pk>", log.call, name="call"),
    path("calls/<int:pk>/open", log.opened, name="call-open"),
    path("calls/<int:pk>/log", log.log, name="call-log"),
    path("calls/<int:pk>/move", log.move, name="call-move"),
    path("coverage", coverage.board, name="coverage"),
    path("coverage/accounts", coverage.accounts, name="coverage-accounts"),
    path("coverage/silent", coverage.silent, name="coverage-silent"),
    path("coverage/silent/<int:pk>", coverage.decide, name="coverage-decide"),
]

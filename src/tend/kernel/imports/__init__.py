"""Bringing data in from files: read, match columns, rehearse, run in resumable chunks, tell every error, undo."""

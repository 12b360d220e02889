"""Which subcommands there are beside those of the site itself; each room declares its words and runs them."""

from __future__ import annotations

from tend.doors.terminal import backups, documents, importing, records, registry, tables, tokens, users, working

ROOMS = (importing, documents, users, tokens, records, registry, backups, tables, working)

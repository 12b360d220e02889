"""Which subcommands there are beside those of the site itself; each room declares its words and runs them."""

from __future__ import annotations

from tend.doors.terminal import backups, importing, records, registry, tables, tokens, users, working

ROOMS = (importing, users, tokens, records, registry, backups, tables, working)

"""Django's SQLite with turns: writers wait for each other in the order of a lock, not by looking again and again."""

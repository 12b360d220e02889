"""The database backend: a transaction begins with a turn and gives it back at its end."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from tend.kernel.sqlite.turns import Turns, turns_of


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite as Django knows it; every transaction writes (BEGIN IMMEDIATE), so every transaction takes a turn."""

    _turn: Turns | None = None

    def _start_transaction_under_autocommit(self) -> None:
        turns = turns_of(str(self.settings_dict["NAME"]))
        if turns is not None and self._turn is None and turns.take(self.patience):
            self._turn = turns
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    @property
    def patience(self) -> float:
        """Seconds that a writer waits, for its turn as for SQLite's lock."""
        return float(self.settings_dict["OPTIONS"].get("timeout", 5))

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]
        self._give_turn()  # a commit that fails is followed by a rollback
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _give_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.give()

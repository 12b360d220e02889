"""The collector of cyclic garbage, tuned once a process is up: what start-up made lives as long as the process."""

from __future__ import annotations

import gc

YOUNG = 50_000  # a unit of a thousand records makes some hundred thousand objects and lets go of them at its end


def settle() -> None:
    """Leave the objects of start-up out of every later collection. Call it when everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)

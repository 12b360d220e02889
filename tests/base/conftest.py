"""Property tests of this floor are not timed: the first example may load a language."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("base", deadline=None)
settings.load_profile("base")

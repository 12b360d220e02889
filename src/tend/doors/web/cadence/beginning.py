"""How to begin where there is no account to look after yet, as far as the person may."""

from __future__ import annotations

from tend.kernel.actor import Actor


def ways_to_begin(actor: Actor) -> dict[str, bool]:
    """Whether the actor may enter accounts, and whether they may bring a list of them."""
    may_create = actor.scope("accounts", "create") != "none"
    return {"may_create": may_create, "may_import": may_create and actor.scope("accounts", "import") != "none"}

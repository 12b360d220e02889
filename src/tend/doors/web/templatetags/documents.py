"""The section of documents on the page of another record: the page only says where it stands, the section fetches itself."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("documents/_section.html", takes_context=True)
def documents_of(context: template.Context, word: str, pk: int) -> dict[str, Any]:
    """Nothing for whoever may see no documents at all."""
    actor = context["request"].actor
    return {"address": f"/documents/on/{word}/{pk}", "is_shown": actor.scope("documents", "view") != "none"}

"""The bell on every page of the desk."""

from __future__ import annotations

from typing import Any

from django import template

from support.workspace.notifications import unseen

register = template.Library()


@register.inclusion_tag("workspace/_bell.html")
def bell(user: Any, here: str = "") -> dict[str, Any]:
    """How much somebody has not seen; one query. here: the name of the page's address."""
    works_here = getattr(user, "is_agent", False)
    return {
        "works_here": works_here,
        "unseen": unseen(user).count() if works_here else 0,
        "here": here,
    }

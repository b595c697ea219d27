"""The menu of macros on a ticket's page."""

from __future__ import annotations

from typing import Any

from django import template

from support.automation.steps import TO_CUSTOMER, in_words, names_of
from support.models import Macro
from tickets.models import Ticket, User

register = template.Library()


@register.inclusion_tag("workspace/macro_menu.html")
def macro_menu(ticket: Ticket, user: User, csrf_token: str) -> dict[str, Any]:
    """What somebody may run on a ticket, and in words what each does."""
    found = list(Macro.objects.usable_by(user))
    names = names_of() if found else {}
    rows = [
        {
            "macro": macro,
            "words": in_words(macro.steps, names=names),
            "speaks": any(step["verb"] in TO_CUSTOMER for step in macro.steps),
        }
        for macro in found
    ]
    return {"ticket": ticket, "rows": rows, "csrf_token": csrf_token}

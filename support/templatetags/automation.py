"""The menu of macros on a ticket's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils import timezone
from django.utils.translation import override

from support.automation import macros
from support.automation.models import Macro
from support.automation.steps import in_words, names_of
from support.canned import filling
from support.desk.letters import language_of
from tickets.models import Ticket, User


def macro_menu(
    ticket: Ticket, user: User, csrf_token: str, found: Sequence[Macro]
) -> dict[str, object]:
    """What somebody may run on a ticket, and in words what each does."""
    names = names_of() if found else {}
    filled = _filling(ticket, user) if any("{{" in str(macro.steps) for macro in found) else str
    rows = [
        {
            "macro": macro,
            "words": in_words(macro.steps, names=names, filled=filled),
            "speaks": macros.speaks(macro),
        }
        for macro in found
    ]
    return {"ticket": ticket, "rows": rows, "csrf_token": csrf_token}


def _filling(ticket: Ticket, user: User) -> Callable[[str], str]:
    """Puts in a text what its variables stand for on a ticket, as the customer would read it."""
    language = language_of(ticket)
    with override(language):
        facts = filling.facts_of(ticket, agent=user, now=timezone.now())

    def filled(text: str) -> str:
        with override(language):
            return filling.filled(text, facts)

    return filled

"""An article begun with what was said to one customer, without what tells who that is."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from tickets.models import Message

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\b(?:T-\d+|(?:\+|0)\d[\d \-()]{7,}\d)")
_SALUTATION = re.compile(
    r"^\s*(?:beste|geachte|hallo|hoi|dag|dear|hi|hello)\b[^\n]{0,60}\n+", re.IGNORECASE
)


def begun(message: Message) -> dict[str, str]:
    """A title and a text to go on from; always a draft, for its writer to read over."""
    ticket = message.ticket
    names = [ticket.reporter_name]
    if ticket.contact is not None:
        names.append(ticket.contact.name)
    if ticket.organisation is not None:
        names.append(ticket.organisation.name)
    parts = {part for name in names for part in (name, *name.split()) if len(part) > 2}
    named = [re.escape(part) for part in sorted(parts, key=len, reverse=True)]
    of_somebody = re.compile(rf"\b(?:{'|'.join(named)})\b", re.IGNORECASE) if named else None

    def bare(text: str) -> str:
        text = _NUMBER.sub(_("[number]"), _ADDRESS.sub(_("[address]"), text))
        return of_somebody.sub(_("[name]"), text) if of_somebody else text

    text = _SALUTATION.sub("", message.text, count=1)
    return {"title_nl": bare(ticket.subject)[:120], "body_nl": bare(text).strip()}

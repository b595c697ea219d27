"""What is wrong with a text that a manager wrote for a letter, before it is kept."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from support.brands import variables
from support.mail.texts import KNOWN, Known, block_of

_TIMES = re.compile(
    r"(?i)\b(?:binnen|uiterlijk|within|at the latest|no later than)\b[^.!?\n]{0,30}?"
    r"\b(?:minu(?:ut|ten)|uur|uren|(?:werk)?dag(?:en)?|we(?:ek|ken)|minutes?|hours?|days?|weeks?)\b"
)


def problems(letter: str, subject: str, body: str) -> dict[str, list[str]]:
    """What is wrong with a text, by the name of its field, in sentences that say where."""
    known = KNOWN[letter]
    said = {
        "subject": variables.problems(subject, list(known.variables)),
        "body": variables.problems(body, known.names),
    }
    for name, text in (("subject", subject), ("body", body)):
        said[name] += [_promising(text, each) for each in _TIMES.finditer(text)]
    named = variables.named(body)
    for name in (*known.needs, *([known.owed] if known.owed else [])):
        if name not in named:
            label = known.owed_label if name == known.owed else known.variables[name].label
            words = _("This letter owes its reader %(what)s: put {{ %(name)s }} in the text.")
            said["body"].append(words % {"what": label, "name": name})
    said["body"] += _misplaced(known, body)
    return {name: each for name, each in said.items() if each}


def _promising(text: str, found: re.Match[str]) -> str:
    words = _(
        "“%(words)s” promises a time. What we promise hangs on the agreement, and stands in the "
        "letter by itself: take it out."
    )
    return f"{variables.place(text, found.start())}: {words % {'words': found[0]}}"


def _misplaced(known: Known, body: str) -> list[str]:
    """The block stands alone on its line, once."""
    found = [each for each in variables.VARIABLE.finditer(body) if each[1] == known.owed]
    alone = [line for line in body.splitlines() if block_of(line) == known.owed]
    if known.owed and len(found) > 1:
        return [_("{{ %(name)s }} stands in it more than once.") % {"name": known.owed}]
    if known.owed and found and not alone:
        words = _("{{ %(name)s }} is several lines: put it on a line of its own.")
        place = variables.place(body, found[0].start())
        return [f"{place}: {words % {'name': known.owed}}"]
    return []

"""Finds the signature under a text, so that a page can dim it. Nothing is cut."""

import re
from typing import NamedTuple

MOST_LINES = 25
"""A signature is no longer than this; what is longer is taken for something said."""

_DASHES = re.compile(r"^-- ?$")
_GREETING = re.compile(
    r"^(?:met\s+(?:(?:zeer\s+)?vriendelijke|hartelijke|sportieve|collegiale)\s+groet(?:en|jes)?"
    r"|(?:vriendelijke|hartelijke)\s+groet(?:en|jes)?|m\.?\s?v\.?\s?g\.?r?\.?"
    r"|(?:veel\s+)?groet(?:en|jes)|hoogachtend|mit\s+freundlichen\s+gr(?:ü|ue)(?:ß|ss)en|mfg"
    r"|viele\s+gr(?:ü|ue)(?:ß|ss)e|(?:kind|best|warm)\s+regards|regards|sincerely"
    r"|(?:verstuurd|verzonden|verstuurt)\s+vanaf\s+.{1,60}|sent\s+from\s+my\s+.{1,40}"
    r"|von\s+meinem\s+.{1,30}gesendet|outlook\s+voor\s+.{1,20}\s+downloaden)\b.{0,60}$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\s*p\.?s\.?\b|\?\s*$", re.IGNORECASE)
_OUR_LINE = re.compile(r"^\[.*\]$")


class Signed(NamedTuple):
    """A text in three: what is said, its signature, and the lines that the intake added."""

    said: str
    signature: str
    added: str


def split(text: str) -> Signed:
    """Split a text for showing; put together with line ends, the three are the text again."""
    lines = text.split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or _OUR_LINE.match(lines[end - 1])):
        end -= 1
    start = _start(lines[:end])
    if start is None:
        return Signed(text, "", "")
    return Signed("\n".join(lines[:start]), "\n".join(lines[start:end]), "\n".join(lines[end:]))


def _start(lines: list[str]) -> int | None:
    """Where the signature begins: at dashes, else at a greeting; there must be text above it."""
    first = max(len(lines) - MOST_LINES, 1)
    for rule in (_DASHES, _GREETING):
        for index in range(first, len(lines)):
            if rule.match(lines[index].strip() if rule is _GREETING else lines[index]):
                above = any(line.strip() for line in lines[:index])
                goes_on = any(_GOES_ON.search(line) for line in lines[index + 1 :])
                return index if above and not goes_on else None
    return None

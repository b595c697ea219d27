"""Variables in texts that people write: {{ klant.naam }}, and nothing that could do anything.

A text is words with names out of a list. A name is replaced by its value, which is never looked
into again; there are no conditions, no attributes and no calls.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from django.utils.translation import gettext as _

VARIABLE = re.compile(r"\{\{[ \t]*([\w.]+)[ \t]*\}\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_SENTENCE_END = re.compile(r"(?<=[.!?])[ \t]+")


def named(text: str) -> set[str]:
    """The names that stand in a text."""
    return set(VARIABLE.findall(text))


def problems(text: str, known: Collection[str]) -> list[str]:
    """What is wrong with the variables in a text, in sentences that say where."""
    found = [
        (each.start(), _unknown(each[1], known))
        for each in VARIABLE.finditer(text)
        if each[1] not in known
    ]
    # Blanked out by as many signs, so that what is left stands where it stood.
    bare = VARIABLE.sub(lambda each: " " * len(each[0]), text)
    for stray in _BRACES.finditer(bare):
        said = _("A variable is written as {{ %(name)s }}; “%(stray)s” stands alone here.")
        found.append((stray.start(), said % {"name": next(iter(known)), "stray": stray[0]}))
    return [f"{place(text, at)}: {said}" for at, said in sorted(found)]


def _unknown(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    if near:
        return _("There is no variable {{ %(name)s }}. Is it {{ %(near)s }}?") % {
            "name": name,
            "near": near[0],
        }
    return _("There is no variable {{ %(name)s }}. Known are: %(known)s.") % {
        "name": name,
        "known": ", ".join(known),
    }


def place(text: str, at: int) -> str:
    """Where something stands, as people count: "line 3, sign 12"."""
    before = text[:at].replace("\r\n", "\n")
    line = before.count("\n") + 1
    sign = len(before) - (before.rfind("\n") + 1) + 1
    return _("Line %(line)s, sign %(sign)s") % {"line": line, "sign": sign}


def filled(text: str, values: Mapping[str, str], *, without: Iterable[str] = ()) -> str:
    """A text with its variables filled in; what is in no list stays as it stands.

    without: names for which there is nothing to say. A sentence with one of them is left out: no
    words in its place would be true in every sentence.
    """
    missing = set(without)
    bare = _without(text, missing) if missing & named(text) else text
    return VARIABLE.sub(lambda each: values.get(each[1], each[0]), bare)


def _without(text: str, missing: set[str]) -> str:
    """A text without its sentences about those, and without lines that held nothing else."""
    kept = []
    for line in text.split("\n"):
        if not named(line) & missing:
            kept.append(line)
            continue
        left = [each for each in _SENTENCE_END.split(line) if not named(each) & missing]
        if " ".join(left).strip():
            kept.append(" ".join(left))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")

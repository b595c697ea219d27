"""Finds pages and settings by what people call them, in either language and with a slip."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from support.menu.entries import GROUPS, OF_ONESELF, WORK, Entry
from support.menu.shown import Rights

MOST = 8
LIKE = 0.75
"""How alike two words must be, of one, for the one to be a slip of the other."""


@dataclass(frozen=True)
class Place:
    """A page that can be found, and under which name of the menu it stands."""

    label: str
    icon: str
    url: str
    under: str


def find(text: str, request: HttpRequest, rights: Rights) -> list[Place]:
    """What is called so, the best first; what is nearly called so, if nothing is."""
    asked = _words_in(text)
    if not asked:
        return []
    known = [*_of_menu(rights), *_of_administration(request, rights)]
    scored = [(_score(asked, names, words), at) for at, (_place, names, words) in enumerate(known)]
    found = sorted((score, at) for score, at in scored if score is not None)
    if not found:
        meant = [_meant(word, known) for word in asked]
        if meant == asked:
            return []
        return find(" ".join(meant), request, rights)
    return [known[at][0] for _score_of, at in found[:MOST]]


def in_menu(rights: Rights) -> list[Place]:
    """All pages of the menu, in its order."""
    return [place for place, _names, _words_in in _of_menu(rights)]


_Known = tuple[Place, Sequence[str], Sequence[str]]
"""A place, the words of its name, and other words for it."""


def _of_menu(rights: Rights) -> Iterator[_Known]:
    for under, entries in [
        ("", WORK),
        *((group.label, group.entries) for group in GROUPS),
        (_("My account"), OF_ONESELF),
    ]:
        for entry in entries:
            if rights.may(entry):
                place = Place(
                    str(entry.label), entry.icon, reverse(entry.address), str(under or "")
                )
                yield place, *_called(entry)


@cache
def _called(entry: Entry) -> tuple[list[str], list[str]]:
    """In every language that people here may think in."""
    return _in_each(entry.label), _in_each(entry.words)


def _of_administration(request: HttpRequest, rights: Rights) -> Iterator[_Known]:
    if not rights.staff:
        return
    under = _("Administration")
    for app in admin.site.get_app_list(request):
        for model in app["models"]:
            if url := model["admin_url"]:
                meta = model["model"]._meta
                place = Place(str(model["name"]).capitalize(), "settings", url, under)
                yield place, _in_each(meta.verbose_name_plural), _in_each(meta.verbose_name)


def _in_each(label: object) -> list[str]:
    found: list[str] = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found += _words_in(str(label))
    return found


def _words_in(text: str) -> list[str]:
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return re.findall(r"\w+", bare.casefold())


def _score(asked: Iterable[str], names: Sequence[str], words: Sequence[str]) -> int | None:
    """0 when each word begins one of the name; 1 for each that is only another word for it."""
    further = 0
    for word in asked:
        if any(name.startswith(word) for name in names):
            continue
        if not any(other.startswith(word) for other in words):
            return None
        further += 1
    return further


def _meant(word: str, known: Iterable[_Known]) -> str:
    everything = {each for _place, names, words in known for each in (*names, *words)}
    return next(iter(get_close_matches(word, sorted(everything), n=1, cutoff=LIKE)), word)

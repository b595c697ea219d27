"""Pieces of pages that are drawn once for all that they show.

What a piece shows is a named tuple of plain values, and nothing else reaches its template: equal
ones are the same piece, so that none can be out of date. What differs on each page and is only
copied into it, such as the token of its forms, is left blank and filled in afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache, wraps
from secrets import token_hex
from typing import Any, TypeVar

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

F = TypeVar("F", bound=tuple[Any, ...])
PLAIN = (str, int, float, bool, type(None), date, timedelta)


def blank(name: str) -> str:
    """A word that stands where something is filled in; nobody can have typed it."""
    return f"{name}-{token_hex(12)}"


TOKEN = blank("token")


def kept(most: int) -> Callable[[Callable[[F], str]], Callable[[F], SafeString]]:
    """Draw each piece once; so many are kept by each process, those that were used last."""

    def decorated(draw: Callable[[F], str]) -> Callable[[F], SafeString]:
        @lru_cache(maxsize=most)
        def drawn(shown: F, _language: str) -> SafeString:
            _only_plain(shown)
            return mark_safe(draw(shown))  # noqa: S308 - drawn by a template that escapes

        @wraps(draw)
        def once(shown: F) -> SafeString:
            return drawn(shown, get_language() or "")

        once.forget = drawn.cache_clear  # type: ignore[attr-defined]
        _everything.append(drawn.cache_clear)
        return once

    return decorated


_everything: list[Callable[[], None]] = []


def forget_all() -> None:
    """Draw everything anew from now on."""
    for forget in _everything:
        forget()


def filled(piece: str, blanks: Mapping[str, object]) -> SafeString:
    """A piece with what belongs in its blanks."""
    for word, value in blanks.items():
        piece = piece.replace(word, conditional_escape(str(value)))
    return mark_safe(piece)  # noqa: S308 - what is filled in was escaped


def with_token(piece: str, token: object) -> SafeString:
    """A piece whose forms get the token of their page."""
    return filled(piece, {TOKEN: token})


def _only_plain(value: object) -> None:
    """What is compared by all of its value. A text that is safe equals one that is not."""
    if isinstance(value, tuple):
        for each in value:
            _only_plain(each)
    elif isinstance(value, SafeString) or not isinstance(value, PLAIN):
        raise TypeError(f"can't be told from another by its value: {value!r}")

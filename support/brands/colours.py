"""One colour of a provider as all those that pages need, in light and dark, so that words are read.

Colours are written as #21468b. Contrast is that of WCAG 2: 1 for none, 21 for black on white.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

HOUSE = "#21468b"
INK, WHITE, BLACK = "#1f1d1a", "#ffffff", "#000000"
READ = 4.5
"""The least contrast of words."""
SEEN = 2.0
"""The least contrast of a filled button with the page, in the dark."""
_STEPS = 50


@dataclass(frozen=True)
class Scheme:
    """What words stand on: surface, and the ground on which they are hardest to read."""

    surface: str
    hardest: str
    away: str  # where a colour goes to be read better
    soft: float  # how much of the colour is in a tinted ground
    line: float


LIGHT = Scheme(surface="#ffffff", hardest="#f2efea", away=BLACK, soft=0.08, line=0.3)
DARK = Scheme(surface="#1d1b19", hardest="#24221f", away=WHITE, soft=0.16, line=0.4)


@dataclass(frozen=True)
class Tones:
    """A colour in one scheme. accent: of words; fill: of buttons, with `on` for the words on it."""

    accent: str
    strong: str
    fill: str
    fill_hover: str
    on: str
    soft: str
    line: str


@lru_cache(maxsize=256)
def tones(colour: str, scheme: Scheme) -> Tones:
    """All that pages need of it."""
    soft = mixed(scheme.surface, colour, scheme.soft)
    accent = read_on(colour, (scheme.hardest, soft), away=scheme.away)
    fill = colour if scheme is LIGHT else read_on(colour, (scheme.surface,), WHITE, least=SEEN)
    on = readable_on(fill)
    return Tones(
        accent=accent,
        strong=mixed(accent, scheme.away, 0.25),
        fill=fill,
        fill_hover=mixed(fill, BLACK if on == WHITE else WHITE, 0.14),
        on=on,
        soft=soft,
        line=mixed(scheme.surface, colour, scheme.line),
    )


def read_on(colour: str, grounds: Iterable[str], away: str, *, least: float = READ) -> str:
    """The colour, or the one nearest to it on the way `away` that is read on all of the grounds."""
    grounds = tuple(grounds)
    for step in range(_STEPS):
        tried = mixed(colour, away, step / _STEPS)
        if all(contrast(tried, ground) >= least for ground in grounds):
            return tried
    return away


def readable_on(colour: str) -> str:
    """White where it is read on the colour, else ink, and black on the few between both."""
    return next((each for each in (WHITE, INK) if contrast(each, colour) >= READ), BLACK)


def contrast(one: str, other: str) -> float:
    """Between two colours."""
    darker, lighter = sorted((_light(one), _light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """A colour with a share of another, from 0 to 1."""
    both = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in both)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _light(colour: str) -> float:
    """How light it is, from 0 to 1 (relative luminance)."""
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""The house's typeface as a static file: Inter from its package, cut down to what pages need.

The package holds every script and both slopes in nearly 900 kB. What is served is 30 kB: Latin
letters, upright, at the weights that the style sheets ask for. It is made once and kept under var/.
"""

from __future__ import annotations

import tempfile
from importlib import metadata, resources
from pathlib import Path

from config.made import MadeFinder

PACKAGE = "fontpkg-inter"
FACE, LICENCE = "fonts/inter.woff2", "fonts/inter-licence.txt"
WEIGHTS = (400, 700)
# Latin with its marks, what typographers use beside it, and the few arrows and signs of our texts.
LETTERS = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x218, 0x21B),
    (0x2009, 0x200A),
    (0x2010, 0x2027),
    (0x202F, 0x203A),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2248, 0x2265),
    (0x2713, 0x2713),
)
# Nothing that changes what somebody typed, as Inter's arrows for "->" would; figures of one width
# where they stand in columns.
FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "tnum")


class TypefaceFinder(MadeFinder):
    """Finds the typeface and its licence."""

    places = (FACE, LICENCE)
    name = "typeface"

    def recipe(self) -> object:
        """This edition of the font and this cut of it."""
        return metadata.version(PACKAGE), WEIGHTS, LETTERS, FEATURES

    def made(self) -> dict[str, bytes]:
        """Both."""
        package = resources.files("fontpkg_inter")
        with resources.as_file(package.joinpath("files", "Inter[opsz,wght].ttf")) as whole:
            return {LICENCE: package.joinpath("LICENSE").read_bytes(), FACE: cut(whole)}


def cut(whole: Path) -> bytes:
    """The part of a variable font that pages need, as WOFF2."""
    # Here and not above: no program that serves pages carries what makes fonts.
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options()
    options.layout_features = list(FEATURES)
    options.name_IDs = ["*"]  # whose it is and under what licence stays in the file
    font = TTFont(whole, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[sign for a, b in LETTERS for sign in range(a, b + 1)])
    subsetter.subset(font)
    narrowed = instancer.instantiateVariableFont(font, {"opsz": 14, "wght": WEIGHTS})
    narrowed.flavor = "woff2"
    with tempfile.TemporaryFile() as made:
        narrowed.save(made)
        made.seek(0)
        return made.read()

"""The house's typeface as a static file: Inter from its package, cut down to what pages need.

The package holds every script and both slopes in nearly 900 kB. What is served is 30 kB: Latin
letters, upright, at the weights that the style sheets ask for. It is made once and kept under var/.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

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


class TypefaceFinder(BaseFinder):
    """Finds the typeface and its licence, making them first where they are not there yet."""

    def find(self, path: str, find_all: bool = False, **unused: Any) -> Any:
        """Where one of the two files is; Django asks this while developing and testing."""
        if path not in {FACE, LICENCE}:
            return []
        found = str(self.folder / path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Both files, for collectstatic."""
        storage = FileSystemStorage(location=self.folder)
        for path in (FACE, LICENCE):
            if not matches_patterns(path, list(ignore_patterns or [])):
                yield path, storage

    @cached_property
    def folder(self) -> Path:
        """The folder with both, of this edition of the font and this cut of it."""
        recipe = repr((metadata.version(PACKAGE), WEIGHTS, LETTERS, FEATURES))
        folder = settings.VAR_DIR / "typeface" / hashlib.sha256(recipe.encode()).hexdigest()[:12]
        if not (folder / FACE).exists():
            (folder / FACE).parent.mkdir(parents=True, exist_ok=True)
            package = resources.files("fontpkg_inter")
            _put(folder / LICENCE, package.joinpath("LICENSE").read_bytes())
            with resources.as_file(package.joinpath("files", "Inter[opsz,wght].ttf")) as whole:
                _put(folder / FACE, cut(whole))
        return folder


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


def _put(path: Path, content: bytes) -> None:
    """Write a file so that another process sees it whole or not at all."""
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)

"""The icons of pages as one static file: those of their package that our sources name.

A page points into it, so that what stands on it many times, and on every page, is sent once. A word
of the sources that happens to be the name of an icon brings that along, which costs little.
"""

from __future__ import annotations

import re
from functools import cached_property
from importlib import metadata, resources
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings

from config.made import MadeFinder
from support.icons import DRAWN_IN

PACKAGE = "lucide"
_NAME = re.compile(r'"([a-z][a-z0-9-]*)"')
_LINES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_SOURCES = ("templates/**/*.html", "support/**/*.py", "sla/**/*.py", "config/**/*.py")


class IconFinder(MadeFinder):
    """Finds the file with the icons."""

    places = (DRAWN_IN,)
    name = "icons"

    @cached_property
    def drawings(self) -> dict[str, str]:
        """The lines of each icon by its name."""
        words: set[str] = set()
        for pattern in _SOURCES:
            for source in Path(settings.BASE_DIR).glob(pattern):
                words.update(_NAME.findall(source.read_text(encoding="utf-8")))
        with resources.files(PACKAGE).joinpath("lucide.zip").open("rb") as package:
            shipped = ZipFile(package)
            known = {Path(name).stem: name for name in shipped.namelist()}
            return {
                name: _lines(shipped.read(known[name]).decode())
                for name in sorted(words & known.keys())
            }

    def recipe(self) -> object:
        """The package, and which icons."""
        return metadata.version(PACKAGE), *self.drawings

    def made(self) -> dict[str, bytes]:
        """Symbols, which show nowhere by themselves; how they are drawn is said by style sheets."""
        symbols = "".join(
            f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>'
            for name, lines in self.drawings.items()
        )
        return {DRAWN_IN: f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()}


def _lines(drawing: str) -> str:
    lines = _LINES.search(drawing)
    return "".join(line.strip() for line in lines[1].splitlines()) if lines else ""

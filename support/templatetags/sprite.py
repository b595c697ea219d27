"""Icons that are drawn once for a whole piece of a page, however often they stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.safestring import SafeString, mark_safe

from support.templatetags.ui import NAMES

_ICON = re.compile(
    r'<svg (width="\d+" height="\d+") [^>]*? (class="icon" [^>]*)>(.*?)</svg>', re.DOTALL
)


def lifted(piece: str, prefix: str) -> tuple[str, Mapping[str, str]]:
    """A piece whose icons point to drawings, and the drawings by their ids. prefix: tells those of
    one piece from another's on the same page.
    """
    drawings: dict[str, str] = {}

    def pointing(match: re.Match[str]) -> str:
        size, attributes, drawing = match.groups()
        known = f"{prefix}-{NAMES[drawing]}"
        drawings[known] = drawing
        return f'<svg {size} {attributes}><use href="#{known}"/></svg>'

    return _ICON.sub(pointing, piece), drawings


def sprite(drawings: Mapping[str, str]) -> SafeString:
    """The drawings themselves, which show nowhere by themselves."""
    symbols = "".join(
        f'<symbol id="{known}" viewBox="0 0 24 24">{drawing}</symbol>'
        for known, drawing in sorted(drawings.items())
    )
    return mark_safe(f'<svg class="sprite" aria-hidden="true">{symbols}</svg>')  # noqa: S308 - icons

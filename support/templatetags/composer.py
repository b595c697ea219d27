"""Template filters of the conversation: who is mentioned."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_TAG = re.compile(r"(<[^>]*>)")


def mark_mentions(html: SafeString, names: Sequence[str]) -> SafeString:
    """Mark @names in a text's HTML, outside its tags."""
    if not names:
        return html
    longest = sorted((str(conditional_escape(name)) for name in names), key=len, reverse=True)
    named = re.compile(rf"(?<![\w@.])@(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)
    parts = _TAG.split(html)
    # The odd parts are tags. What stands between them was escaped before it came here.
    parts[::2] = [named.sub(r'<mark class="mention">\g<0></mark>', part) for part in parts[::2]]
    return mark_safe("".join(parts))  # noqa: S308

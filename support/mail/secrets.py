"""Secrets in letters: sealed in the outbox, where colleagues look, and opened as the mail leaves.

Each is sealed for one address. Copied into a letter to somebody else it stays what it is.
"""

from __future__ import annotations

import json
import re

from support.secrets.sealing import Unsealable, seal, unseal

_PLACE = re.compile(r"\[\[sealed:([\w=-]+)\]\]")


def hide(secret: str, *, to: str) -> str:
    """What stands for a secret in the text of a letter to this address."""
    return f"[[sealed:{seal(json.dumps([to.lower(), secret]))}]]"


def are_in(text: str) -> bool:
    """Holds this text a secret?"""
    return bool(_PLACE.search(text))


def reveal(text: str, *, to: str) -> str:
    """The text with the secrets for this address opened; others stay sealed."""

    def opened(place: re.Match[str]) -> str:
        try:
            address, secret = json.loads(unseal(place[1]))
        except (Unsealable, ValueError):
            return place[0]
        return str(secret) if address == to.lower() else place[0]

    return _PLACE.sub(opened, text)

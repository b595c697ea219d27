"""Secrets at rest, sealed with a key that follows from SECRET_KEY; opened only where used."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class Unsealable(ValueError):
    """It was sealed under another SECRET_KEY, or is damaged: it has to be entered anew."""


def seal(secret: str) -> str:
    """The secret as it may lie in a row; '' stays ''."""
    return _keys().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """The secret again. Raises Unsealable."""
    if not sealed:
        return ""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable("sealed under another SECRET_KEY") from None


def _keys() -> MultiFernet:
    """The key of today first; those of SECRET_KEY_FALLBACKS still open what they sealed."""
    return MultiFernet(
        [_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _key(secret: str | bytes) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"werkdag sealed secrets")
    return Fernet(base64.urlsafe_b64encode(derived.derive(force_bytes(secret))))

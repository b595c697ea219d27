"""The browser's side of push, worked out apart from the code that sends: keys, and reading."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.receivers import Got

CURVE = ec.SECP256R1()


def text(plain: bytes) -> str:
    """As base64url, without padding."""
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def plain(text: str) -> bytes:
    """From base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class BrowserKeys:
    """What a browser makes when push is turned on in it."""

    def __init__(self, number: int | None = None, auth: bytes = b"0123456789abcdef") -> None:
        self.private = (
            ec.derive_private_key(number, CURVE) if number else ec.generate_private_key(CURVE)
        )
        self.public = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self.auth = auth

    def given(self) -> dict[str, str]:
        """The keys as the page sends them to us."""
        return {"p256dh": text(self.public), "auth": text(self.auth)}

    def read(self, body: bytes) -> bytes:
        """What a message says (RFC 8188, 2.2 and RFC 8291, 3.4)."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        shared = self.private.exchange(ec.ECDH(), key)
        mixed = _mixed(self.auth, shared, b"WebPush: info\x00" + self.public + sender)
        secret = _mixed(salt, mixed, b"Content-Encoding: aes128gcm\x00")[:16]
        nonce = _mixed(salt, mixed, b"Content-Encoding: nonce\x00")[:12]
        opened = AESGCM(secret).decrypt(nonce, sealed, None).rstrip(b"\x00")
        assert opened.endswith(b"\x02")
        return opened[:-1]

    def said(self, got: Got) -> dict[str, Any]:
        """What a request says."""
        assert got.headers["content-encoding"] == "aes128gcm"
        found = json.loads(self.read(got.body))
        assert isinstance(found, dict)
        return found


def sender(got: Got, *, audience: str, public: str) -> dict[str, Any]:
    """Who says to have sent a request: checked as a push service does (RFC 8292)."""
    scheme, _space, words = got.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in words.split(","))
    assert parts["k"] == public
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, plain(parts["k"]))
    options: Any = {"verify_exp": False, "require": ["exp", "aud", "sub"]}
    return jwt.decode(parts["t"], key, algorithms=["ES256"], audience=audience, options=options)


def _mixed(salt: bytes, secret: bytes, info: bytes) -> bytes:
    """HKDF with one round, which gives 32 bytes (RFC 5869)."""
    first = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(first, info + b"\x01", hashlib.sha256).digest()

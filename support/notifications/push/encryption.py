"""Messages that only one browser can read: Web Push encryption (RFC 8291, RFC 8188). Pure."""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
"""Bytes of the one record; no push service has to take more than that (RFC 8030, 7.2)."""
POINT, SECRET, SALT = 65, 16, 16
_LAST = b"\x02"
_TAG = 16
MOST = RECORD - (SALT + 4 + 1 + POINT) - len(_LAST) - _TAG
"""Bytes of a text that still fits, with what stands around it."""


def encrypted(
    text: bytes, *, p256dh: bytes, auth: bytes, salt: bytes, sender: ec.EllipticCurvePrivateKey
) -> bytes:
    """The body of a request with this text for the browser that has these keys.

    salt and sender: of this message alone, from a good source of chance. ValueError for a text
    that is too long, or for keys that are none.
    """
    if len(text) > MOST:
        raise ValueError(f"a message has at most {MOST} bytes")
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    ours = point(sender.public_key())
    shared = sender.exchange(ec.ECDH(), receiver)
    secret = _derived(shared, salt=auth, info=b"WebPush: info\0" + p256dh + ours, length=32)
    key = _derived(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derived(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, text + _LAST, None)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as browsers write it: 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def checked(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """The keys that a browser gave, as bytes. ValueError if these can be none."""
    key, secret = from_text(p256dh), from_text(auth)
    if len(key) != POINT or len(secret) != SECRET:
        raise ValueError("keys of another length")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    return key, secret


def to_text(plain: bytes) -> str:
    """Bytes as they stand in addresses and headers: base64url without its padding."""
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """The bytes again. ValueError for what is not base64url."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error


def _derived(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length=length, salt=salt, info=info).derive(secret)

"""Signatures in the manner of Standard Webhooks: HMAC-SHA256 over id, moment and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes

_PREFIX = "whsec_"


def new_secret() -> str:
    """A secret to share with one receiver."""
    return _PREFIX + base64.b64encode(token_bytes(32)).decode()


def signed_headers(
    secrets: Sequence[str], *, event_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """The three headers that prove where a body comes from; a signature for each secret."""
    moment = str(int(at.timestamp()))
    signatures = [_signature(secret, event_id, moment, body) for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, event_id: str, moment: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    said = f"{event_id}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()

"""How push services know this house: one key pair, and a signed word with every message (RFC 8292).

The private key lies sealed in the database, so that it outlives restarts and moves with a backup.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction

from support.notifications.push.encryption import from_text, point, to_text
from support.notifications.push.models import PushKey, PushSubscription
from support.secrets.sealing import Unsealable, seal, unseal

log = logging.getLogger(__name__)

VALID = timedelta(hours=12)
"""How long a word holds; 24 hours is the most."""


@dataclass(frozen=True)
class Identity:
    """The key pair, opened."""

    public: str
    private: ec.EllipticCurvePrivateKey


def identity(*, now: datetime) -> Identity:
    """Our key pair, made at the first need.

    When SECRET_KEY was replaced, the old pair can't be opened any more: there is a new one then,
    and whoever turned push on must do so again, for their browsers are tied to the old one.
    """
    row = PushKey.objects.filter(pk=PushKey.ONLY).first()
    if row is None:
        row, _made = PushKey.objects.get_or_create(pk=PushKey.ONLY, defaults=_fresh(now))
    try:
        return _opened(row)
    except Unsealable:
        return _renewed(now)


def authorization(endpoint: str, ours: Identity, *, now: datetime) -> str:
    """The header that tells the push service of this endpoint who sends."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + VALID).timestamp()),
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    return f"vapid t={jwt.encode(claims, ours.private, algorithm='ES256')}, k={ours.public}"


def _fresh(now: datetime) -> dict[str, object]:
    private = ec.generate_private_key(ec.SECP256R1())
    number = private.private_numbers().private_value.to_bytes(32, "big")
    return {
        "public": to_text(point(private.public_key())),
        "sealed_private": seal(to_text(number)),
        "made_at": now,
    }


def _opened(row: PushKey) -> Identity:
    number = int.from_bytes(from_text(unseal(row.sealed_private)), "big")
    return Identity(row.public, ec.derive_private_key(number, ec.SECP256R1()))


@transaction.atomic
def _renewed(now: datetime) -> Identity:
    row = PushKey.objects.select_for_update().get(pk=PushKey.ONLY)
    try:
        return _opened(row)  # another was first
    except Unsealable:
        log.warning("the push key was sealed under another SECRET_KEY: all browsers are let go")
    PushSubscription.objects.all().delete()
    for name, value in _fresh(now).items():
        setattr(row, name, value)
    row.save()
    return _opened(row)

"""One-time sign-in links: made for somebody, good for one use."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.urls import reverse

from support.sign_in.models import SignInLink
from tickets.models import User

LASTS = timedelta(hours=24)


def make_link(user: User, *, now: datetime) -> str:
    """The path of a new link that signs this user in once, within a day."""
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(user=user, token_sha256=_digest(token), expires_at=now + LASTS)
    return reverse("sign-in-link", args=[token])


def owner(token: str, *, now: datetime) -> User | None:
    """Whom a link would sign in; None for one that is unknown, used or too old."""
    links = SignInLink.objects.filter(
        token_sha256=_digest(token), used_at=None, expires_at__gt=now, user__is_active=True
    )
    link = links.select_related("user").first()
    return link.user if link else None


def redeem(token: str, *, now: datetime) -> User | None:
    """The user a link was made for, once; None for a link that is unknown, used or too old."""
    digest = _digest(token)
    links = SignInLink.objects.filter(token_sha256=digest, used_at=None, expires_at__gt=now)
    # Two clicks at once: one UPDATE wins.
    if not links.update(used_at=now):
        return None
    user = SignInLink.objects.select_related("user").get(token_sha256=digest).user
    return user if user.is_active else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

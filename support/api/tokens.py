"""Tokens: made once, shown once, kept as a hash; and who a request comes from."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from support.api.models import ApiToken
from support.audit import acting
from tickets.models import User
from tickets.questions import Kept

LASTS = timedelta(days=365)
_NOTED = timedelta(minutes=1)
_LONGEST = 200


def make_token(
    owner: User, *, name: str, scopes: Sequence[str], now: datetime, lasts: timedelta = LASTS
) -> tuple[ApiToken, str]:
    """A new token and, this once, its text."""
    token = ApiToken(owner=owner, name=name, scopes=list(scopes), expires_at=now + lasts)
    text = fill(token, now=now)
    token.save()
    return token, text


def fill(token: ApiToken, *, now: datetime) -> str:
    """Give a token that is not saved yet its text, which is in nobody's hands but the caller's."""
    token.prefix = f"wd_{secrets.token_hex(4)}"
    text = f"{token.prefix}_{secrets.token_urlsafe(32)}"
    token.sha256 = _digest(text)
    token.created_at = now
    return text


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer wd_…`. Whatever is wrong with it, the answer is the same 401."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The owner and the token; None if no token was sent."""
        scheme, _space, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        now = timezone.now()
        token = _valid(text.strip(), now=now)
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, revoked or expired."))
        _note_use(token, now=now)
        if request.method not in SAFE_METHODS:
            acting.now_is(_acting(request, token))
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


def _acting(request: Request, token: ApiToken) -> dict[str, object]:
    """A program, on behalf of who owns its token."""
    where = acting.address_of(request._request)
    return {
        "how": acting.How.TOKEN,
        **acting.named(token.owner),
        "via": str(token),
        "address": where,
    }


_USABLE = Kept(
    lambda digest, now: (
        ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, owner__is_active=True)
        .select_related("owner")
        .filter(sha256=digest)
        .order_by()
    ),
    digest=str,
    now=datetime,
)


def _valid(text: bytes, *, now: datetime) -> ApiToken | None:
    if not text.startswith(b"wd_") or len(text) > _LONGEST:
        return None
    digest = hashlib.sha256(text).hexdigest()
    return next(iter(_USABLE(digest=digest, now=now).asked()), None)


def _note_use(token: ApiToken, *, now: datetime) -> None:
    """Remember the use, at most once a minute: a write at every request would be a queue."""
    long_ago = now - _NOTED
    if token.last_used_at is None or token.last_used_at < long_ago:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=long_ago)
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

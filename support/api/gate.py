"""What a token may do: its scopes, its owner's role, and how often a minute."""

from __future__ import annotations

import logging
from time import time

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from support.api.models import ApiToken, Scope
from tickets.models import User

log = logging.getLogger(__name__)

MINUTE = 60


class Allowed(BasePermission):
    """Holders of a token with the scope that the verb asks, and the role where one is asked."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """False for whoever has no token (401) or not this scope or role (403, with the reason)."""
        token, user = request.auth, request.user
        if not isinstance(token, ApiToken) or not isinstance(user, User):
            return False
        method = request.method or ""
        scope = getattr(view, "scope", "") or _scope_of(method)
        if scope not in token.scopes:
            self.message = _("This token lacks the scope “%(scope)s”.") % {"scope": scope}
            return False
        may = getattr(view, "roles", {}).get(method)
        if may is not None and not may(user):
            self.message = _("The owner of this token may not do this.")
            return False
        return True


def _scope_of(method: str) -> str:
    return Scope.READ if method in SAFE_METHODS else Scope.WRITE


class PerToken(BaseThrottle):
    """So many requests a minute for each token. Without Redis nobody is held up."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request and say whether it may go on."""
        token = request.auth
        if not isinstance(token, ApiToken):
            return True
        try:
            return _counted(f"api:{token.pk}:{int(time()) // MINUTE}") <= token.per_minute
        except (RedisError, OSError):
            log.warning("requests of the API are not counted: no answer from Redis")
            return True

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return MINUTE - time() % MINUTE


def _counted(key: str) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:  # the first of this minute
        cache.add(key, 0, timeout=2 * MINUTE)
        return int(cache.incr(key))

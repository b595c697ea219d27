"""The shared cache, and what stands in for it while Redis does not answer."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PATIENCE = 5  # seconds until Redis is asked again


class SharedCache(RedisCache):
    """Redis; while it is lost, each process counts for itself.

    The limits on sign-in live here. Without them anybody could guess passwords as fast as they
    like, and with an error nobody could sign in: so they hold on, once for each process.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        kept = {key: value for key, value in params.items() if key != "OPTIONS"}
        self._own = LocMemCache("while-redis-is-lost", kept)
        self._lost_until = 0.0

    def _either(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= self._lost_until:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except (RedisError, OSError):
                log.warning("no answer from Redis: this process counts sign-ins for itself")
                self._lost_until = monotonic() + PATIENCE
        return getattr(self._own, name)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Set what is not there yet."""
        return bool(self._either("add", *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """What is kept under a key, or the default."""
        return self._either("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Keep something."""
        self._either("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        """Keep it longer."""
        return bool(self._either("touch", *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget it."""
        return bool(self._either("delete", *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Count. ValueError for a key that is not there."""
        return int(self._either("incr", *args, **kwargs))

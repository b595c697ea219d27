"""Sessions as Django keeps them in the database, asked for in a question that is worked out once.

Not in Redis: what it still knew of a session that was ended while it was lost would let somebody in
again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from tickets.questions import Kept


class SessionStore(db.SessionStore):
    """The engine that SESSION_ENGINE names."""

    def _get_session_from_db(self) -> Any:
        found = _CURRENT(key=self.session_key, now=timezone.now()).asked()
        if not found:
            self._session_key = None
        return next(iter(found), None)


_CURRENT: Kept[Any] = Kept(
    lambda key, now: SessionStore.get_model_class()._default_manager.filter(
        session_key=key, expire_date__gt=now
    ),
    key=str,
    now=datetime,
)

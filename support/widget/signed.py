"""Who is signed in on the host's page, as the host's server has signed it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from support.widget.models import WidgetSite

FRESH = timedelta(hours=24)


def signature(secret: str, *, email: str, name: str, at: int) -> str:
    """HMAC-SHA256, in hex, of address, name and Unix time, each on a line; what a host computes."""
    said = "\n".join((email, name, str(at)))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def is_signed(
    site: WidgetSite, *, email: str, name: str, at: str, given: str, now: datetime
) -> bool:
    """Did this host's server sign this user, within the last day?"""
    if not (email and given and at.isdecimal() and len(at) < 12):
        return False
    if abs(now.timestamp() - int(at)) > FRESH.total_seconds():
        return False
    wanted = signature(site.secret, email=email, name=name, at=int(at))
    return hmac.compare_digest(wanted, given.lower())

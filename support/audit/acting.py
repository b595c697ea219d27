"""Who is at work: told to the database's connection, so that its triggers can write it down.

For the length of a request that may change something. What no request does is signed with the name
under which its process is known to the database: a worker's is the house's, another's a command.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address

from django.db import connection
from django.http import HttpRequest
from psycopg.pq import TransactionStatus

from support.audit.models import AuditEntry
from support.who import visitor
from tickets.models import User

How = AuditEntry.How


@contextmanager
def acting(who: Mapping[str, object]) -> Iterator[None]:
    """What is written on this connection meanwhile is done by them.

    Begin it outside a transaction: what is told in one that fails is forgotten with it.
    """
    now_is(who)
    try:
        yield
    finally:
        # A connection that broke has forgotten it; one that is kept is somebody else's next.
        if _listens():
            _tell("")


def _listens() -> bool:
    """Is there a connection, and not one whose transaction failed and only waits for its end?"""
    if connection.connection is None or connection.needs_rollback:
        return False
    status: TransactionStatus = connection.connection.info.transaction_status
    return status != TransactionStatus.INERROR


def now_is(who: Mapping[str, object]) -> None:
    """From here on it is somebody else: a program's token was read, somebody has signed in."""
    _tell(json.dumps(who, ensure_ascii=False))


def who_asks(request: HttpRequest) -> dict[str, object]:
    """Who sends a request, from which address."""
    user, where = request.user, {"address": address_of(request)}
    if not isinstance(user, User):
        return {"how": How.VISITOR, **where}
    return {"how": How.PERSON, **named(user), **where}


def named(user: User) -> dict[str, object]:
    """An account as the log names it, for good."""
    return {"who": user.pk, "who_name": f"{user.name} <{user.email}>"[:200]}


def address_of(request: HttpRequest) -> str | None:
    """The address that it comes from, past the proxies that are ours; None for none that is one."""
    try:
        return str(ip_address(visitor(request).partition("%")[0]))
    except ValueError:
        return None


def _tell(said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('werkdag.acting', %s, false)", [said])

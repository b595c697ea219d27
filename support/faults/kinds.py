"""What is wrong with a machine, and not with what was asked: a full disk, a database that is away.

Whoever asked hears it in words and may try again; what comes by itself waits and is tried again.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from django.db import Error as DatabaseError
from django.db import InterfaceError, connection, transaction
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from tickets.files import NotStored

log = logging.getLogger(__name__)

RETRY_AFTER = 10
"""Seconds after which it is worth another try."""


class Part(StrEnum):
    """What of the house it is about, as /health names it."""

    FILES = "files"
    STORING = "storing"
    DATABASE = "database"
    REDIS = "redis"


@dataclass(frozen=True)
class Fault:
    """One such thing. said: to whoever asked, customer or colleague. lasts: somebody has to mend
    it, rather than that much was asked at the same moment.
    """

    part: Part
    status: HTTPStatus
    said: Any
    lasts: bool = True


_FILES = Fault(
    Part.FILES, HTTPStatus.INSUFFICIENT_STORAGE, _("Files can't be stored here at the moment.")
)
_FULL = Fault(
    Part.STORING, HTTPStatus.INSUFFICIENT_STORAGE, _("Nothing can be stored here at the moment.")
)
_READ_ONLY = Fault(
    Part.STORING,
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("Nothing can be stored here at the moment. Reading works."),
)
_AWAY = Fault(
    Part.DATABASE,
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("We can't reach our own data at the moment."),
)
_BUSY = Fault(
    Part.DATABASE, HTTPStatus.SERVICE_UNAVAILABLE, _("It is very busy at this moment."), lasts=False
)
_NO_REDIS = Fault(
    Part.REDIS, HTTPStatus.SERVICE_UNAVAILABLE, _("A part of this house does not answer.")
)
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# What PostgreSQL says, by the beginning of its SQLSTATE.
_STATES = (
    ("53100", _FULL),  # disk full
    ("58", _FULL),  # its disk, or another part of its machine, fails
    ("25006", _READ_ONLY),
    ("53", _AWAY),  # all connections taken, or no memory
    ("08", _AWAY),
    ("57P", _AWAY),  # stops, or begins
    ("40", _BUSY),  # held each other up
    ("55P03", _BUSY),  # waited too long for another
    ("57014", _BUSY),  # took too long
)


def fault_of(error: BaseException | None) -> Fault | None:
    """What is wrong with a machine, if that is what an error comes from."""
    for each in _causes(error):
        if isinstance(each, NotStored):
            return _FILES
        if isinstance(each, OSError) and each.errno in _DISK:
            return _FILES
        if state := getattr(each, "sqlstate", None):
            return next((fault for begins, fault in _STATES if state.startswith(begins)), None)
        if isinstance(each, (RedisError, BrokerError)):
            return _NO_REDIS
    for each in _causes(error):
        # The server said nothing at all: it is not there, or gave no connection in time.
        if isinstance(each, InterfaceError) or (
            isinstance(each, DatabaseError) and type(each).__name__ == "OperationalError"
        ):
            return _AWAY
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 10:
        yield error
        hidden = error.__suppress_context__
        error, seen = error.__cause__ or (None if hidden else error.__context__), seen + 1


@contextmanager
def if_it_can() -> Iterator[None]:
    """Keep something on the side, as when somebody was last seen; while the database takes nothing,
    a page that only shows something is shown without it.
    """
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            yield
    except DatabaseError as error:
        if fault_of(error) is None:
            raise
        log.warning("not kept: %s", error)

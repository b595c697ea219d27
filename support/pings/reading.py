"""What a call says: in its address, its query, and the end of its body. No I/O but the body's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from sla.backups import Call
from sla.models import Ping

KEPT_BYTES = 10_000
"""The end of a body that is kept; programs ask for this number (Ping-Body-Limit)."""
MOST_BYTES = 10_000_000
MOST_KEPT = 1_000_000
_CHUNK = 64 * 1024
_STATED = re.compile(r"\b(kept|oldest)=([^\s,;&]{1,40})")
WORDS = {
    "": Ping.Kind.SUCCESS,
    "start": Ping.Kind.START,
    "fail": Ping.Kind.FAIL,
    "log": Ping.Kind.LOG,
}


class Stream(Protocol):
    """Something that is read."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""


def key_of(text: str) -> UUID | None:
    """The key in an address, however it is written."""
    try:
        return UUID(text) if len(text) in (32, 36) else None
    except ValueError:
        return None


def end_of(stream: Stream) -> str | None:
    """The end of a body; None if it is longer than anybody sends."""
    tail, read = b"", 0
    while chunk := stream.read(_CHUNK):
        read += len(chunk)
        if read > MOST_BYTES:
            return None
        tail = (tail + chunk)[-KEPT_BYTES:]
    return tail.decode(errors="replace").replace("\x00", "")


def call_of(said: str, query: Mapping[str, str], body: str) -> Call | None:
    """What a call says; None for an address that says nothing we know."""
    kind, status = WORDS.get(said), None
    if kind is None:
        if not (said.isascii() and said.isdigit() and len(said) <= 3 and int(said) <= 255):
            return None
        status = int(said)
        kind = Ping.Kind.FAIL if status else Ping.Kind.SUCCESS
    stated = dict(_STATED.findall(body)) | {
        name: query[name] for name in ("kept", "oldest") if name in query
    }
    return Call(
        kind=kind,
        exit_status=status,
        run=key_of(query.get("rid", "")),
        kept=_count(stated.get("kept", "")),
        oldest_at=_moment(stated.get("oldest", "")),
        body=body,
    )


def _count(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        return None
    return min(int(text), MOST_KEPT)


def _moment(text: str) -> datetime | None:
    """A moment with its offset, or seconds since 1970; None for anything else."""
    try:
        if text.isascii() and text.isdigit() and len(text) < 12:
            return datetime.fromtimestamp(int(text), UTC)
        # A plus sign in a query is a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        return moment.astimezone(UTC) if moment.utcoffset() is not None else None
    except (ValueError, OverflowError):
        return None

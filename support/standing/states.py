"""What stands still in the house, and since when: the one source for /health and for the banner.

Looked at by trying: something is written to the database and where files are kept. Redis may be
what is lost, so nothing here needs it; it only lets processes tell each other what they met.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.core.cache import cache, caches
from django.db import Error as DatabaseError
from django.db import connection
from redis.exceptions import RedisError

from sla import truth
from support.faults import met
from support.faults.kinds import Part, fault_of
from support.mail.models import IncomingMail, Mailbox, OutgoingMail
from support.webhooks.models import Webhook, WebhookDelivery
from tickets import files

log = logging.getLogger(__name__)

OK, UNKNOWN, NOT_YET = "ok", "unknown", "has not run yet"
_STALE_AFTER = timedelta(seconds=60)
_WAITS_LONG = timedelta(minutes=10)
_BUSY_AFTER = timedelta(minutes=5)
"""The rest may be busy for a while, with a what-if or a large mailbox."""
PARTS = (
    *("database", "clock", "clock_of_workers", "connections", "redis", "periodic_work"),
    *("other_work", "storing", "files", "outgoing_mail", "mailboxes", "incoming_mail", "webhooks"),
)


@dataclass(frozen=True)
class State:
    """One part of the house. said: OK, or what is wrong, for whoever watches over machines.

    since: from when it stands still, where that is known. count: how much waits for it.
    """

    name: str
    said: str
    since: datetime | None = None
    count: int = 0

    @property
    def well(self) -> bool:
        """Is there nothing to say?"""
        return self.said == OK


class _Known:
    """What this process knew last, and since when it knows what is wrong."""

    def __init__(self) -> None:
        self.at: datetime | None = None
        self.states: dict[str, State] = {}
        self.since: dict[str, datetime] = {}
        self.looking = Lock()
        self.began: datetime | None = None  # to look, where somebody still does


_known = _Known()


def latest(*, now: datetime, fresh: timedelta | None = None) -> dict[str, State]:
    """What was found a moment ago. One of the threads looks again, when that is some seconds old;
    the others go on with what is known: a disk that never answers must not hold all of them.
    """
    enough = settings.STANDING_FRESH if fresh is None else min(fresh, settings.STANDING_FRESH)
    if _known.at is not None and timedelta() <= now - _known.at < enough:
        return _known.states
    if not _known.looking.acquire(blocking=False):
        return _known.states | _held_up(now)
    _known.began = now
    try:
        return look(now=now)
    finally:
        _known.began = None
        _known.looking.release()


def _held_up(now: datetime) -> dict[str, State]:
    """Database and Redis have a time for their answer: whoever looks longer waits for a disk."""
    began = _known.began
    if began is None or now - began < _STALE_AFTER:
        return {}
    return {"files": State("files", "no answer", began)}


def look(*, now: datetime) -> dict[str, State]:
    """Look at everything now."""
    shared = _shared()
    found = {state.name: _timed(state, shared, now) for state in _all(shared, now)}
    _known.at, _known.states = now, found
    return found


Shared = Mapping[str, str]


def _shared() -> Shared | None:
    """What the processes tell each other, asked in one go; None if Redis does not answer."""
    keys = [met.CLOCK, met.WORK, met.MAIL_SILENT, met.CLOCK_DIFFERS]
    keys += [*map(met.key_of, Part), *map(_since_key, PARTS)]
    try:
        found: dict[str, str] = caches["brief"].get_many(keys)
    except (RedisError, OSError):
        return None
    return found


def _since_key(name: str) -> str:
    return f"since:{name}"


def _all(shared: Shared | None, now: datetime) -> Iterator[State]:
    database, clock = _database()
    told = met.here | dict(shared or {})
    yield from (database, clock, _clock_of_workers(told))
    said = "not everybody got an answer of the database"
    yield _met("connections", Part.DATABASE, said, told, now)
    yield from _workers(shared, now)
    yield _storing(database, told, now)
    yield _files(told, now)
    try:
        yield from _waiting(told, now) if database.well else _unknown()
    except DatabaseError:
        yield from _unknown()


def _database() -> tuple[State, State]:
    """Does it answer, and does this machine's clock agree with its own, the clock of truth?"""
    try:
        difference = truth.difference()
    except DatabaseError:
        return State("database", "no answer"), State("clock", UNKNOWN)
    well = State("database", OK)
    if truth.is_trusted(difference):
        return well, State("clock", OK)
    seconds = f"{difference.total_seconds():.0f}"
    return well, State("clock", f"differs by {seconds} s from the database's: set it right")


def _clock_of_workers(told: Shared) -> State:
    """What a worker said of its machine's clock a moment ago: it does nothing until it is right."""
    seconds = told.get(met.CLOCK_DIFFERS)
    if seconds is None:
        return State("clock_of_workers", OK)
    said = f"differs by {seconds} s from the database's: set it right"
    return State("clock_of_workers", said)


def _storing(database: State, told: Shared, now: datetime) -> State:
    """Does the database keep what is written? In somebody's transaction it shows by itself."""
    name = "storing"
    if not database.well:
        return State(name, UNKNOWN)
    if not connection.in_atomic_block:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO support_trial (id, at) VALUES (1, %s)"
                    " ON CONFLICT (id) DO UPDATE SET at = EXCLUDED.at",
                    [now],
                )
        except DatabaseError as error:
            fault = fault_of(error)
            if fault is None or fault.lasts:
                return State(name, "the database takes nothing: read-only, or its disk is full")
    return _met(name, Part.STORING, "the database refused something", told, now)


def _files(told: Shared, now: datetime) -> State:
    try:
        files.try_out()
    except files.NotStored as error:
        return State("files", f"can't be stored: {error.strerror}")
    return _met("files", Part.FILES, "somewhere files could not be stored", told, now)


def _workers(shared: Shared | None, now: datetime) -> Iterator[State]:
    """Whether Redis answers, and the signs of life of the workers."""
    if shared is None:
        yield State("redis", "no answer")
        yield State("periodic_work", UNKNOWN)
        yield State("other_work", UNKNOWN)
        return
    yield State("redis", OK)
    yield _lived("periodic_work", shared.get(met.CLOCK), _STALE_AFTER, now)
    yield _lived("other_work", shared.get(met.WORK), _BUSY_AFTER, now)


def _lived(name: str, last: str | None, patience: timedelta, now: datetime) -> State:
    """Of a sign of life. One that lies ahead is none: a clock was wrong, and may still be."""
    if last is None:
        return State(name, NOT_YET)
    at = datetime.fromisoformat(last)
    seconds = int(abs((now - at).total_seconds()))
    if now - at > patience:
        return State(name, f"last ran {seconds} s ago", since=at)
    if at - now > patience:
        return State(name, f"a clock is wrong: last ran {seconds} s ahead of now")
    return State(name, OK)


_WAITING = """
    SELECT 'outgoing_mail', count(*), min(created_at) FROM {out}
        WHERE state = 'queued' AND created_at < %(long)s
    UNION ALL
    SELECT 'queued', count(*), min(created_at) FROM {out} WHERE state = 'queued'
    UNION ALL
    SELECT 'mailboxes', count(*), min(greatest(last_read_at, watched_from)) FROM {boxes}
        WHERE active AND greatest(last_read_at, watched_from) < %(long)s
    UNION ALL
    SELECT 'incoming_mail', count(*), min(received_at) FROM {incoming}
        WHERE state = 'stored' AND received_at < %(short)s
    UNION ALL
    SELECT 'webhooks', count(*), min(d.next_try_at) FROM {deliveries} d
        JOIN {hooks} w ON w.id = d.webhook_id AND w.active
        WHERE d.state = 'queued' AND d.next_try_at < %(long)s
        AND coalesce(w.resting_until < %(long)s, true)
"""
_SAID = {
    "outgoing_mail": "{} waiting for more than ten minutes",
    "mailboxes": "{} not read for ten minutes",
    "incoming_mail": "{} waiting to be taken in",
    "webhooks": "{} due for more than ten minutes",
}


def _unknown() -> Iterator[State]:
    for name in _SAID:
        yield State(name, UNKNOWN)


def _waiting(told: Shared, now: datetime) -> Iterator[State]:
    """How much waits for other machines, without names: anybody may ask. One query."""
    tables = {
        name: model._meta.db_table
        for name, model in (
            ("out", OutgoingMail),
            ("boxes", Mailbox),
            ("incoming", IncomingMail),
            ("deliveries", WebhookDelivery),
            ("hooks", Webhook),
        )
    }
    moments = {"long": now - _WAITS_LONG, "short": now - _STALE_AFTER}
    with connection.cursor() as cursor:
        cursor.execute(_WAITING.format(**tables), moments)
        found = {name: (count, since) for name, count, since in cursor.fetchall()}
    for name, said in _SAID.items():
        count, since = found[name]
        state = State(name, said.format(count) if count else OK, since, count)
        asked = name == "outgoing_mail" and found["queued"][0]
        yield _silent(state, told) if asked else state


def _silent(state: State, told: Shared) -> State:
    """Of outgoing mail: a server that did not answer the last time is known sooner."""
    since = told.get(met.MAIL_SILENT)
    if since is None or not state.well:
        return state
    return State(state.name, "the mail server does not answer", datetime.fromisoformat(since))


def _met(name: str, part: Part, said: str, told: Shared, now: datetime) -> State:
    """What another process, or this one, met a moment ago, where a try goes well."""
    last = told.get(met.key_of(part))
    if last is None or now - datetime.fromisoformat(last) > met.STANDS:
        return State(name, OK)
    return State(name, said)


def _timed(state: State, shared: Shared | None, now: datetime) -> State:
    """With the moment from which it is known, where nothing else tells."""
    key = _since_key(state.name)
    if state.well:
        _known.since.pop(state.name, None)
        if shared is not None and key in shared:
            cache.delete(key)
        return state
    if state.since is not None:
        return state
    told = (shared or {}).get(key)
    since = _known.since.get(state.name) or (datetime.fromisoformat(told) if told else now)
    _known.since[state.name] = since
    if shared is not None and told is None:
        cache.set(key, since.isoformat(), timeout=None)
    return State(state.name, state.said, since, state.count)


def wrong(states: Iterable[State], *, now: datetime) -> list[State]:
    """Those about which there is something to say; what nobody can know follows from another, and
    where a worker has not run yet the house may be starting.
    """
    found = [state for state in states if not state.well and state.said != UNKNOWN]
    return [each for each in found if each.said != NOT_YET or _is_old(each, now)]


def _is_old(state: State, now: datetime) -> bool:
    return state.since is not None and now - state.since > _STALE_AFTER

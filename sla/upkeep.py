"""Maintenance as facts: announced, changed, begun, ended, cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sla import months
from sla.models import Maintenance, MaintenanceEvent, Service, UpdateDecision
from sla.outages import LedgerError
from tickets.models import User

Kind = MaintenanceEvent.Kind
FURTHEST, LONGEST = timedelta(days=731), timedelta(days=31)
"""From now, either way; and from its beginning to its end."""


def would_announce(maintenance: Maintenance, *, now: datetime) -> Maintenance:
    """The same, if it can be announced as it is. LedgerError for what must still be said of it."""
    _whole(maintenance, now)
    return maintenance


@transaction.atomic
def announce(
    maintenance: Maintenance, services: Iterable[Service], *, actor: User | None, now: datetime
) -> Maintenance:
    """Announce new maintenance of some services. LedgerError for what must still be said of it."""
    chosen = list(services)
    if not chosen:
        raise LedgerError(_("Choose at least one service."))
    would_announce(maintenance, now=now)
    maintenance.announced_at = now
    maintenance.save()
    maintenance.services.set(chosen)
    return _record(maintenance, Kind.ANNOUNCED, _times(maintenance), actor=actor, now=now)


@transaction.atomic
def change(
    maintenance: Maintenance,
    *,
    begins_at: datetime,
    ends_at: datetime | None,
    reason: str,
    actor: User | None,
    now: datetime,
    expected_minutes: int | None = None,
    seen: int | None = None,
) -> Maintenance:
    """Other times for what was announced; after it began that is told, but excuses no more.

    expected_minutes: how long of that it is down, if that changes too. seen: the version that
    whoever changes it looked at; LedgerError if something was written of it since.
    """
    maintenance = _held(maintenance)
    if seen is not None and seen != maintenance.version:
        raise LedgerError(_("Somebody else wrote something of this in between: look again."))
    before, told = _moments(maintenance), _times(maintenance)
    maintenance.begins_at, maintenance.ends_at = begins_at, ends_at
    if expected_minutes is not None:
        maintenance.expected_minutes = expected_minutes
    if _times(maintenance) == told:
        raise LedgerError(_("That changes nothing."))
    if maintenance.started_at is not None and told["begins_at"] != _written(begins_at):
        raise LedgerError(_("It began already: only its end can change."))
    _whole(maintenance, now)
    data = {**_times(maintenance), "reason": _reason(reason)}
    return _record(maintenance, Kind.CHANGED, data, actor=actor, now=now, before=before)


@transaction.atomic
def start(
    maintenance: Maintenance, *, at: datetime, actor: User | None, now: datetime
) -> Maintenance:
    """It began, at that moment."""
    maintenance = _held(maintenance)
    if maintenance.started_at is not None:
        raise LedgerError(_("This maintenance began already."))
    _must_have_come(at, now)
    maintenance.started_at = at
    return _record(maintenance, Kind.STARTED, {"at": _written(at)}, actor=actor, now=now)


@transaction.atomic
def finish(
    maintenance: Maintenance, *, at: datetime, actor: User | None, now: datetime
) -> Maintenance:
    """It is done, at that moment; one that nobody said began did so as announced."""
    maintenance = _held(maintenance)
    _must_have_come(at, now)
    maintenance.started_at = maintenance.started_at or min(maintenance.begins_at, at)
    if at < maintenance.started_at:
        raise LedgerError(_("Maintenance can't end before it begins."))
    maintenance.finished_at = at
    data = {"at": _written(at), "started_at": _written(maintenance.started_at)}
    return _record(maintenance, Kind.FINISHED, data, actor=actor, now=now)


@transaction.atomic
def cancel(
    maintenance: Maintenance, *, reason: str, actor: User | None, now: datetime
) -> Maintenance:
    """It will not be. What has begun can only be finished."""
    maintenance = _held(maintenance)
    if maintenance.started_at is not None:
        raise LedgerError(_("This maintenance began already."))
    maintenance.cancelled_at = now
    data = {"reason": _reason(reason)}
    return _record(maintenance, Kind.CANCELLED, data, actor=actor, now=now)


@transaction.atomic
def decide_update(
    what: str,
    services: Iterable[Service],
    way: str,
    *,
    reason: str,
    actor: User,
    now: datetime,
) -> UpdateDecision:
    """How an update of some services is done. LedgerError for what must still be said of it."""
    chosen = list(services)
    if not chosen:
        raise LedgerError(_("Choose at least one service."))
    if not what.strip():
        raise LedgerError(_("Say which update it is."))
    decision = UpdateDecision.objects.create(
        what=what.strip(), way=way, reason=_reason(reason), actor=actor, at=now
    )
    decision.services.set(chosen)
    return decision


def differences() -> Iterator[str]:
    """Every maintenance whose events do not come to what its row says."""
    rows = Maintenance.objects.prefetch_related("events").order_by("pk")
    for maintenance in rows.iterator(chunk_size=500):
        for name, value in _folded(maintenance.events.all()).items():
            if getattr(maintenance, name) != value:
                yield (
                    f"maintenance {maintenance.pk}: {name} is {getattr(maintenance, name)}, "
                    f"its events say {value}"
                )


def _folded(events: Iterable[MaintenanceEvent]) -> dict[str, object]:
    """What its events come to."""
    names = ("begins_at", "ends_at", "announced_at", "started_at", "finished_at", "cancelled_at")
    now: dict[str, Any] = dict.fromkeys(names) | {"version": 0}
    for event in events:
        now["version"] = event.version
        match event.kind:
            case Kind.ANNOUNCED | Kind.CHANGED:
                now |= {name: _read(event.data[name]) for name in ("begins_at", "ends_at")}
                if event.kind == Kind.ANNOUNCED:
                    now["announced_at"] = event.at
            case Kind.STARTED:
                now["started_at"] = _read(event.data["at"])
            case Kind.FINISHED:
                now["started_at"] = _read(event.data["started_at"])
                now["finished_at"] = _read(event.data["at"])
            case Kind.CANCELLED:
                now["cancelled_at"] = event.at
    return now


def _whole(maintenance: Maintenance, now: datetime) -> None:
    """LedgerError for what the contracts ask of an announcement and is not there (2.B, 2.C)."""
    _sensible(maintenance, now)
    ends_at = maintenance.ends_at
    if maintenance.kind == Maintenance.Kind.EMERGENCY:
        if not (maintenance.cause.strip() and maintenance.work.strip()):
            raise LedgerError(_("Say what the cause is, and which work is done."))
        return
    planned = maintenance.kind == Maintenance.Kind.PLANNED
    if (
        not maintenance.nature.strip()
        or ends_at is None
        or (planned and maintenance.expected_minutes is None)
    ):
        raise LedgerError(
            _("Say what is done, when it begins, how long it takes and how long it is down.")
        )


def _sensible(maintenance: Maintenance, now: datetime) -> None:
    begins_at, ends_at = maintenance.begins_at, maintenance.ends_at
    if not now - FURTHEST <= begins_at <= now + FURTHEST:
        raise LedgerError(_("That is more than two years away: look at the year."))
    if ends_at is None:
        return
    if ends_at <= begins_at:
        raise LedgerError(_("Maintenance can't end before it begins."))
    if ends_at - begins_at > LONGEST:
        raise LedgerError(_("That is longer than a month: announce it in parts."))
    if timedelta(minutes=maintenance.expected_minutes or 0) > ends_at - begins_at:
        raise LedgerError(_("It can't be down for longer than the work takes."))


def _must_have_come(at: datetime, now: datetime) -> None:
    if at > now:
        raise LedgerError(_("That moment is still to come."))
    if at < now - FURTHEST:
        raise LedgerError(_("That is more than two years away: look at the year."))


def _held(maintenance: Maintenance) -> Maintenance:
    found = Maintenance.objects.select_for_update(no_key=True).get(pk=maintenance.pk)
    if found.cancelled_at is not None:
        raise LedgerError(_("This maintenance was cancelled."))
    if found.finished_at is not None:
        raise LedgerError(_("This maintenance is over."))
    return found


def _record(
    maintenance: Maintenance,
    kind: MaintenanceEvent.Kind,
    data: dict[str, Any],
    *,
    actor: User | None,
    now: datetime,
    before: Sequence[datetime] = (),
) -> Maintenance:
    maintenance.version += 1
    maintenance.save()
    MaintenanceEvent.objects.create(
        maintenance=maintenance,
        version=maintenance.version,
        at=now,
        kind=kind,
        actor=actor,
        data=data,
    )
    times = [*before, *_moments(maintenance)]
    for service in maintenance.services.all():
        months.refresh(service, [(min(times), max(times))], now=now)
    return maintenance


def _moments(maintenance: Maintenance) -> list[datetime]:
    moments = (
        maintenance.begins_at,
        maintenance.ends_at,
        maintenance.started_at,
        maintenance.finished_at,
    )
    return [moment for moment in moments if moment is not None]


def _times(maintenance: Maintenance) -> dict[str, object]:
    ends_at = maintenance.ends_at
    return {
        "begins_at": _written(maintenance.begins_at),
        "ends_at": _written(ends_at) if ends_at else None,
        "expected_minutes": maintenance.expected_minutes,
    }


def _reason(text: str) -> str:
    if not text.strip():
        raise LedgerError(_("Say why."))
    return text.strip()


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _written(at: datetime) -> str:
    if at.utcoffset() is None:
        raise ValueError("a moment needs its UTC offset")
    return at.astimezone(UTC).isoformat()

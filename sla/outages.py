"""The ledger of outages: what is written into it, always as one more event, and what it says now.

The columns of an outage are its events folded; `audit` folds them again. Whoever writes holds the
service, so that two workers never begin two outages for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sla import months
from sla.models import Edition, Outage, OutageEvent, Service
from tickets.models import Ticket, User

Kind = OutageEvent.Kind
MOMENTS = ("reported_at", "detected_at", "down_since", "accepted_from", "restored_at")
PRESENT = (*MOMENTS, "cause", "withdrawn", "ticket_id")
KNOWN = {Kind.REPORTED: "reported_at", Kind.DETECTED: "detected_at"}


class LedgerError(ValueError):
    """What can't be written into the ledger, in words for whoever tried."""


@transaction.atomic
def note_down(
    service: Service,
    kind: OutageEvent.Kind,
    *,
    at: datetime,
    now: datetime,
    actor: User | None = None,
    down_since: datetime | None = None,
    **data: object,
) -> tuple[Outage, bool]:
    """A customer's report or our own detection, `at` that moment: it begins an outage, or joins the
    one that goes on or was going on then. Gives the outage, and whether it is a new one.

    down_since: since when it really was down, as far as we know. data: kept with the event, such as
    who reported it or which check saw it. LedgerError in words.
    """
    _hold(service)
    if at > now:
        raise LedgerError(_("That moment is still to come."))
    if down_since is not None and down_since > at:
        raise LedgerError(_("It can't be known before it was down."))
    said = {"at": _written(at), **data}
    if down_since is not None:
        said["down_since"] = _written(down_since)
    outage = going_on(service, at)
    begun = outage is None
    outage = outage or Outage(service=service)
    record(outage, kind, now=now, actor=actor, data=said)
    return outage, begun


def going_on(service: Service, at: datetime) -> Outage | None:
    """The outage of a service that is open, or that a moment lies in."""
    standing = service.outages.standing().filter(
        Q(restored_at=None) | Q(restored_at__gt=at, first_known_at__lte=at)
    )
    return standing.select_for_update(no_key=True).order_by("first_known_at").first()


@transaction.atomic
def restore(outage: Outage, *, at: datetime, now: datetime, actor: User | None = None) -> Outage:
    """It is there again. LedgerError if it ended before, or would end before it began."""
    outage = held(outage)
    if outage.restored_at is not None:
        raise LedgerError(_("This outage is over already; correct its times instead."))
    if at > now:
        raise LedgerError(_("That moment is still to come."))
    return record(outage, Kind.RESTORED, now=now, actor=actor, data={"at": _written(at)})


@transaction.atomic
def set_cause(outage: Outage, cause: str, *, reason: str, actor: User, now: datetime) -> Outage:
    """What it came from, out of the list of the edition that judges it; with the reason."""
    outage = held(outage)
    known = {each.key for each in causes_of(outage)}
    if cause not in known:
        raise LedgerError(_("This agreement does not know that cause."))
    data = {"cause": cause, "reason": _reason(reason)}
    return record(outage, Kind.CAUSE_SET, now=now, actor=actor, data=data)


@transaction.atomic
def correct(
    outage: Outage,
    moments: Mapping[str, datetime | None],
    *,
    reason: str,
    actor: User,
    now: datetime,
) -> Outage:
    """Put its times right; what it was before stays in its events. None takes a moment away."""
    outage = held(outage)
    changed = {
        name: None if moment is None else _written(moment)
        for name, moment in moments.items()
        if moment != getattr(outage, name)
    }
    if not changed:
        raise LedgerError(_("That changes nothing."))
    if any(moment is not None and moment > now for moment in moments.values()):
        raise LedgerError(_("That moment is still to come."))
    data = {"moments": changed, "reason": _reason(reason)}
    return record(outage, Kind.CORRECTED, now=now, actor=actor, data=data)


@transaction.atomic
def withdraw(outage: Outage, *, reason: str, actor: User | None, now: datetime) -> Outage:
    """It was none: it counts no more, and stays in the ledger with the reason."""
    outage = held(outage)
    data = {"reason": _reason(reason)}
    return record(outage, Kind.WITHDRAWN, now=now, actor=actor, data=data)


@transaction.atomic
def put_on(outage: Outage, ticket: Ticket, *, actor: User | None, now: datetime) -> Outage:
    """Which ticket it is dealt with on."""
    data = {"ticket": ticket.pk}
    return record(held(outage), Kind.LINKED, now=now, actor=actor, data=data)


@transaction.atomic
def note(outage: Outage, text: str, *, actor: User, now: datetime) -> Outage:
    """Something that people should know of it."""
    data = {"text": _reason(text)}
    return record(held(outage), Kind.NOTED, now=now, actor=actor, data=data)


@transaction.atomic
def tell(
    outage: Outage,
    progress: OutageEvent.Progress,
    words: Mapping[str, str],
    *,
    actor: User,
    now: datetime,
) -> Outage:
    """An update for everybody who may see the outage. words: by language, Dutch always."""
    outage = held(outage)
    said = {language: text.strip() for language, text in words.items() if text.strip()}
    if "nl" not in said:
        raise LedgerError(_("Write the update in Dutch; another language may come beside it."))
    if progress == OutageEvent.Progress.RESOLVED and outage.restored_at is None:
        raise LedgerError(_("It is still down: say first since when it is there again."))
    data = {"progress": str(progress), "words": said}
    return record(outage, Kind.UPDATED, now=now, actor=actor, data=data)


def held(outage: Outage) -> Outage:
    """The outage as it is now, which nobody else changes until the transaction ends."""
    _hold(outage.service)
    found = Outage.objects.select_related("service__agreement").get(pk=outage.pk)
    if found.withdrawn:
        raise LedgerError(_("This outage was withdrawn."))
    return found


def record(
    outage: Outage,
    kind: OutageEvent.Kind,
    *,
    now: datetime,
    actor: User | None,
    data: Mapping[str, object],
) -> Outage:
    """Append an event, bring the outage up to it, and judge the months again that it touches.

    The caller holds the service. LedgerError if the outage would then make no sense.
    """
    before = _extent(outage) if outage.pk else None
    event = OutageEvent(kind=kind, at=now, actor=actor, data=data)
    for name, value in folded([event], _present(outage)).items():
        setattr(outage, name, value)
    _check(outage)
    outage.version += 1
    outage.save()
    outage.refresh_from_db(fields=["first_known_at"])
    event.outage, event.version = outage, outage.version
    event.save(force_insert=True)
    months.refresh(outage.service, [each for each in (before, _extent(outage)) if each], now=now)
    return outage


def folded(
    events: Iterable[OutageEvent], present: Mapping[str, object] | None = None
) -> dict[str, object]:
    """What an outage's events come to."""
    now: dict[str, object] = dict.fromkeys(MOMENTS) | {
        "cause": "",
        "withdrawn": False,
        "ticket_id": None,
    }
    now |= present or {}
    for event in events:
        _apply(now, event.kind, event.data)
    return now


def differences() -> Iterator[str]:
    """Every outage whose events do not come to what its row says."""
    rows = Outage.objects.select_related("service").prefetch_related("events").order_by("pk")
    for outage in rows.iterator(chunk_size=500):
        for name, value in folded(outage.events.all()).items():
            if getattr(outage, name) != value:
                yield (
                    f"outage {outage.pk} of {outage.service}: {name} is {getattr(outage, name)}, "
                    f"its events say {value}"
                )


def causes_of(outage: Outage) -> tuple[Any, ...]:
    """The causes that it can be given: those of the edition that judges its first month."""
    terms = months.terms_at(outage.service, _extent(outage)[0])
    return terms.causes if terms else ()


def zone_of(service: Service) -> ZoneInfo:
    """On whose wall clock a service is looked at: that of its agreement's calendar."""
    return zones_of([service])[service.agreement_id]


def zones_of(services: Iterable[Service]) -> Mapping[int, ZoneInfo]:
    """The same for many, by the number of their agreement; in one query."""
    agreements = {service.agreement_id for service in services}
    announced = Edition.objects.filter(agreement__in=agreements).exclude(announced_at=None)
    last = announced.order_by("agreement", "-in_force_on").distinct("agreement")
    known = dict(last.values_list("agreement", "calendar__zone"))
    return {pk: ZoneInfo(known.get(pk, settings.TIME_ZONE)) for pk in agreements}


def _apply(now: dict[str, Any], kind: str, data: Mapping[str, Any]) -> None:
    match kind:
        case Kind.REPORTED | Kind.DETECTED:
            _noticed(now, KNOWN[Kind(kind)], data)
        case Kind.ACCEPTED:
            _accepted(now, data)
        case Kind.RESTORED:
            now["restored_at"] = datetime.fromisoformat(data["at"])
        case Kind.CAUSE_SET:
            now["cause"] = data["cause"]
        case Kind.CORRECTED:
            for name, text in data["moments"].items():
                now[name] = None if text is None else datetime.fromisoformat(text)
        case Kind.WITHDRAWN:
            now["withdrawn"] = True
        case Kind.LINKED:
            now["ticket_id"] = data["ticket"]


def _noticed(now: dict[str, Any], name: str, data: Mapping[str, Any]) -> None:
    _earlier(now, name, data["at"])
    if "down_since" in data:
        _earlier(now, "down_since", data["down_since"])


def _accepted(now: dict[str, Any], data: Mapping[str, Any]) -> None:
    _earlier(now, "accepted_from", data["from"])
    if "reported" in data:
        _earlier(now, "reported_at", data["reported"])
    until = datetime.fromisoformat(data["until"])
    now["restored_at"] = max(until, now["restored_at"] or until)


def _earlier(now: dict[str, Any], name: str, text: str) -> None:
    moment = datetime.fromisoformat(text)
    now[name] = min(moment, now[name] or moment)


def _present(outage: Outage) -> dict[str, object]:
    return {name: getattr(outage, name) for name in PRESENT}


def _extent(outage: Outage) -> tuple[datetime, datetime | None]:
    """From the first moment that is known of it to its end; None, it goes on."""
    moments = [getattr(outage, name) for name in MOMENTS[:-1]]
    return min(moment for moment in moments if moment is not None), outage.restored_at


def _check(outage: Outage) -> None:
    known = [outage.reported_at, outage.detected_at, outage.accepted_from]
    if not any(known):
        raise LedgerError(_("Say when the outage was reported or detected."))
    if outage.restored_at is None:
        return
    begin = outage.accepted_from or max(
        min(moment for moment in known if moment is not None), outage.down_since or _FIRST
    )
    if outage.restored_at < begin:
        raise LedgerError(_("An outage can't end before it begins."))


_FIRST = datetime.min.replace(tzinfo=UTC)


def _hold(service: Service) -> None:
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)


def _reason(text: str) -> str:
    if not text.strip():
        raise LedgerError(_("Say why."))
    return text.strip()


def _written(at: datetime) -> str:
    """A moment as events keep it. ValueError for a naive one."""
    if at.utcoffset() is None:
        raise ValueError("a moment needs its UTC offset")
    return at.astimezone(UTC).isoformat()

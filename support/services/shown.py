"""A service's months and outages as pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sla import measured_days, months, outages
from sla.availability_words import month_in_words, month_words, percent_words
from sla.engine.dates import first_of
from sla.engine.months import Day, days_of
from sla.measured_days import Measured
from sla.models import Outage, OutageEvent, Service, ServiceMonth
from sla.terms import in_language
from sla.wording import amount, moment_words
from support.forms.months import month_in

RECENT = 12
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class DayShown:
    """A day of a month. look: up, down, short, excused, unmeasured or ahead, which are the names of
    how it is drawn; words: the same for who does not see that.
    """

    day: date
    look: str
    words: str
    unmeasured: timedelta


@dataclass(frozen=True)
class MonthShown:
    """A month that was judged, whole. measured: in words how much of it was; lines: how it was
    calculated.
    """

    name: str
    percent: str
    kept: bool
    guarantee: str
    clause: str
    credit: int
    unavailable: str
    goes_on: bool
    days: Sequence[DayShown]
    measured: str
    lines: Sequence[str]


@dataclass(frozen=True)
class MonthInShort:
    """A kept month in a list. value: as an address names it."""

    value: str
    name: str
    percent: str
    kept: bool
    credit: int
    unavailable: str


@dataclass(frozen=True)
class OutageShown:
    """An outage in a list; end and length are '' while it goes on. reason: of its cause."""

    outage: Outage
    begin: str
    end: str
    length: str
    cause: str
    reason: str = ""


@dataclass(frozen=True)
class EventShown:
    """Something that was written of an outage."""

    at: str
    who: str
    kind: str
    what: str
    detail: str
    reason: str


def month_of(text: object, *, today: date) -> date:
    """A month as an address names it, 2026-01; the one of today for anything else."""
    return month_in(text) or first_of(today)


def month_shown(service: Service, month: date, *, now: datetime) -> MonthShown | None:
    """A month whole: its sum, day by day, and in words; None where nothing is promised."""
    derived = months.derive(service, month, now=now)
    return derived_shown(derived, measured_in(derived, now=now), now=now) if derived else None


def measured_in(derived: months.Month, *, now: datetime) -> dict[date, Measured]:
    """What was measured of a month, by day."""
    service, zone = derived.service, derived.zone
    known = measured_days.of([service], {service.pk: zone}, since=derived.first, now=now)
    return dict(known.get(service.pk, {}))


def derived_shown(
    derived: months.Month, measured: Mapping[date, Measured], *, now: datetime
) -> MonthShown:
    """A month that was judged, whole, in the language that is active."""
    result, zone = derived.judged.result, derived.zone
    days = [_day(day, measured.get(day.day), now) for day in days_of(derived.judged, zone)]
    return MonthShown(
        name=month_words(derived.first),
        percent=percent_words(result.percent),
        kept=result.guarantee_met,
        guarantee=percent_words(derived.terms.guarantee),
        clause=derived.terms.clause,
        credit=result.credit_percent,
        unavailable=amount(result.unavailable, exact=True),
        goes_on=now < derived.judged.month[1],
        days=days,
        measured=_measured_words(days, watched=bool(measured)),
        lines=month_in_words(derived.judged, derived.terms, zone),
    )


def months_shown(rows: Iterable[ServiceMonth]) -> list[MonthInShort]:
    """Kept months in short, the last one first."""
    return [
        MonthInShort(
            value=f"{row.month:%Y-%m}",
            name=month_words(row.month),
            percent=percent_words(row.percent),
            kept=row.guarantee_met,
            credit=row.credit_percent,
            unavailable=amount(row.unavailable, exact=True),
        )
        for row in rows
    ]


def outages_shown(found: Sequence[Outage], service: Service) -> list[OutageShown]:
    """Outages in short: when, how long, what from and why that was decided."""
    zone = outages.zone_of(service)
    causes: dict[str, str] = {}
    return [replace(_in_short(outage, zone, causes), reason=_reason(outage)) for outage in found]


def outages_of_all(found: Iterable[Outage]) -> list[OutageShown]:
    """Outages of several services in short, each on the clock of its own agreement."""
    zones: dict[int, ZoneInfo] = {}
    causes: dict[int, dict[str, str]] = defaultdict(dict)
    rows = []
    for outage in found:
        agreement = outage.service.agreement_id
        if agreement not in zones:
            zones[agreement] = outages.zone_of(outage.service)
        rows.append(_in_short(outage, zones[agreement], causes[agreement]))
    return rows


def _in_short(outage: Outage, zone: ZoneInfo, causes: dict[str, str]) -> OutageShown:
    end = outage.restored_at
    return OutageShown(
        outage=outage,
        begin=moment_words(outage.first_known_at, zone),
        end=moment_words(end, zone),
        length=amount(end - outage.first_known_at, exact=True) if end else "",
        cause=cause_words(outage, causes),
    )


def cause_words(outage: Outage, known: dict[str, str] | None = None) -> str:
    """What it came from, in the agreement's words."""
    if not outage.cause:
        return _("not set yet")
    if known is None or outage.cause not in known:
        known = {} if known is None else known
        known |= {cause.key: in_language(cause.words) for cause in outages.causes_of(outage)}
    return known.get(outage.cause) or outage.cause


def events_shown(outage: Outage) -> list[EventShown]:
    """Everything that was written of an outage, with who and why."""
    zone = outages.zone_of(outage.service)
    return [
        EventShown(
            at=moment_words(event.at, zone),
            who=event.actor.name if event.actor else "",
            kind=event.kind,
            what=event.get_kind_display(),
            detail=_detail(event, zone),
            reason=event.data.get("reason", ""),
        )
        for event in outage.events.select_related("actor", "outage__service__agreement").order_by(
            "at", "version"
        )
    ]


def _detail(event: OutageEvent, zone: ZoneInfo) -> str:
    data = event.data
    if event.kind == OutageEvent.Kind.NOTED:
        return str(data["text"])
    if event.kind == OutageEvent.Kind.UPDATED:
        return f"{OutageEvent.Progress(data['progress']).label}: {in_language(data['words'])}"
    if event.kind == OutageEvent.Kind.CAUSE_SET:
        words = {cause.key: in_language(cause.words) for cause in outages.causes_of(event.outage)}
        return words.get(data["cause"]) or str(data["cause"])
    told = [data[name] for name in ("at", "from", "until") if name in data]
    told += [text for text in data.get("moments", {}).values() if text]
    return ", ".join(moment_words(datetime.fromisoformat(text), zone) for text in told)


def _reason(outage: Outage) -> str:
    decided = outage.events.filter(kind=OutageEvent.Kind.CAUSE_SET).order_by("-version").first()
    return decided.data["reason"] if decided else ""


def _measured_words(days: Sequence[DayShown], *, watched: bool) -> str:
    """What of a month nobody measured: there only what was reported is counted."""
    if not watched:
        return _("No check of ours measured this: what counts is what was reported.")
    gone = sum((day.unmeasured for day in days), timedelta(0))
    if gone < MINUTE:
        return _("Our checks measured all of it.")
    told = {"amount": amount(gone, exact=True)}
    return _("Of this %(amount)s was not measured; there what counts is what was reported.") % told


def _day(day: Day, measured: Measured | None, now: datetime) -> DayShown:
    none = timedelta(0)
    length = max(none, min(day.end, now) - day.begin)
    unmeasured = min(measured.unmeasured, length) if measured else length
    look, words = "up", _("available")
    if day.begin > now:
        look, words = "ahead", _("still to come")
    elif day.counted > none:
        look = "down"
        words = _("%(amount)s down") % {"amount": amount(day.counted, exact=True)}
    elif day.short > none:
        look = "short"
        words = _("%(amount)s down, too short to count") % {"amount": amount(day.short, exact=True)}
    elif day.excused > none:
        look = "excused"
        words = _("%(amount)s excepted") % {"amount": amount(day.excused, exact=True)}
    elif unmeasured >= length:
        look, words = "unmeasured", _("not measured, nothing was reported")
    elif unmeasured >= MINUTE:
        words = _("available, %(amount)s not measured") % {"amount": amount(unmeasured, exact=True)}
    return DayShown(day.day, look, words, unmeasured)

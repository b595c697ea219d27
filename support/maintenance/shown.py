"""Maintenance as pages, letters and programs tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sla.maintained import told_in_time
from sla.models import Maintenance, MaintenanceEvent, Service
from sla.outages import zone_of, zones_of
from sla.wording import amount, moment_words
from support import access
from support.maintenance import effects
from tickets.models import Organisation, User
from tickets.questions import Kept

NEAR, NEAR_RELEASE = timedelta(days=7), timedelta(days=1)
"""So long before it begins customers see it on every page; a release is only two minutes."""


@dataclass(frozen=True)
class WorkShown:
    """Maintenance in a list. services: those that the reader may know of; named: the same in words.
    end, finished, length: '' where they are not known.
    """

    maintenance: Maintenance
    title: str
    services: Sequence[Service]
    named: str
    phase: str
    begin: str
    end: str
    finished: str
    length: str

    @property
    def phase_words(self) -> str:
        """How far it is."""
        return phase_words(self.phase)


@dataclass(frozen=True)
class EventShown:
    """Something that was written of it."""

    at: str
    who: str
    what: str
    detail: str
    reason: str


def phase_of(maintenance: Maintenance, now: datetime) -> str:
    """coming, on, late (it runs over), unsaid (nobody said it was done), over, cancelled."""
    if maintenance.cancelled_at:
        return "cancelled"
    if maintenance.finished_at:
        return "over"
    ends_at = maintenance.ends_at
    passed = ends_at is not None and ends_at <= now
    if maintenance.started_at:
        return "late" if passed else "on"
    if maintenance.begins_at > now:
        return "coming"
    if passed:
        return "over" if maintenance.release_id else "unsaid"
    return "on"


def phase_words(phase: str) -> str:
    """That in words."""
    return {
        "coming": pgettext("maintenance", "to come"),
        "on": pgettext("maintenance", "going on"),
        "late": _("takes longer than announced"),
        "unsaid": _("nobody said whether it is done"),
        "over": pgettext("maintenance", "done"),
        "cancelled": pgettext("maintenance", "cancelled"),
    }[phase]


def zone_for(services: Sequence[Service]) -> tzinfo:
    """On whose wall clock it is told: that of the first service."""
    return zone_of(services[0]) if services else ZoneInfo(settings.TIME_ZONE)


def row(
    maintenance: Maintenance,
    services: Sequence[Service],
    now: datetime,
    zones: Mapping[int, tzinfo] | None = None,
) -> WorkShown:
    """One of a list. services: those that the reader may know of. zones: of their agreements, where
    they are known.
    """
    zone = zones[services[0].agreement_id] if zones and services else zone_for(services)
    begin, end = maintenance.started_at or maintenance.begins_at, maintenance.ends_at
    return WorkShown(
        maintenance=maintenance,
        title=maintenance.nature or maintenance.cause,
        services=services,
        named=", ".join(service.name for service in services),
        phase=phase_of(maintenance, now),
        begin=moment_words(begin, zone),
        end=moment_words(end, zone),
        finished=moment_words(maintenance.finished_at, zone),
        length=amount(end - maintenance.begins_at) if end else "",
    )


def rows(found: Iterable[Maintenance], now: datetime) -> list[WorkShown]:
    """For colleagues: with all its services, fetched with them."""
    listed = [(each, list(each.services.all())) for each in found]
    zones = zones_of(service for _each, services in listed for service in services)
    return [row(each, services, now, zones) for each, services in listed]


def rows_for(found: Iterable[Maintenance], user: User, now: datetime) -> list[WorkShown]:
    """For a customer: with the services that they have, and in their words."""
    theirs = {service.pk: service for service in access.services_of(user)}
    zones = zones_of(theirs.values())
    told = []
    for each in found:
        services = [theirs[one.pk] for one in each.services.all() if one.pk in theirs]
        if services:
            told.append(_for_customers(row(each, services, now, zones)))
    return told


# Of anybody's: whose it is takes far longer to ask.
ANY_NEAR = Kept(
    lambda now, until: Maintenance.objects.near(now, until).values_list("pk", flat=True)[:1],
    now=datetime,
    until=datetime,
)


def near(user: User, now: datetime) -> list[WorkShown]:
    """What a customer should know on whatever page: it goes on, or comes soon."""
    if not ANY_NEAR(now=now, until=now + NEAR).asked():  # as on most days
        return []
    found = access.maintenance_of(user).near(now, now + NEAR).prefetch_related("services")
    soon = [each for each in found if _is_soon(each, now)]
    return rows_for(soon, user, now) if soon else []


def near_for(organisation: Organisation, now: datetime) -> list[WorkShown]:
    """The same for an organisation whose user did not sign in here."""
    theirs = Service.objects.of(organisation).select_related("agreement")
    concerned = Maintenance.services.through.objects.filter(service__in=theirs)
    found = Maintenance.objects.filter(pk__in=concerned.values("maintenance"))
    return [
        _for_customers(row(each, list(theirs.filter(maintenance=each)), now))
        for each in found.near(now, now + NEAR)
        if _is_soon(each, now)
    ]


def in_a_line(told: WorkShown) -> str:
    """One that is near, as a sentence for whoever has the service."""
    text = _("Maintenance of %(named)s is going on: %(title)s.")
    if told.phase == "coming":
        text = _("Maintenance of %(named)s on %(begin)s: %(title)s.")
    elif told.phase == "late":
        text = _("Maintenance of %(named)s takes longer than announced: %(title)s.")
    said = text % vars(told)
    if told.phase == "on" and told.end:
        said += " " + _("Expected to end: %(end)s.") % vars(told)
    return said


def events_shown(maintenance: Maintenance, zone: tzinfo) -> list[EventShown]:
    """Everything that was written of it, with who and why."""
    return [
        EventShown(
            at=moment_words(event.at, zone),
            who=event.actor.name if event.actor else "",
            what=event.get_kind_display(),
            detail=_detail(event, zone),
            reason=event.data.get("reason", ""),
        )
        for event in maintenance.events.select_related("actor")
    ]


def meaning_of(maintenance: Maintenance, services: Sequence[Service]) -> list[effects.Meaning]:
    """What the agreements make of it as it was told; nothing of what does not take place."""
    if maintenance.cancelled_at:
        return []
    in_time = told_in_time(maintenance)
    begins_at = maintenance.begins_at
    told_at = begins_at if in_time else begins_at + timedelta.resolution
    told = effects.meanings(maintenance, services, told_at=told_at)
    if in_time and in_time[1] != maintenance.ends_at:
        end = moment_words(in_time[1], zone_for(services))
        more = _("What was told after it began excuses no more: from %(end)s on it counts.")
        told = [replace(each, words=f"{each.words} {more % {'end': end}}") for each in told]
    return told


def _is_soon(maintenance: Maintenance, now: datetime) -> bool:
    return not maintenance.release_id or maintenance.begins_at <= now + NEAR_RELEASE


def _for_customers(told: WorkShown) -> WorkShown:
    """That nobody wrote down that it was done is our own affair."""
    return replace(told, phase="over") if told.phase == "unsaid" else told


def _detail(event: MaintenanceEvent, zone: tzinfo) -> str:
    data = event.data
    told = [data[name] for name in ("at", "begins_at", "ends_at") if data.get(name)]
    if event.kind == MaintenanceEvent.Kind.FINISHED and data["started_at"] != data["at"]:
        told = [data["started_at"], data["at"]]
    return " – ".join(moment_words(datetime.fromisoformat(text), zone) for text in told)

"""The demonstration's maintenance: one to come, one that ran over, one cancelled, a supplier's."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sla import outages, upkeep
from sla.models import Maintenance, OutageEvent, Service, UpdateDecision
from support.maintenance import letters
from tickets.models import User

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Kind, Way = Maintenance.Kind, UpdateDecision.Way


def ran_over(site: Service, begin: datetime, agent: User) -> None:
    """An hour was announced; it took twenty minutes more, and those count."""
    work = Maintenance(
        kind=Kind.PLANNED,
        nature="Nieuwe versie van de database",
        work="Wij zetten de database over naar een nieuwe versie.",
        begins_at=begin,
        ends_at=begin + HOUR,
        expected_minutes=45,
    )
    _announce(work, site, agent, begin - 5 * DAY)
    upkeep.start(work, at=begin, actor=agent, now=begin)
    down = begin + 5 * MINUTE
    outage, _new = outages.note_down(site, OutageEvent.Kind.DETECTED, at=down, now=down)
    letters.tell(now=begin + 62 * MINUTE)
    there = begin + 80 * MINUTE
    outages.restore(outage, at=there, now=there)
    upkeep.finish(work, at=there, actor=agent, now=there)
    letters.tell(now=there)
    outages.set_cause(
        outage,
        "storing",
        reason="Het overzetten liep uit; wat was aangekondigd, telt niet mee.",
        actor=agent,
        now=begin + 2 * HOUR,
    )


def build(site: Service, agent: User, *, now: datetime) -> None:
    """What comes in the next weeks, what did not take place, and how updates were decided."""
    zone = outages.zone_of(site)
    today = now.astimezone(zone).date()

    def at(days: int, clock: str) -> datetime:
        day = today + timedelta(days=days)
        return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)

    cancelled = Maintenance(
        kind=Kind.PLANNED,
        nature="Verhuizing naar een andere server",
        begins_at=at(-3, "23:00"),
        ends_at=at(-2, "01:00"),
        expected_minutes=30,
    )
    _announce(cancelled, site, agent, at(-12, "10:00"))
    reason = "De nieuwe server is nog niet geleverd; wij kondigen een ander moment aan."
    upkeep.cancel(cancelled, reason=reason, actor=agent, now=at(-6, "15:00"))
    letters.tell(now=at(-6, "15:00"))
    _decided(site, agent, "Vertaling van het beheerscherm", Way.SILENT, at(-9, "11:00"))
    decision = _decided(site, agent, "PHP 8.4", Way.PLANNED, at(-2, "11:00"))
    planned = Maintenance(
        kind=Kind.PLANNED,
        nature="Nieuwe versie van PHP",
        work="Wij zetten de website over naar PHP 8.4 en kijken alle pagina's na.",
        begins_at=at(5, "22:00"),
        ends_at=at(5, "23:00"),
        expected_minutes=15,
        decision=decision,
    )
    _announce(planned, site, agent, at(-1, "12:00"))
    supplier = Maintenance(
        kind=Kind.SUPPLIER,
        nature="Het datacenter vervangt een stroomvoorziening",
        begins_at=at(12, "02:00"),
        ends_at=at(12, "04:00"),
        expected_minutes=0,
    )
    _announce(supplier, site, agent, at(-1, "14:00"))


def _announce(work: Maintenance, site: Service, agent: User, now: datetime) -> None:
    upkeep.announce(work, [site], actor=agent, now=now)
    letters.tell(now=now)


def _decided(
    site: Service, agent: User, what: str, way: UpdateDecision.Way, now: datetime
) -> UpdateDecision:
    reason = {
        Way.SILENT: "Alleen teksten; niemand merkt er iets van.",
        Way.PLANNED: "De oude versie krijgt over een half jaar geen beveiligingsupdates meer.",
    }[way]
    return upkeep.decide_update(what, [site], way, reason=reason, actor=agent, now=now)

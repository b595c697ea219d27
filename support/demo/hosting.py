"""The demonstration's hosting: a month with outages, maintenance, a claim and a credit."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sla import crediting, months, outages, rates
from sla.engine.dates import before, first_of
from sla.models import Contract, Credit, Outage, OutageEvent, Service
from support import desk
from support.demo import backups, status, upkeep
from support.outages import verbs
from tickets.models import Contact, User

ZONE = ZoneInfo("Europe/Amsterdam")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FEE = Decimal(150)


def build(*, site: Service, contact: Contact, agent: User, manager: User, now: datetime) -> None:
    """Last month at a web shop: what counted, what did not, and what it got back."""
    month = before(first_of(now.astimezone(ZONE).date()))
    _contract(site, month, now)
    short = _down(site, _at(month, 5, "14:10"), 14 * MINUTE)
    counted = _down(site, _at(month, 9, "10:00"), 16 * MINUTE, down_since=2 * MINUTE)
    excused = _down(site, _at(month, 16, "21:30"), 55 * MINUTE)
    for outage, cause, reason in (
        (short, "storing", "Een dienst herstartte niet vanzelf."),
        (counted, "storing", "De schijf van de databaseserver was vol."),
        (excused, "overmacht", "Stroomstoring in de hele wijk van het datacentrum."),
    ):
        later = now if outage.restored_at is None else outage.restored_at + HOUR
        outages.set_cause(outage, cause, reason=reason, actor=agent, now=later)
    upkeep.ran_over(site, _at(month, 12, "22:00"), agent)
    upkeep.build(site, agent, now=now)
    _claim(site, contact, _at(month, 20, "02:00"), agent)
    _platform(_at(month, 14, "11:20"), agent, before(before(month)))
    status.updates(site=site, agent=agent)
    backups.build(site=site, now=now)
    months.sweep(now=now)
    crediting.sweep(now=now)
    for credit in Credit.objects.filter(contract=site.contract, state="proposed"):
        crediting.approve(credit, actor=manager, now=now)


def _platform(begin: datetime, agent: User, since: date) -> None:
    """What all schools share was down for a quarter of an hour, all of which counts."""
    platform = Service.objects.get(contract=None)
    platform.starts_on = since
    platform.save(update_fields=["starts_on"])
    outage = _down(platform, begin, 15 * MINUTE, down_since=3 * MINUTE)
    reason = "Een index ontbrak na de release; wij hebben hem gemaakt."
    outages.set_cause(outage, "storing", reason=reason, actor=agent, now=begin + HOUR)


def _contract(site: Service, month: date, now: datetime) -> None:
    """Since the first of January of the year before, renewed each year."""
    contract = site.contract
    if contract is None:
        raise ValueError("the demonstration's site hangs on a contract")
    start = date(month.year - 1, 1, 1)
    Contract.objects.filter(pk=contract.pk).update(
        number="D-2041", starts_on=start, period_months=12
    )
    since = before(before(month))
    Service.objects.filter(pk=site.pk).update(starts_on=since)
    for row in (contract, site):
        row.refresh_from_db()
    rates.announce(contract, FEE, start, now=now, today=start)


def _down(
    site: Service, begin: datetime, length: timedelta, *, down_since: timedelta = timedelta(0)
) -> Outage:
    outage, _new = outages.note_down(
        site,
        OutageEvent.Kind.DETECTED,
        at=begin,
        now=begin,
        down_since=begin - down_since if down_since else None,
    )
    return outages.restore(outage, at=begin + length, now=begin + length)


def _claim(site: Service, contact: Contact, begin: datetime, agent: User) -> None:
    filed = begin + timedelta(days=1)
    claim = verbs.file_claim(
        site,
        contact,
        begins_at=begin,
        ends_at=begin + 190 * MINUTE,
        text="Vannacht kon van 2 uur tot tien over 5 niemand bestellen: er kwam niets binnen.",
        now=filed,
    )
    decided = filed + 3 * HOUR
    verbs.decide_claim(
        claim,
        accepted=True,
        reason="In de logboeken van de webserver zien wij hetzelfde.",
        actor=agent,
        now=decided,
        seen=0,
    )
    desk.resolve(claim.ticket, None, actor=agent, at=decided + MINUTE)


def _at(month: date, day: int, clock: str) -> datetime:
    moment = datetime.combine(month.replace(day=day), time.fromisoformat(clock), ZONE)
    return moment.astimezone(UTC)

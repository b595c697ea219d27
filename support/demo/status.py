"""The demonstration's status page: what is public, ninety days that were measured and not, updates
of outages, and maintenance to come.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla import measuring, outages, upkeep
from sla.measuring import Finding
from sla.models import Check, CheckDay, Maintenance, Outage, OutageEvent, Service
from support.status_page.models import ShownService, Subscriber
from tickets.models import User

ZONE = ZoneInfo("Europe/Amsterdam")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BACK = 89
# Days ago, and for how long nobody measured then, or a check failed without an outage.
UNMEASURED = {71: 24 * HOUR, 70: 24 * HOUR, 69: 9 * HOUR, 33: 3 * HOUR, 12: 40 * MINUTE}
FAILED = {47: 2 * MINUTE, 21: MINUTE}
Progress = OutageEvent.Progress


def build(*, site: Service, agent: User, now: datetime) -> None:
    """What all schools share and the hosting's web server are public, under names that tell nobody
    who is a customer.
    """
    platform = Service.objects.get(contract=None)
    _public(platform, "Online platform", 1, now)
    _public(site, "Webhosting, server 3", 2, now)
    _measured(platform, now)
    _measured(site, now)
    Subscriber.objects.create(
        email="lezer@zonneschijn.example",
        language="nl",
        asked_at=now - 30 * DAY,
        confirmed_at=now - 30 * DAY,
    )
    _ahead([platform, site], agent, now)


def updates(*, site: Service, agent: User) -> None:
    """What everybody read of two outages while people worked on them."""
    platform = Service.objects.get(contract=None)
    _told(
        site.outages.standing().filter(cause="storing").order_by("first_known_at")[1],
        agent,
        "De webserver geeft geen antwoord; wij zoeken de oorzaak.",
        "De schijf van de databaseserver was vol. Wij maken ruimte.",
        "Alles werkt weer. De schijf is vergroot, en wij horen het voortaan eerder.",
    )
    _told(
        platform.outages.standing()[0],
        agent,
        "Het platform reageert traag of niet. Wij onderzoeken het.",
        "Na de release ontbrak een index. Wij maken hem nu.",
        "Opgelost: het platform is weer zo snel als u gewend bent.",
    )


def _public(service: Service, name: str, place: int, now: datetime) -> None:
    ShownService.objects.create(
        service=service, public=True, name=name, place=place, since=now - 100 * DAY
    )


def _measured(service: Service, now: datetime) -> None:
    """By a job that calls each day, so that the demonstration asks nothing of the net."""
    today = now.astimezone(ZONE).date()
    check = Check.objects.create(
        service=service,
        name="dagelijkse proef",
        kind=Check.Kind.HEARTBEAT,
        interval_seconds=86_400,
        grace_seconds=86_400,
        failures_needed=20,
        made_at=now - (BACK + 1) * DAY,
    )
    rows = []
    for back in range(1, BACK + 1):
        day = today - back * DAY
        begin, end = (
            datetime.combine(each, time(), ZONE).astimezone(UTC) for each in (day, day + DAY)
        )
        gone = min(UNMEASURED.get(back, timedelta()), end - begin)
        failed = FAILED.get(back, timedelta())
        rows.append(
            CheckDay(
                target_check=check,
                day=day,
                good_seconds=int((end - begin - gone - failed).total_seconds()),
                failed_seconds=int(failed.total_seconds()),
                unmeasured_seconds=int(gone.total_seconds()),
                good=1,
                failed=int(bool(failed)),
            )
        )
    CheckDay.objects.bulk_create(rows)
    called = datetime.combine(today, time(), ZONE).astimezone(UTC)
    finding = Finding(at=called)
    measuring.take_in(check, finding)
    measuring.write([(check, finding)])


def _told(outage: Outage, agent: User, first: str, found: str, over: str) -> None:
    """How far people were with an outage, as everybody read it then."""
    begin, end = outage.first_known_at, outage.restored_at
    if end is None:
        raise ValueError("the demonstration's outages are over")
    for progress, text, at in (
        (Progress.INVESTIGATING, first, begin + 3 * MINUTE),
        (Progress.IDENTIFIED, found, begin + 9 * MINUTE),
        (Progress.RESOLVED, over, end + 10 * MINUTE),
    ):
        outages.tell(outage, progress, {"nl": text}, actor=agent, now=at)


def _ahead(services: list[Service], agent: User, now: datetime) -> None:
    """Planned in time, at an hour at which nobody works."""
    evening = now.astimezone(ZONE).date() + 6 * DAY
    begin = datetime.combine(evening, time(21), ZONE).astimezone(UTC)
    work = Maintenance(
        kind=Maintenance.Kind.PLANNED,
        nature="Nieuwe netwerkapparatuur in het datacentrum",
        work="Wij vervangen de routers en zetten het verkeer om.",
        begins_at=begin,
        ends_at=begin + 2 * HOUR,
        expected_minutes=10,
    )
    upkeep.announce(work, services, actor=agent, now=now)

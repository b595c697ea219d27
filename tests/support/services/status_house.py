"""A house with a status page: a service that everybody may see, and one of a customer."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from sla import measuring, outages
from sla.measuring import Finding
from sla.models import Check, Outage, OutageEvent, Service
from support.status_page.models import ShownService
from tests import people

NOW = timezone.now().replace(microsecond=0)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def a_service(name: str = "Geheim van bakker Jansen", organisation: str = "Jansen") -> Service:
    """Of one customer, and not on any page."""
    contract = people.organisation(organisation, "diploc").contracts.get()
    return Service.objects.create(
        agreement=contract.agreement, contract=contract, name=name, starts_on=date(2026, 1, 1)
    )


def a_public(
    name: str = "Webhosting 3", own: str = "Geheim van bakker Jansen", organisation: str = "Jansen"
) -> Service:
    """On the public page, under another name than its own."""
    service = a_service(own, organisation)
    since = NOW - 100 * DAY
    ShownService.objects.create(service=service, public=True, name=name, since=since)
    return service


def measured(service: Service, at: datetime, *, name: str = "proef") -> Check:
    """A check that was good at that moment."""
    check, _new = Check.objects.get_or_create(
        service=service,
        name=name,
        defaults={"targets": ["https://dienst.example/"], "made_at": at - HOUR},
    )
    finding = Finding(at=at)
    measuring.take_in(check, finding)
    measuring.write([(check, finding)])
    return check


def down(service: Service, begin: datetime, length: timedelta | None = None) -> Outage:
    """An outage, which goes on without a length."""
    outage, _new = outages.note_down(service, OutageEvent.Kind.DETECTED, at=begin, now=begin)
    if length is None:
        return outage
    return outages.restore(outage, at=begin + length, now=begin + length)

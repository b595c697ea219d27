"""Months of services, derived from the ledger and kept, beside the engine alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sla import months, outages
from sla.engine.months import Down, judge
from sla.models import OutageEvent, Service
from tests import people
from tests.bench import house
from tests.bench.measuring import Row, compared

DOWN = 20
"""Outages of the month."""
MONTH = date(2026, 1, 1)
LATER = datetime(2026, 2, 3, tzinfo=UTC)


def run() -> list[Row]:
    """How many months a second, of a service that was down twenty times."""
    with house.standing():
        service = _service()
        known = months.derive(service, MONTH, now=LATER)
        if known is None or len(known.judged.told) != DOWN:
            raise AssertionError("the month is not the one to be measured")
        facts = [fact for told in known.judged.told for fact in told.of]
        downs = [fact for fact in facts if isinstance(fact, Down)]
        return [
            compared(
                "months derived from the ledger",
                lambda: months.derive(service, MONTH, now=LATER),
                lambda: judge(known.terms, known.judged.month, downs, []),
                called="the engine alone",
            ),
            compared(
                "months derived and written",
                lambda: months.keep(service, MONTH, now=LATER),
                lambda: Service.objects.get(pk=service.pk),
                called="one row read",
            ),
        ]


def _service() -> Service:
    service = Service.objects.create(
        agreement=people.agreement("diploc"), name="Webwinkel", starts_on=date(2025, 1, 1)
    )
    for number in range(DOWN):
        begin = datetime(2026, 1, 2 + number, 10, tzinfo=UTC)
        outage, _new = outages.note_down(service, OutageEvent.Kind.DETECTED, at=begin, now=begin)
        end = begin + timedelta(minutes=10 + number)
        outages.restore(outage, at=end, now=end)
    return service

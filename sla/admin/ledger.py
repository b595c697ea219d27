"""What was written of outages and maintenance, a line an event, in the Django admin."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from sla.admin.clocks import in_lines
from sla.models import MaintenanceEvent, OutageEvent
from sla.wording import moment_words


def events_in_lines(events: QuerySet[OutageEvent] | QuerySet[MaintenanceEvent]) -> str:
    """Each with who and why."""
    zone = timezone.get_current_timezone()
    told = (
        (
            moment_words(event.at, zone),
            event.get_kind_display(),
            event.actor.name if event.actor else "",
            event.data.get("reason", ""),
        )
        for event in events.select_related("actor")
    )
    return in_lines(" · ".join(filter(None, words)) for words in told)

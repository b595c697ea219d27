"""The promises in the Django admin: agreements, calendars, releases are data; the past is fixed."""

from sla.admin import (
    agreements,
    alerts,
    calendars,
    checks,
    clocks,
    contracts,
    maintenance,
    outages,
    releases,
    services,
)

__all__ = [
    "agreements",
    "alerts",
    "calendars",
    "checks",
    "clocks",
    "contracts",
    "maintenance",
    "outages",
    "releases",
    "services",
]

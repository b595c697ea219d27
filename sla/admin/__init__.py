"""The promises in the Django admin: agreements, calendars, releases are data; the past is fixed."""

from sla.admin import agreements, alerts, calendars, clocks, releases, services

__all__ = ["agreements", "alerts", "calendars", "clocks", "releases", "services"]

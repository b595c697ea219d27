"""The addresses of the desk's faces: each room tells its own."""

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    *("sign_in", "portal", "widget", "timeline", "workspace", "search", "notifications"),
    *("customers", "canned", "automation", "planning", "agreements", "calendars", "services"),
    *("reports", "monthly", "cockpit", "regular", "opinions", "whatif", "intake", "mail"),
    *("mailboxes", "webhooks", "brands", "faces", "fields"),
    *("pings", "checks", "backups", "maintenance", "status_page", "help_centre", "menu", "audit"),
    *("announcements", "install"),
)

# The API's first: programs ask it most, and all that stands before is gone through.
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("support.api.urls")),
    *(path("", include(f"support.{room}.urls")) for room in ROOMS),
    path("language/", include("django.conf.urls.i18n")),
]

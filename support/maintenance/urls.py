"""The addresses of maintenance."""

from django.urls import path

from support.maintenance import pages, portal_pages, update_pages

urlpatterns = [
    path("desk/maintenance/", pages.maintenance_list, name="maintenance-list"),
    path("desk/maintenance/announce/", pages.announce, name="maintenance-announce"),
    path("desk/maintenance/updates/", update_pages.updates, name="updates"),
    path("desk/maintenance/updates.csv", update_pages.updates_csv, name="updates-csv"),
    path("desk/maintenance/updates/add/", update_pages.decide, name="update-decide"),
    path("desk/maintenance/<int:pk>/", pages.maintenance, name="maintenance"),
    path("maintenance/", portal_pages.our_maintenance, name="our-maintenance"),
    path("maintenance/calendar/", portal_pages.our_feed, name="our-maintenance-feed"),
    path("maintenance/<int:pk>.ics", portal_pages.our_maintenance_ics, name="our-maintenance-ics"),
    path("maintenance/calendar/<str:key>.ics", portal_pages.feed, name="maintenance-feed"),
]

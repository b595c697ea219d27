"""The addresses of the cockpit."""

from django.urls import path

from support.cockpit import pages, pattern_pages

urlpatterns = [
    path("desk/cockpit/", pages.cockpit, name="cockpit"),
    path("desk/cockpit/tickets/", pages.behind, name="cockpit-tickets"),
    path("desk/cockpit/patterns/", pattern_pages.page, name="patterns"),
]

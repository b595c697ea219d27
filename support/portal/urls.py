"""The addresses of customers' pages."""

from django.urls import path
from django.views.decorators.cache import never_cache

from support.portal import organisation_pages, pages, report_pages

urlpatterns = [
    path("report/", report_pages.report, name="report"),
    path("report/as/<str:token>/", never_cache(report_pages.report), name="report-as"),
    path("report/received/<str:token>/", report_pages.thanks, name="thanks"),
    path("my/", pages.my_tickets, name="my-tickets"),
    path("my/organisation/", organisation_pages.people, name="our-people"),
    path("my/organisation/invite/", organisation_pages.invite, name="our-people-invite"),
    path("my/organisation/rules/", organisation_pages.rules, name="our-people-rules"),
    path("my/organisation/<int:pk>/", organisation_pages.change, name="our-people-change"),
    path("my/organisation/<int:pk>/left/", organisation_pages.left, name="our-people-left"),
    path("my/<str:reference>/solved/", pages.solved, name="my-ticket-solved"),
    path("my/<str:reference>/", pages.my_ticket, name="my-ticket"),
]

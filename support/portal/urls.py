"""The addresses of customers' pages."""

from django.urls import path

from support.portal import pages

urlpatterns = [
    path("report/", pages.report, name="report"),
    path("report/received/<str:token>/", pages.thanks, name="thanks"),
    path("my/", pages.my_tickets, name="my-tickets"),
    path("my/<str:reference>/", pages.my_ticket, name="my-ticket"),
]

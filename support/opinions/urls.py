"""The addresses of opinions."""

from django.urls import path

from support.opinions import pages

urlpatterns = [
    path("opinion/<str:token>/", pages.opinion, name="opinion"),
    path("desk/reports/opinions/", pages.report, name="opinions"),
]

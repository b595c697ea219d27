"""The addresses of reports by mail."""

from django.urls import path

from support.regular import pages

urlpatterns = [
    path("desk/reports/by-mail/", pages.regular, name="regular-reports"),
    path("desk/reports/by-mail/<int:pk>/stop/", pages.stop, name="regular-report-stop"),
    path("reports/stop/<str:token>/", pages.end, name="regular-report-end"),
]

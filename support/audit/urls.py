"""The addresses of the log."""

from django.urls import path

from support.audit import pages

urlpatterns = [
    path("desk/audit/", pages.audit, name="audit"),
    path("desk/audit.csv", pages.as_csv, name="audit-csv"),
]

"""The addresses of backups."""

from django.urls import path

from support.backups import pages, portal_pages

urlpatterns = [
    path("desk/backups/", pages.backups, name="backups"),
    path("desk/backups/add/", pages.add, name="backup-add"),
    path("desk/backups/month/", pages.statement, name="backup-month"),
    path("desk/backups/month.csv", pages.statement_csv, name="backup-month-csv"),
    path("desk/backups/<int:pk>/", pages.backup, name="backup"),
    path("desk/backups/<int:pk>/change/", pages.change, name="backup-change"),
    path("desk/backups/<int:pk>/switch/", pages.switch, name="backup-switch"),
    path("backups/", portal_pages.our_backups, name="our-backups"),
    path("backups/month.csv", portal_pages.our_backups_csv, name="our-backups-csv"),
]

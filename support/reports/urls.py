"""The addresses of the reports."""

from django.urls import path

from support.reports import breach_files, breach_pages, pages, saved

urlpatterns = [
    path("desk/reports/", pages.breaches, name="report-breaches"),
    path("desk/reports/tickets/", pages.tickets, name="report-tickets"),
    path("desk/reports/month.csv", pages.as_csv, name="report-csv"),
    path("desk/reports/breaches/", breach_pages.report, name="breach-report"),
    path("desk/reports/breaches.csv", breach_files.as_csv, name="breach-report-csv"),
    path("desk/reports/breaches.xlsx", breach_files.as_xlsx, name="breach-report-xlsx"),
    path("desk/reports/breaches.pdf", breach_files.as_pdf, name="breach-report-pdf"),
    path("desk/reports/breaches/cause/", breach_pages.give_causes, name="breach-report-cause"),
    path("desk/reports/saved/", saved.keep, name="saved-reports"),
    path("desk/reports/saved/<int:pk>/", saved.delete, name="saved-report"),
]

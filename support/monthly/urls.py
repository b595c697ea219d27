"""The addresses of monthly reports."""

from django.urls import path

from support.monthly import overview_pages, pages, portal_pages

urlpatterns = [
    path("desk/reports/monthly/", pages.reports, name="monthly"),
    path("desk/reports/monthly/make/", pages.make, name="monthly-make"),
    path("desk/reports/monthly/<int:pk>/", pages.report, name="monthly-report"),
    path("desk/reports/monthly/<int:pk>/rows/", pages.rows, name="monthly-rows"),
    path("desk/reports/monthly/<int:pk>/issue/", pages.issue, name="monthly-issue"),
    path("desk/reports/monthly/<int:pk>/remake/", pages.remake, name="monthly-remake"),
    path("desk/reports/monthly/<int:pk>/drop/", pages.drop, name="monthly-drop"),
    path(
        "desk/reports/monthly/<int:pk>/v<int:version>.<str:kind>",
        pages.download,
        name="monthly-file",
    ),
    path("overview/", overview_pages.page, name="our-overview"),
    path("overview/list/", overview_pages.listed, name="our-overview-list"),
    path("reports/", portal_pages.reports, name="our-reports"),
    path("reports/<int:pk>/", portal_pages.report, name="our-report"),
    path("reports/<int:pk>/report.<str:kind>", portal_pages.download, name="our-report-file"),
]

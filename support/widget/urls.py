"""The addresses that customers' own pages ask, and the demonstration of a widget."""

from django.urls import path

from support.widget import pages

urlpatterns = [
    path("desk/widget/<slug:key>/", pages.demonstration, name="widget-demonstration"),
    path("widget.js", pages.script, name="widget-script"),
    path("widget/<slug:key>/", pages.words, name="widget"),
    path("widget/<slug:key>/reports/", pages.report, name="widget-report"),
]

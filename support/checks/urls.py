"""The addresses of checks."""

from django.urls import path

from support.checks import pages

urlpatterns = [
    path("desk/checks/", pages.checks, name="checks"),
    path("desk/checks/add/", pages.add, name="check-add"),
    path("desk/checks/<int:pk>/", pages.check, name="check"),
    path("desk/checks/<int:pk>/change/", pages.change, name="check-change"),
    path("desk/checks/<int:pk>/switch/", pages.switch, name="check-switch"),
]

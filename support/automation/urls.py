"""The addresses of macros and triggers."""

from django.urls import path

from support.automation import macro_pages, pages

urlpatterns = [
    path("desk/macros/", macro_pages.macros, name="macros"),
    path("desk/macros/new/", macro_pages.new, name="macro-new"),
    path("desk/macros/<int:pk>/", macro_pages.change, name="macro-change"),
    path("desk/macros/<int:pk>/delete/", macro_pages.delete, name="macro-delete"),
    path("desk/automation/", pages.automation, name="automation"),
    path("desk/automation/add/", pages.add, name="automation-add"),
    path("desk/automation/<int:pk>/", pages.trigger, name="automation-trigger"),
    path("desk/automation/<int:pk>/change/", pages.change, name="automation-change"),
    path("desk/automation/<int:pk>/switch/", pages.switch, name="automation-switch"),
    path("desk/automation/<int:pk>/remove/", pages.remove, name="automation-remove"),
]

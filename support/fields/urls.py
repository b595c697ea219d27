"""The addresses of fields."""

from django.urls import path

from support.fields import pages

urlpatterns = [
    path("desk/fields/", pages.fields, name="fields"),
    path("desk/fields/new/", pages.new, name="field-new"),
    path("desk/fields/preview/", pages.preview, name="fields-preview"),
    path("desk/fields/<int:pk>/", pages.change, name="field-change"),
    path("desk/fields/<int:pk>/move/", pages.move, name="field-move"),
    path("desk/fields/<int:pk>/remove/", pages.remove, name="field-remove"),
    path("desk/fields/<int:pk>/rules/new/", pages.rule, name="field-rule-new"),
    path("desk/fields/<int:pk>/rules/<int:number>/", pages.rule, name="field-rule"),
    path(
        "desk/fields/<int:pk>/rules/<int:number>/remove/",
        pages.rule_remove,
        name="field-rule-remove",
    ),
]

"""The addresses of standard answers."""

from django.urls import path

from support.canned import pages

urlpatterns = [
    path("desk/canned/", pages.canned_replies, name="canned"),
    path("desk/canned/new/", pages.new, name="canned-new"),
    path("desk/canned/<int:pk>/", pages.change, name="canned-change"),
    path("desk/canned/<int:pk>/delete/", pages.delete, name="canned-delete"),
]

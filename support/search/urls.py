"""The addresses of the search."""

from django.urls import path

from support.search import pages

urlpatterns = [
    path("desk/search/", pages.search, name="search"),
    path("desk/search/forget/", pages.forget, name="search-forget"),
]

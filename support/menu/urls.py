"""The address of finding a page."""

from django.urls import path

from support.menu import pages

urlpatterns = [path("desk/find/", pages.find_page, name="find-page")]

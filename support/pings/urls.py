"""The addresses that jobs call, without a slash at the end, as their programs call them."""

from django.urls import path

from support.pings import pages

urlpatterns = [
    path("ping/<str:key>", pages.ping, name="ping"),
    path("ping/<str:key>/<str:said>", pages.ping, name="ping-said"),
]

"""The addresses of the demonstration's outbox."""

from django.urls import path

from support.mail import pages

urlpatterns = [
    path("desk/outbox/", pages.outbox, name="outbox"),
    path("desk/outbox/<str:name>", pages.outbox, name="outbox-mail"),
]

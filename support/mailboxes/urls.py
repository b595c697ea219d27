"""The addresses of mailboxes."""

from django.urls import path

from support.mailboxes import pages

urlpatterns = [
    path("desk/mailboxes/", pages.mailboxes, name="mailboxes"),
    path("desk/mailboxes/<int:pk>/read/", pages.read_now, name="mailbox-read"),
    path("desk/mailboxes/<int:pk>/try/", pages.try_out, name="mailbox-try"),
]

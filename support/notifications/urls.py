"""The addresses of the bell."""

from django.urls import path

from support.notifications import pages
from support.notifications.push import customer_pages
from support.notifications.push import pages as push_pages

urlpatterns = [
    path("desk/notifications/", pages.notifications, name="notifications"),
    path("desk/notifications/count/", pages.count, name="notification-count"),
    path("desk/notifications/seen/", pages.all_seen, name="notifications-seen"),
    path("desk/notifications/choices/", pages.choose, name="notification-choices"),
    path("desk/notifications/browsers/", push_pages.turn_on, name="push-on"),
    path("desk/notifications/browsers/<int:pk>/off/", push_pages.turn_off, name="push-off"),
    path("desk/notifications/browsers/<int:pk>/try/", push_pages.try_out, name="push-try"),
    path("notifications/", customer_pages.choices, name="my-push"),
    path("notifications/browsers/", customer_pages.turn_on, name="my-push-on"),
    path("notifications/browsers/<int:pk>/off/", customer_pages.turn_off, name="my-push-off"),
    path("notifications/browsers/<int:pk>/try/", customer_pages.try_out, name="my-push-try"),
]

"""The addresses of the status page, of its letters, and of what people here do with it."""

from django.urls import path

from support.status_page import desk_pages, pages

urlpatterns = [
    # What is public is answered from the copy (stored.py) before anybody looks here.
    path("status/", pages.gone, name="status"),
    path("status/feed.xml", pages.gone, name="status-feed"),
    path("status/badge.svg", pages.gone, name="status-badge"),
    path("status/api/v2/<path:name>", pages.gone, name="status-api"),
    path("status/mine/", pages.mine, name="status-mine"),
    path("status/mine/leave/", pages.leave, name="status-leave"),
    path("status/subscribe/", pages.subscribe, name="status-subscribe"),
    path("status/confirm/<str:token>/", pages.confirm, name="status-confirm"),
    path("status/unsubscribe/<str:token>/", pages.unsubscribe, name="status-unsubscribe"),
    path("desk/status/", desk_pages.status, name="status-desk"),
    path("desk/status/preview/", desk_pages.preview, name="status-preview"),
    path("desk/services/<int:pk>/status/", desk_pages.shown, name="service-status"),
    path("desk/outages/<int:pk>/updates/", desk_pages.updates, name="outage-updates"),
]

"""The addresses of what makes an app. A worker rules what lies below its own."""

from django.urls import path

from support.install import pages

urlpatterns = [
    path("app.webmanifest", pages.portal, name="portal-manifest"),
    path("worker.js", pages.worker, name="worker"),
    path("offline/", pages.offline, name="offline"),
    path("desk/app.webmanifest", pages.desk, name="desk-manifest"),
    path("desk/push.js", pages.worker, name="push-worker"),
]

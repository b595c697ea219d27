"""Every address of Werkdag; each floor keeps its own list."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("health", health.whole, name="health"),
    path("admin/", admin.site.urls),
    path("", include("support.urls")),
]

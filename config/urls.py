"""Every address of Werkdag; each floor keeps its own list."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("health", health.whole, name="health"),
    # The admin has no way in of its own: limits and second factors hold there as well.
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("", include("support.urls")),
]
handler400 = "config.limits.unreadable"
handler500 = "config.faults.server_error"
handler429 = "support.sign_in.brakes.too_many"

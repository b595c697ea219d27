"""The addresses of mail that was set aside, and of providers that post mail."""

from django.urls import path

from support.intake import pages, providers

urlpatterns = [
    path("desk/quarantine/", pages.aside, name="quarantine"),
    path("desk/quarantine/<int:pk>.eml", pages.raw, name="quarantine-raw"),
    path("desk/quarantine/<int:pk>/", pages.mail, name="quarantine-mail"),
    path("desk/quarantine/<int:pk>/retry/", pages.retry, name="quarantine-retry"),
    path("desk/quarantine/<int:pk>/<slug:what>/", pages.decide, name="quarantine-decide"),
    path("hooks/mail/<slug:provider>/inbound/", providers.posted, name="mail-posted"),
]

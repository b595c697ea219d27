"""The addresses of webhooks."""

from django.urls import path

from support.webhooks import pages

urlpatterns = [
    path("desk/webhooks/", pages.webhooks, name="webhooks"),
    path("desk/webhooks/add/", pages.add, name="webhook-add"),
    path("desk/webhooks/<int:pk>/", pages.webhook, name="webhook"),
    path("desk/webhooks/<int:pk>/change/", pages.change, name="webhook-change"),
    path("desk/webhooks/<int:pk>/switch/", pages.switch, name="webhook-switch"),
    path("desk/webhooks/<int:pk>/remove/", pages.remove, name="webhook-remove"),
    path("desk/webhooks/<int:pk>/secret/", pages.new_secret, name="webhook-secret"),
    path("desk/webhooks/<int:pk>/test/", pages.test, name="webhook-test"),
    path("desk/webhooks/<int:pk>/log/<int:number>/", pages.delivery, name="webhook-delivery"),
    path("desk/webhooks/<int:pk>/log/<int:number>/again/", pages.again, name="webhook-again"),
]

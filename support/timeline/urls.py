"""The addresses of what a message showed and carried."""

from django.urls import path

from support.timeline import original

urlpatterns = [
    path("messages/<int:pk>/", original.shown, name="message-original"),
    path("pictures/<int:pk>", original.picture, name="picture"),
]

"""The addresses of what-ifs."""

from django.urls import path

from support.whatif import pages

urlpatterns = [
    path("desk/what-if/", pages.what_if, name="what-if"),
    path("desk/what-if/<int:pk>/", pages.answer, name="what-if-answer"),
    path("desk/what-if/<int:pk>.csv", pages.answer_csv, name="what-if-csv"),
]

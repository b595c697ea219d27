"""The addresses of calendars and the calculator."""

from django.urls import path

from support.calendars import pages
from support.calendars.calculator import calculator

urlpatterns = [
    path("desk/calculator/", calculator, name="calculator"),
    path("desk/calendars/", pages.calendars, name="calendars"),
    path("desk/calendars/<int:pk>/<int:year>/", pages.year, name="calendar-year"),
    path("desk/calendars/<int:pk>/days/<str:day>/", pages.day, name="calendar-day"),
    path("desk/calendars/<int:pk>/choices/", pages.choices, name="calendar-choices"),
    path("desk/calendars/<int:pk>/progress/", pages.progress, name="calendar-progress"),
]

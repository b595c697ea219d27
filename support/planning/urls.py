"""The addresses of the planning."""

from django.urls import path

from support.planning import board, changes, live, pages

urlpatterns = [
    path("desk/planning/", pages.planning, name="planning"),
    path("desk/planning/tickets/<str:reference>/", pages.plan, name="planning-plan"),
    path("desk/planning/releases/<int:pk>/", changes.release, name="planning-release"),
    path("desk/planning/releases/<int:pk>/live/", live.live, name="planning-live"),
    path("desk/planning/<slug:key>/board/", board.board, name="planning-board"),
    path("desk/planning/<slug:key>/board/move/", board.move, name="planning-board-move"),
    path("desk/planning/<slug:key>/progress/", pages.progress, name="planning-progress"),
    path("desk/planning/<slug:key>/schedule/", changes.schedule, name="planning-schedule"),
    path("desk/planning/<slug:key>/add/", changes.add, name="planning-add"),
]

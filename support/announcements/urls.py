"""The addresses of announcements."""

from django.urls import path

from support.announcements import desk_pages, portal_pages

urlpatterns = [
    path("desk/announcements/", desk_pages.listed, name="announcements-desk"),
    path("desk/announcements/new/", desk_pages.new, name="announcement-new"),
    path("desk/announcements/<int:pk>/", desk_pages.announcement, name="announcement-desk"),
    path("desk/announcements/<int:pk>/change/", desk_pages.change, name="announcement-change"),
    path("desk/announcements/<int:pk>/letter/", desk_pages.letter, name="announcement-letter"),
    path("desk/announcements/<int:pk>/try/", desk_pages.try_out, name="announcement-try"),
    path("desk/announcements/<int:pk>/plan/", desk_pages.plan, name="announcement-plan"),
    path("desk/announcements/<int:pk>/hold/", desk_pages.hold, name="announcement-hold"),
    path("desk/announcements/<int:pk>/drop/", desk_pages.drop, name="announcement-drop"),
    path("announcements/", portal_pages.ours, name="announcements"),
    path("announcements/mail/", portal_pages.mailed, name="announcements-mailed"),
    path("announcements/<int:pk>/", portal_pages.one, name="announcement"),
    path("announcements/read/<str:token>/", portal_pages.read, name="announcement-read"),
    path("announcements/leave/<str:token>/", portal_pages.leave, name="announcement-leave"),
]

"""The addresses of the help centre, and of what people here do with it."""

from django.urls import path

from support.help_centre import desk_pages, follow_pages, pages

urlpatterns = [
    path("help/", pages.home, name="help"),
    path("help/feed.xml", pages.feed, name="help-feed"),
    path("help/sitemap.xml", pages.sitemap, name="help-sitemap"),
    path("help/suggest/", pages.suggest, name="help-suggest"),
    path("help/opened/", pages.opened, name="help-opened"),
    path("help/follow/", follow_pages.follow, name="help-follow"),
    path("help/pictures/<str:key>/", pages.picture, name="help-picture"),
    path("help/about/<slug:slug>/", pages.category, name="help-category"),
    path("help/<slug:slug>/", pages.article, name="help-article"),
    path("help/<slug:slug>/helpful/", pages.vote, name="help-vote"),
    path("desk/help/", desk_pages.listed, name="help-desk"),
    path("desk/help/new/", desk_pages.new, name="help-new"),
    path("desk/help/categories/", desk_pages.categories, name="help-categories"),
    path("desk/help/categories/<int:pk>/", desk_pages.category, name="help-category-change"),
    path("desk/help/<int:pk>/", desk_pages.change, name="help-change"),
    path("desk/help/<int:pk>/publish/", desk_pages.publish, name="help-publish"),
    path("desk/help/<int:pk>/withdraw/", desk_pages.withdraw, name="help-withdraw"),
    path("desk/help/<int:pk>/<int:number>/", desk_pages.version, name="help-version"),
    path("desk/help/<int:pk>/<int:number>/restore/", desk_pages.restore, name="help-restore"),
]

"""The addresses of agreements and their editions."""

from django.urls import path

from support.agreements import pages
from support.agreements.ours import our_agreement

urlpatterns = [
    path("desk/agreements/", pages.agreements, name="agreements"),
    path("desk/agreements/<slug:key>/new/", pages.draft, name="edition-draft"),
    path("desk/agreements/<slug:key>/<int:number>/", pages.edition, name="edition"),
    path(
        "desk/agreements/<slug:key>/<int:number>/announce/", pages.announce, name="edition-announce"
    ),
    path("desk/agreements/<slug:key>/<int:number>/toml/", pages.export, name="edition-export"),
    path("agreement/", our_agreement, name="our-agreement"),
    path("agreement/<int:number>/", our_agreement, name="our-agreement-edition"),
]

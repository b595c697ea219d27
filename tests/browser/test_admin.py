"""The forms of the admin have no fault that axe sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Browser, Page

from support.demo.story import MANAGER
from tests.browser.conftest import Served
from tests.browser.faults import what_axe_finds
from tickets.models import User

pytestmark = pytest.mark.django_db
# Django's tables have a column without a head, for what a row is; and the choices that one searches
# in have a box within the box, which is the outer one's content and no field of its own.
RULES: dict[str, dict[str, bool]] = {"empty-table-header": {"enabled": False}}
COLOURED = 6
"""Forms of which the colours are measured, which takes longest: all are of the same styles."""
LOOKED_AT = {"exclude": [[".select2-selection__rendered"]]}


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A page whose policy lets axe set styles on what Django's scripts have hidden."""
    context = browser.new_context(locale="nl-NL", bypass_csp=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_no_form_of_the_admin_has_accessibility_faults(bare: Page, served: Served) -> None:
    served.sign_in(bare.context, MANAGER)
    request = RequestFactory().get("/admin/")
    request.user = User.objects.get(email=MANAGER)
    found, looked_at = {}, 0
    for model, site in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_add")] if site.has_add_permission(request) else []
        one = model._default_manager.order_by("pk").first()
        if one is not None and site.has_view_or_change_permission(request):
            pages.append(reverse(f"{name}_change", args=[one.pk]))
        for page in pages:
            bare.goto(served.url + page)
            colours = {"color-contrast": {"enabled": looked_at < COLOURED}}
            looked_at += 1
            faults = what_axe_finds(bare, LOOKED_AT, {"rules": RULES | colours})
            if faults.violations_count:
                found[page] = [
                    (fault["id"], [node["html"][:160] for node in fault["nodes"][:4]])
                    for fault in faults.response["violations"]
                ]
    assert not found, "\n".join(f"{page}: {said}" for page, said in found.items())

"""The Django admin works under our strict content security policy."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tickets.models import User


@pytest.mark.django_db(transaction=True)
def test_an_administrator_uses_the_admin_without_a_policy_violation(
    page: Page, live_server: LiveServer
) -> None:
    somebody = User.objects.create_superuser("beheer@werkdag.example", "pw", name="Beheer")
    client = Client()
    client.force_login(somebody)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )

    page.goto(f"{live_server.url}/admin/tickets/organisation/add/")
    page.get_by_label("Naam").first.fill("School")
    page.locator("input[name=_save]").click()
    page.wait_for_url("**/admin/tickets/organisation/")
    expect(page.locator("#result_list").get_by_role("link", name="School")).to_be_visible()

    for path in ("", "tickets/user/", f"tickets/user/{somebody.pk}/change/", "sla/calendar/add/"):
        answer = page.goto(f"{live_server.url}/admin/{path}")
        assert answer is not None
        assert answer.ok, path

"""A manager watches a site and a backup in a real browser, and a customer reads of theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.request import urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sla import measuring
from sla.measuring import Finding
from sla.models import BackupJob, Check, Service
from support.sign_in import links
from tests import people
from tests.browser.faults import has_no_faults, sign_in
from tickets.models import User

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def a_shop() -> Service:
    contract = people.organisation("Winkel", "diploc").contracts.get()
    return Service.objects.create(agreement=contract.agreement, contract=contract, name="Webwinkel")


def test_a_manager_has_a_site_watched_and_reads_what_was_not_measured(
    page: Page, live_server: LiveServer
) -> None:
    a_shop()
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/checks/")
    has_no_faults(page)
    page.locator(".empty .button").click()
    page.get_by_role("link", name="Name (DNS)").click()
    has_no_faults(page)
    page.get_by_role("link", name="Website (HTTP)").click()
    page.locator("#id_service").select_option(label="Webwinkel")
    page.locator("#id_name").fill("voorkant")
    page.locator("#id_targets").fill("https://winkel.example/")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("h1")).to_have_text("voorkant")
    check, now = Check.objects.get(), timezone.now()
    Check.objects.update(made_at=now - timedelta(hours=2))
    for minute in (*range(90, 60, -1), *range(20, 0, -1)):
        fault = Check.Fault.STATUS if minute < 4 else Check.Fault.NONE
        finding = Finding(at=now - minute * MINUTE, fault=fault, duration_ms=9)
        measuring.take_in(check, finding)
        measuring.write([(check, finding)])
    page.reload()
    expect(page.locator(".check-gaps")).to_contain_text(" to ")
    has_no_faults(page)
    page.get_by_role("link", name="Change").click()
    has_no_faults(page)
    page.goto(f"{live_server.url}/desk/checks/")
    expect(page.locator(".check-state")).to_have_text("down")
    has_no_faults(page)


def test_a_backup_calls_its_address_and_its_customer_reads_of_it(
    page: Page, live_server: LiveServer
) -> None:
    shop = a_shop()
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/backups/")
    has_no_faults(page)
    page.locator(".empty .button").click()
    has_no_faults(page)
    page.locator("#id_service").select_option(label="Webwinkel")
    page.locator("#id_name").fill("nacht")
    page.locator("#id_destination").fill("backup2.voorbeeld")
    page.get_by_role("button", name="Add it").click()
    address = page.locator(".check-address").inner_text().strip()
    with urlopen(f"{address}/0?kept=7", data=b"klaar") as answer:
        assert answer.read() == b"OK"
    page.reload()
    expect(page.locator(".check-state")).to_have_text("good")
    page.get_by_text("What it said").click()
    expect(page.locator(".check-said")).to_have_text("klaar")
    has_no_faults(page)
    page.get_by_role("link", name="Change").click()
    has_no_faults(page)
    for path in ("", "month/"):
        page.goto(f"{live_server.url}/desk/backups/{path}")
        has_no_faults(page)
    assert BackupJob.objects.get().kept == 7
    assert shop.organisation is not None
    dirk = people.contact(shop.organisation, "Dirk")
    dirk.user = User.objects.create_user("dirk@winkel.example", "geheim-woord", name="Dirk")
    dirk.save()
    page.context.clear_cookies()
    page.goto(live_server.url + links.make_link(dirk.user, now=timezone.now()))
    page.get_by_role("button").first.click()
    expect(page).not_to_have_url(re.compile("/sign-in/"))
    page.goto(f"{live_server.url}/backups/")
    expect(page.locator(".our-backups")).to_contain_text("Webwinkel: nacht")
    has_no_faults(page)

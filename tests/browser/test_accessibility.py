"""Every page that has a face passes axe in light and in dark, and fits a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from sla.models import Claim, IssuedReport, Maintenance, MonthlyReport, Outage, Service
from support.announcements import reading
from support.announcements.models import Announcement, AnnouncementLetter
from support.articles.models import Article, Category
from support.asking.models import FieldRule
from support.automation.models import Macro, Trigger
from support.brands.face import Face
from support.demo.story import AGENT, CUSTOMER, MANAGER
from support.regular.leaving import leaving_address
from support.regular.models import RegularReport
from support.status_page import stored, subscribing
from support.status_page.models import Subscriber
from tests.browser.conftest import Served
from tests.browser.faults import has_no_faults
from tests.support.test_permissions import addresses, signed_in
from tickets.models import Brand, Contact, CustomField, Organisation, Role, Ticket

pytestmark = pytest.mark.django_db

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
NOBODY = ""


def first_ticket(page: Page, url: str) -> None:
    """A ticket with a missed promise, its explanation unfolded."""
    page.goto(f"{url}/desk/?view=late")
    page.locator(".q-link").first.click()
    page.locator(".promise summary").first.click()
    page.get_by_text("Prioriteit vaststellen").first.click()


def as_it_stood(page: Page, url: str) -> None:
    """A ticket at a moment of its history, one step back from now."""
    first_ticket(page, url)
    page.get_by_role("link", name="Zoals het stond").click()
    page.get_by_role("link", name="Later").click()


def _rule() -> FieldRule:
    return FieldRule.objects.earliest("pk")


def correction(page: Page, url: str) -> None:
    """What another edition would make of a ticket."""
    first_ticket(page, url)
    page.get_by_role("link", name="Overeenkomst corrigeren").click()
    page.get_by_label("Moet vallen onder").select_option(index=1)
    page.get_by_role("button", name="Tonen wat er verschuift").click()
    page.get_by_role("heading", name="Zoals het zou zijn").wait_for()


def caller(page: Page, url: str) -> None:
    """Somebody who may phone, and the form for the call."""
    page.goto(f"{url}/desk/phone/?q=Carla")
    page.locator("a.caller").first.click()


def chosen_priority(page: Page, url: str) -> None:
    """The form with the phone rule in sight."""
    page.goto(f"{url}/report/")
    page.get_by_role("radio", name=re.compile("^Hoog")).check()


def thanks(page: Page, url: str) -> None:
    """What a customer reads after reporting. It adds a ticket."""
    chosen_priority(page, url)
    page.get_by_label("Uw naam").fill("Ines Mulder")
    page.get_by_label("Uw e-mailadres").fill("ines@hanzecollege.example")
    page.get_by_role("radio", name=re.compile("^Storing")).check()
    page.get_by_label("In één regel").fill("Evaluaties zijn leeg")
    page.get_by_label("Wat is er gebeurd?").fill("Alle evaluaties zijn leeg.")
    page.get_by_role("button", name="Melding versturen").click()
    page.get_by_text("Uw melding is binnen").wait_for()


def draft_to_announce(page: Page, url: str) -> None:
    """What announcing a new edition would do; it makes the draft."""
    page.goto(f"{url}/desk/agreements/dialog/1/")
    with page.expect_navigation():
        page.get_by_role("button", name="Nieuwe versie").click()
    page.goto(f"{url}/desk/agreements/dialog/2/announce/")


def own_report(page: Page, url: str) -> None:
    """A report as its reporter follows it."""
    page.goto(f"{url}/my/")
    page.locator("a.report").nth(1).click()


def behind_a_number(page: Page, url: str) -> None:
    """The tickets behind a number of the report."""
    page.goto(f"{url}/desk/reports/")
    page.locator("a.stat").first.click()


def ticket_outage(page: Page, url: str) -> None:
    """A customer's report, said to be of an outage."""
    reported = Ticket.objects.filter(organisation__contracts__services__isnull=False).first()
    page.goto(f"{url}/desk/tickets/{reported.reference if reported else ''}/outage/")


def mail(page: Page, url: str) -> None:
    """A mail in the outbox."""
    page.goto(f"{url}/desk/outbox/")
    page.locator(".mails a").first.click()


def admin_verb(page: Page, url: str) -> None:
    """What the admin asks before a verb is done to some tickets."""
    page.goto(f"{url}/admin/tickets/ticket/")
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(label="Prioriteit vaststellen")
    page.get_by_role("button", name="Uitvoeren").click()
    page.get_by_label("Definitieve prioriteit").wait_for()


def admin_first(path: str) -> Callable[[Page, str], None]:
    """The first record of one of the admin's lists."""

    def go(page: Page, url: str) -> None:
        page.goto(f"{url}/admin/{path}/")
        page.locator("#result_list tbody th a").first.click()

    return go


def at(path: str) -> Callable[[Page, str], None]:
    """A page with an address of its own."""

    def go(page: Page, url: str) -> None:
        page.goto(url + path)

    return go


def written(path: str) -> Callable[[Page, str], None]:
    """A page that is answered from the copy of what everybody may see, or hangs on it."""

    def go(page: Page, url: str) -> None:
        stored.write(now=timezone.now())
        page.goto(url + path)

    return go


def of_letter(address: Callable[[Subscriber], str]) -> Callable[[Page, str], None]:
    """The page behind a link in a letter of the status page."""

    def go(page: Page, url: str) -> None:
        reader = Subscriber.objects.order_by("pk")[0]
        page.goto(url + urlsplit(address(reader)).path)

    return go


def monthly_rows(page: Page, url: str) -> None:
    """What a figure of a monthly report counts."""
    report = MonthlyReport.objects.filter(organisation__contacts__user__email=CUSTOMER).latest("pk")
    page.goto(f"{url}{reverse('monthly-rows', args=[report.pk])}?of=promises")


def our_report(page: Page, url: str) -> None:
    """A monthly report as its customer reads it."""
    theirs = IssuedReport.objects.filter(report__organisation__contacts__user__email=CUSTOMER)
    page.goto(url + reverse("our-report", args=[theirs.latest("pk").pk]))


def of_report(page: Page, url: str) -> None:
    """The page behind the link in a report that comes by mail."""
    regular = RegularReport.objects.order_by("pk")[0]
    page.goto(url + urlsplit(leaving_address(regular)).path)


def behind_our_number(page: Page, url: str) -> None:
    """The promises behind a figure that a customer reads."""
    page.goto(f"{url}/overview/")
    page.locator("a.number-link").first.click()


def announced(name: str, *, sent: bool) -> Callable[[Page, str], None]:
    """An announcement of the demonstration that went, or that is a draft."""

    def go(page: Page, url: str) -> None:
        wanted = {"told_at__isnull": False} if sent else {"send_at": None}
        found = Announcement.objects.filter(**wanted).earliest("pk")
        page.goto(url + reverse(name, args=[found.pk]))

    return go


def of_announcement(
    address: Callable[[AnnouncementLetter], str],
) -> Callable[[Page, str], None]:
    """The page behind a link in an announcement's letter."""

    def go(page: Page, url: str) -> None:
        page.goto(url + urlsplit(address(AnnouncementLetter.objects.earliest("pk"))).path)

    return go


def of(name: str, **found: Callable[[], object]) -> Callable[[Page, str], None]:
    """The page of something in the demonstration."""

    def go(page: Page, url: str) -> None:
        page.goto(url + reverse(name, kwargs={part: find() for part, find in found.items()}))

    return go


def second_brand() -> object:
    """The number of the one that is not the house's."""
    return Brand.objects.get(is_default=False).pk


def text_looked_at(page: Page, url: str) -> None:
    address = reverse("brand-text", args=[second_brand(), "confirmation", "nl"])
    page.goto(f"{url}{address}")
    page.locator("button[name=look]").click()
    page.wait_for_selector("iframe")


def first(model: type[Model]) -> Callable[[], object]:
    """The first of them in the demonstration."""
    return lambda: model._default_manager.order_by("pk").values_list("pk", flat=True)[0]


ADMIN_FORMS = [
    "sla/calendar",
    "sla/edition",
    "sla/agreement",
    "tickets/organisation",
    "tickets/ticket",
]
# By the name of the address; what comes after a colon tells pages of one address apart.
PAGES = {
    "report": (NOBODY, chosen_priority),
    "thanks": (NOBODY, thanks),
    "sign-in": (NOBODY, at("/sign-in/")),
    "account_reset_password_from_key_done": (NOBODY, of("account_reset_password_from_key_done")),
    "account_inactive": (NOBODY, of("account_inactive")),
    "brands": (MANAGER, at("/desk/brands/")),
    "brand-new": (MANAGER, at("/desk/brands/new/")),
    "brand": (MANAGER, of("brand", pk=second_brand)),
    "brand-reach": (MANAGER, of("brand-reach", pk=second_brand)),
    "brand-version": (MANAGER, of("brand-version", pk=second_brand, number=lambda: 1)),
    "brand-letters": (MANAGER, of("brand-letters", pk=second_brand)),
    "brand-text": (MANAGER, text_looked_at),
    "monthly": (MANAGER, at("/desk/reports/monthly/")),
    "our-overview": (CUSTOMER, at("/overview/")),
    "our-overview-list": (CUSTOMER, behind_our_number),
    "our-reports": (CUSTOMER, at("/reports/")),
    "monthly-report": (MANAGER, of("monthly-report", pk=first(MonthlyReport))),
    "monthly-rows": (MANAGER, monthly_rows),
    "our-report": (CUSTOMER, our_report),
    "announcements-desk": (MANAGER, at("/desk/announcements/")),
    "announcement-desk": (MANAGER, announced("announcement-desk", sent=True)),
    "announcement-desk: to be planned": (MANAGER, announced("announcement-desk", sent=False)),
    "announcement-new": (MANAGER, at("/desk/announcements/new/")),
    "announcement-change": (MANAGER, announced("announcement-change", sent=False)),
    "announcements": (CUSTOMER, at("/announcements/")),
    "announcement": (CUSTOMER, announced("announcement", sent=True)),
    "my-push": (CUSTOMER, at("/notifications/")),
    "offline": (NOBODY, at("/offline/")),
    "sign-in-ask": (NOBODY, at("/sign-in/link/")),
    "sign-in-asked": (NOBODY, at("/sign-in/link/sent/")),
    "announcement-read": (NOBODY, of_announcement(reading.confirming_address)),
    "announcement-leave": (
        NOBODY,
        of_announcement(lambda one: reading.leaving_address(one.contact)),
    ),
    "opinions": (MANAGER, at("/desk/reports/opinions/")),
    "patterns": (MANAGER, at("/desk/cockpit/patterns/")),
    "find-page": (MANAGER, at("/desk/find/?q=kalender")),
    "my-tickets": (CUSTOMER, at("/my/")),
    "our-people": (CUSTOMER, at("/my/organisation/")),
    "my-ticket": (CUSTOMER, own_report),
    "our-agreement": (CUSTOMER, at("/agreement/")),
    "our-agreement-edition": (CUSTOMER, at("/agreement/1/")),
    "organisation-agreement": (AGENT, of("organisation-agreement", pk=first(Organisation))),
    "organisation-edition": (
        AGENT,
        of("organisation-edition", pk=first(Organisation), number=lambda: 1),
    ),
    "account_set_password": (AGENT, of("account_set_password")),
    "components": (AGENT, at("/desk/components/")),
    "queue": (AGENT, at("/desk/")),
    "queue: nothing found": (AGENT, at("/desk/?q=xyzzy")),
    "ticket": (AGENT, first_ticket),
    "replay": (AGENT, as_it_stood),
    "correct-edition": (MANAGER, correction),
    "contact-merge": (AGENT, of("contact-merge", pk=first(Contact))),
    "macro-change": (MANAGER, of("macro-change", pk=first(Macro))),
    "automation-change": (MANAGER, of("automation-change", pk=first(Trigger))),
    "phone": (AGENT, at("/desk/phone/?q=e")),
    "phone: caller": (AGENT, caller),
    "phone: unknown caller": (AGENT, at("/desk/phone/?unknown=1&q=06")),
    "agreements": (MANAGER, at("/desk/agreements/")),
    "edition": (MANAGER, at("/desk/agreements/dialog/1/")),
    "edition-announce": (MANAGER, draft_to_announce),
    "report-breaches": (MANAGER, at("/desk/reports/")),
    "breach-report": (MANAGER, at("/desk/reports/breaches/?period=12-months&by=team")),
    "cockpit": (MANAGER, at("/desk/cockpit/")),
    "cockpit-tickets": (MANAGER, at("/desk/cockpit/tickets/?figure=backlog")),
    "report-tickets": (MANAGER, behind_a_number),
    "services": (MANAGER, at("/desk/services/")),
    "outage-list": (AGENT, at("/desk/outages/")),
    "service": (MANAGER, of("service", pk=first(Service))),
    "outage": (MANAGER, of("outage", pk=first(Outage))),
    "claim": (MANAGER, of("claim", pk=first(Claim))),
    "ticket-outage": (AGENT, ticket_outage),
    "outage-answer": (MANAGER, of("outage-answer", pk=first(Outage))),
    "credit-negligence": (MANAGER, at("/desk/credits/negligence/")),
    "credits": (MANAGER, at("/desk/credits/")),
    "maintenance-list": (AGENT, at("/desk/maintenance/")),
    "maintenance": (AGENT, of("maintenance", pk=first(Maintenance))),
    "maintenance-announce": (AGENT, at("/desk/maintenance/announce/")),
    "updates": (AGENT, at("/desk/maintenance/updates/")),
    "update-decide": (AGENT, at("/desk/maintenance/updates/add/")),
    "our-maintenance": (CUSTOMER, at("/maintenance/")),
    "our-services": (CUSTOMER, at("/services/")),
    "our-service": (CUSTOMER, of("our-service", pk=first(Service))),
    "claim-afterwards": (CUSTOMER, at("/services/claim/")),
    "status": (NOBODY, written("/status/")),
    "status-subscribe": (NOBODY, written("/status/subscribe/")),
    "status-confirm": (NOBODY, of_letter(lambda to: subscribing.confirming_address(to, Face()))),
    "status-unsubscribe": (NOBODY, of_letter(lambda to: subscribing.leaving_address(to, Face()))),
    "status-mine": (CUSTOMER, at("/status/mine/")),
    "regular-reports": (MANAGER, at("/desk/reports/by-mail/")),
    "regular-report-end": (NOBODY, of_report),
    "audit": (MANAGER, at("/desk/audit/")),
    "status-desk": (MANAGER, at("/desk/status/")),
    "service-status": (MANAGER, of("service-status", pk=first(Service))),
    "outage-updates": (AGENT, of("outage-updates", pk=first(Outage))),
    "help": (NOBODY, at("/help/")),
    "help: found": (NOBODY, at("/help/?q=wachtwoord")),
    "help: nothing found": (NOBODY, at("/help/?q=bananenvlaai")),
    "help-category": (CUSTOMER, at("/help/about/inloggen/")),
    "help-article": (NOBODY, at("/help/wachtwoord-vergeten/")),
    "help-article: signed in": (CUSTOMER, at("/help/wachtwoord-vergeten/")),
    "fields": (MANAGER, at("/desk/fields/")),
    "field-new": (MANAGER, at("/desk/fields/new/")),
    "field-change": (MANAGER, of("field-change", pk=first(CustomField))),
    "field-rule": (
        MANAGER,
        of("field-rule", pk=lambda: _rule().field_id, number=lambda: _rule().pk),
    ),
    "field-rule-new": (MANAGER, of("field-rule-new", pk=first(CustomField))),
    "fields-preview": (MANAGER, at("/desk/fields/preview/?agreement=1&language=nl")),
    "report-as": (NOBODY, at("/report/as/van-vroeger/")),
    "report: signed in": (CUSTOMER, chosen_priority),
    "help-desk": (MANAGER, at("/desk/help/")),
    "help-new": (AGENT, at("/desk/help/new/")),
    "help-change": (MANAGER, of("help-change", pk=first(Article))),
    "help-version": (AGENT, of("help-version", pk=first(Article), number=lambda: 1)),
    "help-categories": (MANAGER, at("/desk/help/categories/")),
    "help-category-change": (MANAGER, of("help-category-change", pk=first(Category))),
    "outbox": (AGENT, of("outbox")),
    "outbox-mail": (AGENT, mail),
    "quarantine: nothing to decide": (AGENT, at("/desk/quarantine/")),
    "admin": (MANAGER, at("/admin/")),
    "admin: tickets": (MANAGER, at("/admin/tickets/ticket/")),
    "admin: verb": (MANAGER, admin_verb),
}
# Looked at in a story that leads to them, with more on them than the demonstration has.
ELSEWHERE = {
    "test_opinions": "opinion",
    "test_sign_in": """
        security account_reauthenticate account_change_password
        account_reset_password account_reset_password_done account_reset_password_from_key
        mfa_authenticate mfa_reauthenticate mfa_reauthenticate_webauthn mfa_login_webauthn
        mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes
        mfa_add_webauthn mfa_edit_webauthn mfa_remove_webauthn
    """,
    "test_queue": "start saved-views",
    "test_search": "search",
    "test_around": "preview merge split organisation",
    "test_composer": "canned canned-new canned-change",
    "test_automation": "macros macro-new automation automation-add automation-trigger",
    "test_notifications": "notifications notification-choices",
    "test_planning": """
        planning planning-release planning-live planning-schedule planning-add
    """,
    "test_board": "planning-board",
    "test_calculator": "calculator",
    "test_calendar_page": "calendar-year",
    "test_whatif": "what-if what-if-answer",
    "test_customers_files": "customers-exchange",
    "test_webhooks": "webhooks webhook-add webhook webhook-change webhook-delivery",
    "test_mailboxes": "mailboxes",
    "test_checks": """
        checks check check-add check-change
        backups backup backup-add backup-change backup-month our-backups
    """,
    "test_set_aside": "quarantine-mail",
    "test_widget": "widget-demonstration",
}
NO_FACE = {
    "another name of a page above, or only on the way to one": """
        home account_login mfa_index mfa_list_webauthn calendars sign-in-link set_language
        openid_connect_login openid_connect_callback socialaccount_login_cancelled status-preview
        brand-portal
    """,
    "a piece of a page": "notification-count planning-progress calendar-progress queue-filters",
    "a file, or a letter as it came, in a frame without scripts": """
        attachment picture help-picture message-original quarantine-raw evidence-json evidence-pdf
        edition-export what-if-csv customers-export report-csv credits-export
        breach-report-csv breach-report-xlsx breach-report-pdf audit-csv monthly-file
        our-report-file announcement-letter
        backup-month-csv our-backups-csv updates-csv our-maintenance-ics
        mfa_download_recovery_codes brand-letter brand-look brand-cover brand-logo brand-icon
        brand-colours
    """,
    "for programs": """
        status-feed status-badge status-api help-feed help-sitemap help-suggest
        maintenance-feed ping ping-said
        healthz readyz health mail-posted widget widget-script ticket-canned colleagues push-worker
        worker portal-manifest desk-manifest
    """,
}


def test_every_page_with_a_face_is_looked_at() -> None:
    client = signed_in(Role.ADMIN)
    known = {name.partition(":")[0] for name in PAGES} - {"admin"}
    for story in ELSEWHERE:
        told = (Path(__file__).parent / f"{story}.py").read_text()
        assert re.search(r"has_no_faults\(|what_axe_finds\(", told), f"{story} runs no axe"
    for names in (*ELSEWHERE.values(), *NO_FACE.values()):
        assert not known & set(names.split())
        known |= set(names.split())
    others = {name: address for name, address in addresses() if name not in known}
    assert [name for name in others if client.get(others[name]).status_code != 405] == []
    assert sorted(known - {name for name, _address in addresses()}) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_accessibility_faults_and_fits_a_telephone(
    name: str, page: Page, served: Served
) -> None:
    who, go = PAGES[name]
    served.sign_in(page.context, who)
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    go(page, served.url)
    page.wait_for_load_state()

    has_no_faults(page)


# Without axe: it sets style attributes of its own on what Django's form scripts have hidden.
@pytest.mark.parametrize("path", ADMIN_FORMS)
def test_admin_form_opens_without_errors_and_fits_a_telephone(
    path: str, page: Page, served: Served
) -> None:
    served.sign_in(page.context, MANAGER)
    admin_first(path)(page, served.url)
    page.wait_for_load_state()
    assert page.get_by_role("heading", level=1).is_visible()
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

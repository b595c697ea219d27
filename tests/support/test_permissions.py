"""Who may open what: every address that has a name stands in a table, with the least who may."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from enum import IntEnum
from typing import cast
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from support import desk
from support.demo import story
from tests import every_column, people
from tests.people import words
from tickets.models import Attachment, Channel, Kind, Message, Role, Ticket, User

pytestmark = [pytest.mark.django_db, pytest.mark.long]


class Least(IntEnum):
    """The least that somebody must be."""

    ANYBODY = 0
    CUSTOMER = 1
    AGENT = 2
    LEAD = 3
    MANAGER = 4
    ADMIN = 5
    NOBODY = 6


# Nobody, and then each role.
VISITORS = ("", Role.CUSTOMER, Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN)
TABLE = {
    Least.ANYBODY: """
        healthz readyz health home report report-as thanks set_language sign-out
        sign-in account_login mfa_login_webauthn mfa_authenticate account_inactive sign-in-link
        account_reset_password account_reset_password_done account_reset_password_from_key
        account_reset_password_from_key_done openid_connect_login openid_connect_callback
        socialaccount_login_cancelled
        maintenance-feed ping ping-said mail-posted widget-script widget widget-report push-worker
        opinion brand-colours brand-icon brand-logo
        status status-feed status-badge status-api
        help help-feed help-sitemap help-suggest help-opened help-picture help-category
        help-article help-vote
        status-subscribe status-confirm status-unsubscribe regular-report-end
        announcement-read announcement-leave
        portal-manifest desk-manifest worker offline sign-in-ask sign-in-asked
    """,
    Least.CUSTOMER: """
        help-follow status-leave
        my-tickets my-ticket my-ticket-solved our-people our-people-change our-people-invite
        our-people-left our-people-rules our-agreement our-agreement-edition
        attachment message-original picture
        our-services our-service claim-afterwards our-backups our-backups-csv status-mine
        our-maintenance our-maintenance-feed our-maintenance-ics
        our-reports our-report our-report-file
        announcements announcement announcements-mailed
        our-overview our-overview-list my-push my-push-on my-push-off my-push-try
        security mfa_index mfa_list_webauthn account-language sessions-end session-end
        account_change_password account_set_password account_reauthenticate mfa_reauthenticate
        mfa_reauthenticate_webauthn mfa_activate_totp mfa_deactivate_totp
        mfa_view_recovery_codes mfa_generate_recovery_codes mfa_download_recovery_codes
        mfa_add_webauthn mfa_edit_webauthn mfa_remove_webauthn
    """,
    Least.AGENT: """
        find-page
        queue queue-filters start search search-forget saved-views saved-view queue-columns bulk
        bulk-undo
        ticket answer note draft undo-answer send-answer ticket-canned presence verb replay
        preview merge split contact-change contact-merge
        organisation organisation-note organisation-agreement organisation-edition
        evidence-json evidence-pdf colleagues canned canned-new canned-change canned-delete
        phone planning planning-board planning-board-move planning-plan planning-progress
        services service outage-list outage claim outage-answer ticket-outage
        status-desk outage-updates
        maintenance-list maintenance-announce maintenance updates updates-csv update-decide
        outbox outbox-mail
        quarantine quarantine-mail quarantine-raw quarantine-retry quarantine-decide calculator
        components
        calendars calendar-year calendar-progress widget-demonstration
        notifications notification-count notifications-seen notification-choices
        push-on push-off push-try
        help-desk help-new help-change help-version help-restore
        macro-run macros macro-new macro-change macro-delete automation automation-trigger
    """,
    Least.LEAD: """
        report-breaches report-tickets report-csv cockpit cockpit-tickets patterns opinions
        breach-report breach-report-csv breach-report-xlsx breach-report-cause
        breach-report-pdf
        saved-reports saved-report regular-reports regular-report-stop
        announcements-desk announcement-desk announcement-letter
        help-publish help-withdraw help-categories help-category-change
        fields field-new field-change field-move field-remove fields-preview
        field-rule-new field-rule field-rule-remove
    """,
    Least.MANAGER: """
        monthly monthly-make monthly-report monthly-rows monthly-issue monthly-remake
        monthly-drop monthly-file
        announcement-new announcement-change announcement-try announcement-plan
        announcement-hold announcement-drop
        correct-edition customers-exchange customers-export
        planning-release planning-live planning-schedule planning-add
        mailboxes mailbox-read mailbox-try calendar-day calendar-choices
        brands brand-new brand brand-reach brand-version brand-show brand-portal brand-letter
        brand-cover brand-look brand-letters brand-text brand-text-restore
        webhooks webhook-add webhook webhook-change webhook-switch webhook-secret webhook-test
        webhook-delivery webhook-again webhook-remove
        automation-add automation-change automation-switch automation-remove
        agreements edition-draft edition edition-announce edition-export
        credits credit-decide credits-export credit-negligence credits-billed
        service-status status-preview
        what-if what-if-answer what-if-csv
        checks check check-add check-change check-switch
        backups backup backup-add backup-change backup-switch backup-month backup-month-csv
        audit audit-csv
    """,
}
LEAST = {name: least for least, names in TABLE.items() for name in names.split()}
# Programs come to these with a token, and tests/api asks who may.
WITH_TOKENS = "api/v1/"
GIVEN = {
    "reference": "T-1",
    "day": "2026-12-25",
    "year": 2026,
    "pk": 1,
    "number": 1,
    "version": 1,
    "uidb36": "1",
    "key": "dialog",
    "slug": "x",
    "kind": "reply",
    "provider": "postmark",
    "colour": "21468b",
    "initial": "W",
    "letter": "confirmation",
    "language": "nl",
    "scheme": "dark",
}


def patterns(
    resolver: URLResolver | None = None, before: str = ""
) -> Iterator[tuple[URLPattern, str]]:
    """Every pattern with its path, but for the admin's and those of programs."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not path.startswith(("admin/", WITH_TOKENS)):
                yield from patterns(pattern, path)
        elif not path.startswith("admin/"):
            yield pattern, path


def addresses() -> Iterator[tuple[str, str]]:
    """Each of them with its name, as an address."""
    for pattern, path in patterns():
        yield _name(pattern, path), _address(pattern)


def _name(pattern: URLPattern, path: str) -> str:
    assert pattern.name, f"{path} has no name"
    return pattern.name


def _address(pattern: URLPattern) -> str:
    asked = pattern.pattern.converters
    return reverse(pattern.name or "", kwargs={name: GIVEN.get(name, "x") for name in asked})


def signed_in(role: str) -> Client:
    """A browser in which somebody of that role is signed in; nobody if it is empty."""
    client = Client(raise_request_exception=False)
    if role == Role.CUSTOMER:
        carla = User.objects.create_user("carla@school.example", "geheim-woord", name="Carla")
        client.force_login(carla)
    elif role:
        user = people.agent(role.title(), role)
        user.set_password("geheim-woord")  # to be asked for, before a lock is changed
        user.save()
        client.force_login(user)
    return client


def outcome(client: Client, method: str, address: str) -> str:
    """What became of it: refused, sent to the sign-in page, or allowed, whatever came then."""
    answer = getattr(client, method)(address)
    if answer.status_code == 403:
        return "refused"
    where = urlsplit(answer.get("Location", ""))
    if where.path == reverse("sign-in") and where.query.startswith("next="):
        return "sign in"
    return "broken" if answer.status_code == 500 else "allowed"


def test_every_address_stands_in_the_table() -> None:
    named = {name for name, _address in addresses()}
    assert sorted(named - LEAST.keys()) == []
    assert sorted(LEAST.keys() - named) == []


@pytest.mark.parametrize("role", VISITORS)
def test_each_may_open_what_the_table_says_and_nothing_else(role: str) -> None:
    client = signed_in(role)
    rank = VISITORS.index(role)
    faults = {}
    for name, address in addresses():
        if name in {"sign-out", "mail-posted"}:
            continue  # ends what is tested; has a secret of its own
        least = LEAST[name]
        denied = "refused" if role else "sign in"
        expected = "allowed" if rank >= least else denied
        for method in ("get", "post"):
            if method == "post" and rank >= least:
                continue  # what is allowed is tested where it is done
            found = outcome(client, method, address)
            if found != expected:
                faults[f"{method} {name}"] = f"{found}, expected {expected}"
    assert faults == {}


@pytest.mark.parametrize("change", [every_column.fill, every_column.empty])
def test_no_page_breaks_on_a_column_that_is_filled_or_empty(
    change: Callable[[], dict[str, int]],
) -> None:
    every_column.lay()
    visitors = [User.objects.get(email=email) for email in (story.MANAGER, story.CUSTOMER)]
    found = change()
    assert {column for column, rows in found.items() if not rows} == set()
    for user in visitors:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        assert broken(client) == {}


def broken(client: Client) -> dict[str, int]:
    """The addresses that answer with a fault when somebody looks at what there is."""
    faults = {}
    for address in every_shown():
        answer = client.get(address)
        if answer.status_code == 500:
            faults[address] = answer.status_code
        if answer.streaming:
            b"".join(cast("Iterable[bytes]", answer))  # read to its end, the file is closed
    return faults


def every_shown() -> Iterator[str]:
    """Every address with what the house has for it, and of the admin each list and a row of it."""
    for pattern, _path in patterns():
        name = pattern.name or ""
        if name not in {"sign-out", "mail-posted"}:
            for given in every_column.asked(name, set(pattern.pattern.converters)):
                yield reverse(name, kwargs=given)
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{place}_changelist")
        row = model._base_manager.order_by("pk").first()
        if row is not None:
            yield reverse(f"{place}_change", args=[row.pk])


# What each may keep in the admin. Everybody of the desk may look at everything.
KEEPERS = {
    "support.apitoken": Least.ADMIN,
    "tickets.user": Least.ADMIN,
    "tickets.team": Least.ADMIN,
    "sla.reportrule": Least.MANAGER,
    "support.mailbox": Least.MANAGER,
    "support.widgetsite": Least.MANAGER,
    "support.cause": Least.MANAGER,
    "support.causerule": Least.MANAGER,
    "support.opinionrule": Least.MANAGER,
    "support.keptgoal": Least.MANAGER,
    "tickets.customfield": Least.MANAGER,
    "tickets.organisation": Least.MANAGER,
    "tickets.contact": Least.AGENT,
    "sla.agreement": Least.MANAGER,
    "sla.edition": Least.MANAGER,
    "sla.calendar": Least.MANAGER,
    "sla.calendarday": Least.MANAGER,
    "sla.release": Least.MANAGER,
    "sla.releaseschedule": Least.MANAGER,
    "sla.service": Least.MANAGER,
    "sla.contract": Least.MANAGER,
    "sla.credit": Least.NOBODY,
    "tickets.ticket": Least.NOBODY,
    "tickets.message": Least.NOBODY,
    "tickets.ticketevent": Least.NOBODY,
    "tickets.tag": Least.NOBODY,
    "tickets.organisationnote": Least.NOBODY,
    "support.automationrun": Least.NOBODY,
    "support.alertnotice": Least.NOBODY,
    "support.editionnotice": Least.NOBODY,
    "sla.clock": Least.NOBODY,
    "sla.coverage": Least.NOBODY,
    "sla.auditrun": Least.NOBODY,
    "support.incomingmail": Least.NOBODY,
    "support.outgoingmail": Least.NOBODY,
    "sla.alert": Least.NOBODY,
    "sla.check": Least.NOBODY,
    "sla.backupjob": Least.NOBODY,
    "sla.ping": Least.NOBODY,
    "sla.maintenance": Least.NOBODY,
    "sla.updatedecision": Least.NOBODY,
    "sla.outage": Least.NOBODY,
    "sla.claim": Least.NOBODY,
    "support.subscriber": Least.NOBODY,
}


@pytest.mark.parametrize("role", [role for role in VISITORS if role])
def test_each_keeps_in_the_admin_what_the_table_says(role: str) -> None:
    request = RequestFactory().get("/admin/")
    request.user = (
        people.agent(role.title(), role)
        if role != Role.CUSTOMER
        else User.objects.create_user("carla@school.example", name="Carla")
    )
    rank = VISITORS.index(role)
    kept = {
        model._meta.label_lower
        for model, held in admin.site._registry.items()
        if held.has_change_permission(request) or held.has_add_permission(request)
    }
    assert kept == {label for label, least in KEEPERS.items() if rank >= least}
    assert {model._meta.label_lower for model in admin.site._registry} == KEEPERS.keys()


@pytest.mark.parametrize("role", VISITORS)
def test_the_admin_opens_for_the_desk_alone(role: str) -> None:
    client = signed_in(role)
    opened = client.get("/admin/tickets/ticket/", follow=True)
    if VISITORS.index(role) >= Least.AGENT:
        assert opened.status_code == 200
        assert not opened.redirect_chain
    elif role:
        assert opened.status_code == 403
    else:
        assert urlsplit(opened.redirect_chain[-1][0]).path == reverse("sign-in")


def test_the_menu_shows_the_report_to_leads_and_agreements_to_managers() -> None:
    shown = {}
    for role in (Role.AGENT, Role.LEAD, Role.MANAGER):
        page = signed_in(role).get(reverse("queue")).content.decode()
        shown[role] = (reverse("report-breaches") in page, reverse("agreements") in page)
    assert shown == {
        Role.AGENT: (False, False),
        Role.LEAD: (True, False),
        Role.MANAGER: (True, True),
    }


@pytest.fixture
def theirs() -> Ticket:
    """A ticket of another customer, with a file and a message of their own."""
    dora = people.contact(people.organisation("Bakker"), "Dora")
    ticket = desk.open_ticket(
        people.reporter(dora),
        words("Geheim van de bakker"),
        subject="Recept",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
        at=datetime(2026, 5, 20, 8, tzinfo=UTC),
    )
    message = ticket.messages.order_by("pk").first()
    assert message is not None
    Attachment.objects.create(
        message=message,
        file=ContentFile(b"deeg", name="recept.txt"),
        name="recept.txt",
        size=4,
        content_type="text/plain",
        sha256="0" * 64,
    )
    return ticket


def test_a_customer_reaches_nothing_of_another_customer(theirs: Ticket) -> None:
    carla = people.contact(people.organisation("School"), "Carla")
    carla.user = User.objects.create_user("carla@school.example", name="Carla")
    carla.save()
    client = Client()
    client.force_login(carla.user)
    message, file = theirs.messages.order_by("pk").first(), Attachment.objects.get()
    assert message is not None
    closed = [
        reverse("my-ticket", args=[theirs.reference]),
        reverse("attachment", args=[file.pk, file.name]),
        reverse("message-original", args=[message.pk]),
        reverse("picture", args=[file.pk]),
    ]
    assert [client.get(address).status_code for address in closed] == [404] * 4
    before = Message.objects.count()
    answer = client.post(closed[0], {"text": "Ik ook"})
    assert (answer.status_code, Message.objects.count()) == (404, before)
    assert "Recept" not in client.get(reverse("my-tickets")).content.decode()
    open_to_agents = Client()
    open_to_agents.force_login(people.agent())
    file_answer = open_to_agents.get(closed[1])
    assert file_answer.status_code == 200
    file_answer.close()


def test_a_role_that_nobody_knows_can_not_be_stored() -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        User.objects.create_user("x@x.example", name="X", role="owner")


@pytest.mark.parametrize(
    ("role", "agent", "lead", "manager"),
    [
        (Role.CUSTOMER, False, False, False),
        (Role.AGENT, True, False, False),
        (Role.LEAD, True, True, False),
        (Role.MANAGER, True, True, True),
        (Role.ADMIN, True, True, True),
    ],
)
def test_each_role_can_do_what_the_one_before_it_can(
    role: str, agent: bool, lead: bool, manager: bool
) -> None:
    user = User(role=role)
    assert (user.is_agent, user.is_lead, user.is_manager) == (agent, lead, manager)
    user.is_active = False
    assert (user.is_agent, user.is_lead, user.is_manager) == (False, False, False)

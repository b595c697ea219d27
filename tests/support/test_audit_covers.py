"""Nothing that changes what the house does is missing from the log: every table, every address,
every form of the admin and the API stands in a list, and is tried.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from django.utils import timezone

from sla.models import Calendar, Contract, Credit, Release, Service, Target
from support.announcements.models import Announcement
from support.api.tokens import make_token
from support.articles.models import Article, Category
from support.audit.middleware import ONE_MESSAGE
from support.audit.models import AuditEntry
from support.audit.watching import NOT_WATCHED, WATCHED, all_watched
from support.automation.models import Trigger
from support.customers import exporting
from support.demo import story
from support.notifications.push.models import PushSubscription
from support.regular.leaving import leaving_address
from support.regular.models import RegularReport
from support.reports.models import SavedReport
from support.webhooks.models import Webhook, WebhookDelivery
from tests import every_column, people
from tests.filled_in import form_of, sent
from tests.push_browser import BrowserKeys
from tests.support.test_permissions import KEEPERS, LEAST, Least, patterns
from tickets.models import (
    Brand,
    BrandFace,
    Contact,
    CustomField,
    Organisation,
    Role,
    Ticket,
    TicketEvent,
    User,
)

pytestmark = pytest.mark.django_db

TOMORROW = "2099-06-10"


def _first(model: type[Model]) -> Callable[[], int]:
    """The number of one of them, asked when there is a house."""
    return lambda: int(model._base_manager.earliest("pk").pk)


# What each address is sent: what is typed over what stands in the form; "page" is where that form
# is, if not at the address; what is called like a part of the address goes into it.
AUDITED: dict[str, dict[str, Any]] = {
    "saved-views": {"name": "Van mij", "whose": "own"},
    "saved-view": {"name": "Anders"},
    "notification-choices": {"hour": "11"},
    "organisation-note": {"text": "Belt graag 's ochtends"},
    "contact-change": {"name": "Karel Anders", "number": ""},
    "brand-new": {"name": "Nieuw merk"},
    "brand": {"name": "Andere naam"},
    "brand-reach": {"hosts": "help.nieuw.example"},
    "brand-show": {},
    "brand-text": {"subject": "Binnen"},
    "brand-text-restore": {},
    "canned-new": {"title": "Dag", "body": "Dag allemaal", "scope": "own", "language": "nl"},
    "canned-change": {"title": "Anders"},
    "canned-delete": {},
    "field-new": {"name": "Nieuw", "kinds": ["wish"], "type": "text"},
    "field-change": {"name": "Anders"},
    "field-move": {"way": "down"},
    "field-remove": {},
    "field-rule-new": {"does": "show", "kinds": ["incident"]},
    "field-rule": {"kinds": ["setting"]},
    "field-rule-remove": {},
    "macro-new": {"title": "Los op", "scope": "own", "step-0-verb": "note", "step-0-text": "Zo"},
    "macro-change": {"title": "Anders"},
    "macro-delete": {},
    "automation-add": {
        "name": "Nieuw",
        "position": "7",
        "events": ["opened"],
        "match": "all",
        "step-0-verb": "tag",
        "step-0-value": "x",
        "step-0-text": "x",
    },
    "automation-change": {"name": "Anders"},
    "automation-switch": {"to": "off"},
    "automation-remove": {},
    "planning-release": {"do": "skip"},
    "planning-schedule": {"every_weeks": "4", "do": "save"},
    "planning-add": {"name": "R9", "planned_at": f"{TOMORROW}T06:00", "kind": "planned"},
    "saved-reports": {"name": "Te laat", "scope": "own", "of": "period=month"},
    "saved-report": {},
    "regular-reports": {"report": "cockpit", "rhythm": "daily"},
    "regular-report-stop": {},
    "regular-report-end": {},
    "edition-draft": {},
    "edition-announce": {},
    "calendar-day": {"what": "closed", "name": "Kerstavond"},
    "calendar-choices": {"liberation_day": "always", "good_friday": "no"},
    "credit-decide": {"verdict": "refuse", "reason": "Geen schade"},
    "webhook-add": {"name": "Nieuw", "url": "https://1.1.1.1/", "events": ["ticket.opened"]},
    "webhook-change": {"name": "Anders", "url": "https://1.1.1.1/"},
    "webhook-switch": {"to": "off"},
    "webhook-secret": {},
    "webhook-remove": {},
    "check-add": {"name": "Nieuw", "targets": "https://1.1.1.1/", "service": _first(Service)},
    "check-change": {"name": "Anders"},
    "check-switch": {"to": "off"},
    "backup-add": {"name": "Nieuw", "destination": "ver weg", "service": _first(Service)},
    "backup-change": {"name": "Anders"},
    "backup-switch": {"to": "off"},
    "service-status": {"public": "on", "name": "Openbaar", "place": "3"},
    "help-new": {
        "title_nl": "Nieuw",
        "body_nl": "Tekst",
        "readers": "everybody",
        "category": _first(Category),
    },
    "help-change": {"title_nl": "Anders"},
    "help-publish": {"version": "1"},
    "help-withdraw": {},
    "help-restore": {},
    "help-categories": {"name_nl": "Nieuw", "slug": "nieuw", "place": "9"},
    "help-category-change": {"name_nl": "Anders"},
    "announcement-new": {"about": "news", "whom": "everybody", "title_nl": "A", "body_nl": "B"},
    "announcement-change": {"title_nl": "Anders"},
    "announcement-plan": {"seen": "1"},
    "announcement-hold": {},
    "announcement-drop": {},
    "account-language": {"language": "en"},
    "sessions-end": {},
}
# Each with why the log is silent.
IN_TICKET = "a verb on a ticket, which stands in its history"
LEDGER = "stands in the ledger of outages and maintenance, with who did it"
ISSUED = "makes or issues a report, which is kept for good with who did it"
SELF = "one's own screen or draft, and nobody else's"
READER = "a reader or a customer writes: it becomes a ticket, a vote or an address of a letter"
MACHINE = "a machine of ours or of theirs calls: it changes no setting"
ELSEWHERE = "tried by itself below"
QUIET: dict[str, str] = {
    **dict.fromkeys(
        (
            *(
                "my-ticket",
                "my-ticket-solved",
                "macro-run",
                "bulk",
                "bulk-undo",
                "answer",
                "note",
                "undo-answer",
            ),
            *("send-answer", "verb", "merge", "split", "correct-edition", "phone", "planning-plan"),
            *("planning-board-move", "planning-live", "breach-report-cause", "quarantine-retry"),
            *("quarantine-decide", "ticket-outage"),
        ),
        IN_TICKET,
    ),
    **dict.fromkeys(
        (
            *("service", "outage-answer", "claim", "claim-afterwards", "maintenance-announce"),
            *("maintenance", "update-decide", "outage-updates"),
        ),
        LEDGER,
    ),
    **dict.fromkeys(
        (
            *("draft", "presence", "preview", "queue-columns", "search-forget", "set_language"),
            *(
                "notifications-seen",
                "push-try",
                "announcement-try",
                "my-push-try",
                "what-if",
                "ticket-canned",
                "replay",
            ),
        ),
        SELF,
    ),
    **dict.fromkeys(
        (
            *(
                "report",
                "report-as",
                "help-follow",
                "status-leave",
                "widget",
                "widget-report",
                "help-opened",
                "help-vote",
                "opinion",
            ),
            *("status-subscribe", "status-confirm", "status-unsubscribe", "account_reset_password"),
            *("announcement-read", "announcement-leave", "announcements-mailed", "announcement"),
        ),
        READER,
    ),
    **dict.fromkeys(
        ("mail-posted", "ping", "ping-said", "mailbox-read", "mailbox-try"),
        MACHINE,
    ),
    **dict.fromkeys(("monthly-make", "monthly-issue", "monthly-remake", "monthly-drop"), ISSUED),
    **dict.fromkeys(
        (
            *(
                "our-maintenance-feed",
                "sign-in",
                "account_login",
                "sign-in-link",
                "sign-out",
                "contact-merge",
            ),
            *("customers-exchange", "session-end", "push-on", "push-off", "credit-negligence"),
            *("our-people-change", "our-people-invite", "our-people-left"),
            *("my-push", "my-push-on", "my-push-off", "our-people-rules", "sign-in-ask"),
            *("credits-billed", "webhook-test", "webhook-again", "mfa_login_webauthn"),
            *("mfa_authenticate", "openid_connect_login", "openid_connect_callback"),
            *("account_reset_password_from_key", "account_reauthenticate", "mfa_reauthenticate"),
            *("mfa_reauthenticate_webauthn", "account_change_password", "account_set_password"),
            *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"),
            *("mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
            "socialaccount_login_cancelled",
        ),
        ELSEWHERE,
    ),
}


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration with a row of everything, built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        every_column.lay()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def client(house: None) -> Client:
    """A manager's browser."""
    browser = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
    browser.force_login(User.objects.get(email=story.MANAGER))
    return browser


def last() -> int:
    """The number of the newest line."""
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def after(line: int) -> list[AuditEntry]:
    """What the log says since."""
    return list(AuditEntry.objects.filter(pk__gt=line).order_by("pk"))


def test_every_table_is_watched_or_says_why_not() -> None:
    tables = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    assert tables == WATCHED.keys() | NOT_WATCHED.keys()
    assert not WATCHED.keys() & NOT_WATCHED.keys()


def test_the_triggers_of_the_database_are_those_of_the_list() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger "
            "WHERE tgname = 'support_audit'"
        )
        found = dict(cursor.fetchall())
    expected = {
        apps.get_model(label)._meta.db_table: (arguments, when)
        for label, arguments, when in all_watched()
    }
    assert found.keys() == expected.keys()
    for table, (arguments, when) in expected.items():
        told = found[table]
        assert told.endswith(f"support_audit({', '.join(repr(each) for each in arguments)})"), table
        said = re.search(r"AFTER (.*) ON ", told)
        assert said is not None
        assert set(said[1].split(" OR ")) == set(when.split(" OR ")), table


def test_what_the_list_names_are_columns() -> None:
    for label, watched in WATCHED.items():
        columns = {field.attname for field in apps.get_model(label)._meta.concrete_fields}
        of = watched.of.partition(":")[2]
        named = {*watched.unheard.split(), *watched.masked.split(), watched.named, of} - {""}
        assert named <= columns, label


def test_what_is_sealed_or_hashed_is_never_shown() -> None:
    """Whoever adds a secret to a watched table has to say so."""
    secret = re.compile(r"(secret|password|token|sealed|sha256|_key$|^key$|auth$)")
    for label, watched in WATCHED.items():
        hidden = {*watched.masked.split(), *watched.unheard.split()}
        for field in apps.get_model(label)._meta.concrete_fields:
            harmless = (label, field.attname) in {
                *(("sla.agreement", "key"), ("sla.target", "key")),
                *(("support.widgetsite", "key"), ("support.mailbox", "token_url")),
            }
            if secret.search(field.attname) and not harmless:
                assert field.attname in hidden, (label, field.attname)


def names_that_take_posts() -> set[str]:
    """Every address whose view reads what is posted, or is a package's with a form."""
    found = set()
    for pattern, _path in patterns():
        view = inspect.unwrap(pattern.callback)
        own = view.__module__.startswith(("support", "config"))
        if "POST" in inspect.getsource(view) or (not own and pattern.name in LEAST):
            found.add(pattern.name or "")
    return found


SHOWN_ONLY = {
    *("account_inactive", "account_reset_password_done", "account_reset_password_from_key_done"),
    *("mfa_view_recovery_codes", "mfa_download_recovery_codes"),
}
"""Of packages: pages without a form."""


def test_every_address_that_takes_something_is_in_the_log_or_says_why_not() -> None:
    known = AUDITED.keys() | QUIET.keys()
    assert sorted(names_that_take_posts() - known - SHOWN_ONLY) == []
    assert sorted(known - LEAST.keys()) == []
    assert not AUDITED.keys() & QUIET.keys()


def _draft_to_announce() -> dict[str, Any]:
    """A draft that changes something, from a day that can still be announced."""
    agreement = Contract.objects.earliest("pk").agreement
    drafts = agreement.editions.filter(announced_at=None)
    later = timezone.localdate(timezone.now() + timedelta(days=400))
    drafts.update(in_force_on=later)
    Target.objects.filter(edition__in=drafts, hours__isnull=False).update(hours=7)
    return {"key": agreement.key, "number": drafts.get().number}


def _session_elsewhere() -> dict[str, Any]:
    manager = User.objects.get(email=story.MANAGER)
    UserSession.objects.create(
        user=manager, ip="127.0.0.9", session_key="elders", user_agent="Firefox"
    )
    return {}


def _one(model: type[Model], **chosen: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"pk": model._base_manager.filter(**chosen).earliest("pk").pk}


def _coming_release() -> dict[str, Any]:
    coming = Release.objects.filter(planned_at__gt=timezone.now(), skipped_at=None, live_at=None)
    return {"pk": coming.earliest("pk").pk}


def _link_to_end() -> dict[str, Any]:
    address = leaving_address(RegularReport.objects.earliest("pk"))
    return {"token": address.rstrip("/").rpartition("/")[2]}


def _second_face() -> dict[str, Any]:
    """A version that customers don't see yet."""
    brand = Brand.objects.get(is_default=False)
    looks = {"name": "Straks", "colour": "#000000", "at": timezone.now()}
    BrandFace.objects.create(brand=brand, number=2, **looks)
    return {"pk": brand.pk, "number": 2}


def _of_the_second_brand(**more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"pk": Brand.objects.get(is_default=False).pk, **more}


_CONFIRMATION = {"letter": "confirmation", "language": "nl"}
PREPARED: dict[str, Callable[[], dict[str, Any]]] = {
    "brand": _of_the_second_brand(),
    "brand-reach": _of_the_second_brand(),
    "brand-show": _second_face,
    "brand-text": _of_the_second_brand(**_CONFIRMATION),
    "brand-text-restore": _of_the_second_brand(number=0, **_CONFIRMATION),
    "field-remove": _one(CustomField, values=None, looked_at_by=None),
    "regular-report-end": _link_to_end,
    "saved-report": _one(SavedReport, owner__email=story.MANAGER),
    "planning-release": _coming_release,
    "edition-announce": _draft_to_announce,
    "edition-draft": lambda: {"key": "diploc"},
    "calendar-day": lambda: {"pk": Calendar.objects.earliest("pk").pk, "day": "2099-12-24"},
    "sessions-end": _session_elsewhere,
    "credit-decide": _one(Credit, state=Credit.State.PROPOSED),
    "automation-remove": _one(Trigger, active=False),
    "webhook-remove": _one(Webhook, active=False),
    "help-publish": _one(Article),
    "announcement-change": _one(Announcement, send_at=None),
    "announcement-plan": _one(Announcement, send_at=None),
    "announcement-hold": _one(Announcement, send_at__isnull=False, begun_at=None),
    "announcement-drop": _one(Announcement, send_at=None),
}


def prepared(name: str) -> dict[str, Any]:
    """What an address is given, with what has to be there first."""
    if name in PREPARED:
        return PREPARED[name]()
    pattern = next(each for each, _path in patterns() if each.name == name)
    found = every_column.asked(name, set(pattern.pattern.converters))
    return found[0] if found else {}


def complaints(client: Client, answer: Any) -> list[str]:
    """What a page says is wrong."""
    if answer.status_code == 302:
        answer = client.get(answer["Location"])
    html = answer.content.decode()
    found = re.findall(
        r'class="(?:field-errors|form-errors|message|errorlist|errornote)[^"]*".*?</(?:ul|div|p)>',
        html,
        re.DOTALL,
    )
    return [re.sub(r"\s*<[^>]+>\s*", " ", each) for each in found]


@pytest.mark.parametrize("name", AUDITED)
def test_what_an_address_changes_stands_in_the_log(client: Client, name: str) -> None:
    given, where = AUDITED[name], prepared(name)
    typed = {key: value() if callable(value) else value for key, value in given.items()}
    address, before = reverse(name, kwargs=where), last()
    answer = sent(client, address, address, typed)
    lines = [line for line in after(before) if line.how == AuditEntry.How.PERSON]
    assert lines, (answer.status_code, complaints(client, answer))
    manager = User.objects.get(email=story.MANAGER)
    assert {line.who for line in lines} == {manager.pk}
    assert {line.address for line in lines} == {"127.0.0.1"}
    assert {line.kind for line in lines} <= {"added", "changed", "removed"}
    assert manager.name in client.get(reverse("audit")).content.decode()


def test_tables_brought_in_and_contacts_made_one_stand_in_the_log(client: Client) -> None:
    address, before = reverse("customers-exchange"), last()
    customer = Organisation.objects.create(name="Nieuwe School")
    heads = ";".join(next(iter(exporting.table("contacts"))))
    table = f"{heads}\nNieuwe School;Nora;nora@nieuw.example;;ja\n"
    file = SimpleUploadedFile("klanten.csv", table.encode(), content_type="text/csv")
    shown = client.post(address, {"file": file}).content.decode()
    client.post(address, form_of(shown, address, address))
    told = {(line.subject, line.name) for line in after(before)}
    assert told >= {("tickets.contact", "Nora"), ("tickets.contactaddress", "nora@nieuw.example")}
    one, other = (people.contact(customer, name) for name in ("Jan", "Jan Jansen"))
    before = last()
    client.post(reverse("contact-merge", args=[one.pk]), {"into": other.pk})
    gone = [line for line in after(before) if line.kind == "removed"]
    assert [(line.subject, line.name) for line in gone if line.subject == "tickets.contact"] == [
        ("tickets.contact", "Jan")
    ]


def test_what_a_customer_says_of_its_people_stands_in_the_log(client: Client) -> None:
    browser, account = Client(), User.objects.get(email=story.CUSTOMER)
    browser.force_login(account)
    keeper = Contact.objects.get(user=account)
    Contact.objects.filter(pk=keeper.pk).update(keeps_list=True)
    other = Contact.objects.exclude(pk=keeper.pk).filter(organisation=keeper.organisation)
    before, person = last(), other.earliest("pk")
    browser.post(reverse("our-people-change", args=[person.pk]), {"sees_all": "on"})
    invited = {"name": "Nieuw", "email": "nieuw@dialog-klant.example"}
    browser.post(reverse("our-people-invite"), invited)
    gone = Contact.objects.get(name="Nieuw")
    browser.post(reverse("our-people-left", args=[gone.pk]))
    browser.post(reverse("our-people-rules"), {"asks_opinion": "on"})
    Client().post(reverse("sign-in-ask"), {"email": account.email})
    lines = [(line.kind, line.subject) for line in after(before) if line.who == account.pk]
    assert ("changed", "tickets.contact") in lines
    assert ("added", "tickets.contact") in lines
    assert ("changed", "tickets.user") in lines
    assert ("changed", "tickets.organisation") in lines


def test_what_a_customer_wants_of_push_stands_in_the_log(client: Client) -> None:
    browser, account = Client(), User.objects.get(email=story.CUSTOMER)
    browser.force_login(account)
    before = last()
    browser.post(reverse("my-push"), {"answers": "on"})
    given = {"endpoint": "https://93.184.216.34/push/mine", **BrowserKeys().given()}
    browser.post(reverse("my-push-on"), given)
    on = PushSubscription.objects.get(user=account)
    browser.post(reverse("my-push-off", args=[on.pk]))
    lines = {(line.kind, line.subject) for line in after(before) if line.who == account.pk}
    assert ("added", "support.pushsubscription") in lines
    assert ("removed", "support.pushsubscription") in lines
    assert any(subject == "support.pushwish" for _kind, subject in lines)


def test_credits_sessions_browsers_and_calendars_stand_in_the_log(client: Client) -> None:
    manager = User.objects.get(email=story.MANAGER)
    month = Credit.objects.exclude(state=Credit.State.PROPOSED).earliest("pk").month
    session = UserSession.objects.create(
        user=manager, ip="127.0.0.9", session_key="elders", user_agent="Firefox"
    )
    browser = manager.push_subscriptions.earliest("pk").pk
    sent = WebhookDelivery.objects.earliest("pk")
    for name, args, typed, expected in (
        ("session-end", [session.pk], {}, ("removed", "usersessions.usersession")),
        ("push-off", [browser], {}, ("removed", "support.pushsubscription")),
        ("credits-billed", [], {"month": f"{month:%Y-%m}"}, ("changed", "sla.credit")),
        ("webhook-test", [sent.webhook_id], {}, ("done", "support.webhook")),
        ("webhook-again", [sent.webhook_id, sent.pk], {}, ("done", "support.webhook")),
    ):
        before = last()
        client.post(reverse(name, args=args), typed)
        told = {(line.kind, line.subject) for line in after(before)}
        assert expected in told, name
    customer = Client()
    customer.force_login(User.objects.get(email=story.CUSTOMER))
    before = last()
    customer.post(reverse("our-maintenance-feed"))
    [line] = after(before)
    assert (line.subject, line.changes["key"]) == ("support.maintenancefeed", None)


@pytest.mark.parametrize("name", ["note", "verb"])
def test_a_verb_on_a_ticket_stands_in_its_history_instead(client: Client, name: str) -> None:
    ticket = Ticket.objects.active().exclude(organisation=None).latest("pk")
    given = {
        "note": ({"reference": ticket.reference}, {"text": "Gebeld"}),
        "verb": ({"reference": ticket.reference, "name": "tag"}, {"name": "haast"}),
    }
    where, typed = given[name]
    before = TicketEvent.objects.filter(ticket=ticket).count()
    client.post(reverse(name, kwargs=where), typed)
    assert TicketEvent.objects.filter(ticket=ticket).count() > before


def test_a_page_that_only_shows_writes_nothing_of_the_house(client: Client) -> None:
    """Also when something is posted to it."""
    known = AUDITED.keys() | QUIET.keys()
    wrote = {}
    for pattern, _path in patterns():
        name = pattern.name or ""
        if name in known or name in SHOWN_ONLY or name == "sign-out":
            continue
        for where in every_column.asked(name, set(pattern.pattern.converters))[:1]:
            before = last()
            client.post(reverse(name, kwargs=where), {"name": "Anders"})
            lines = [line for line in after(before) if line.kind != "exported"]
            if lines:
                wrote[name] = lines
    assert wrote == {}


def test_every_file_that_leaves_stands_in_the_log(client: Client) -> None:
    """A ticket's own mails and attachments aside."""
    left = {}
    for pattern, _path in patterns():
        name = pattern.name or ""
        for where in every_column.asked(name, set(pattern.pattern.converters))[:1]:
            if name in QUIET and name != "evidence-pdf":
                continue
            before = last()
            answer = client.get(reverse(name, kwargs=where), {"month": "2026-11"})
            if answer.get("Content-Disposition", "").startswith("attachment"):
                left[name] = [line.kind for line in after(before)][-1:]
    quiet = {name for name, kinds in left.items() if kinds != ["exported"]}
    assert quiet <= ONE_MESSAGE
    assert left.keys() >= {
        *("report-csv", "breach-report-csv", "breach-report-xlsx", "customers-export"),
        *("credits-export", "backup-month-csv", "updates-csv", "edition-export", "evidence-pdf"),
        *("audit-csv", "our-backups-csv"),
    }


def test_every_form_of_the_admin_stands_in_the_log(client: Client) -> None:
    ada = people.agent("Ada", Role.ADMIN)
    client.force_login(ada)
    silent = {}
    for label in (label for label, least in KEEPERS.items() if least != Least.NOBODY):
        assert label in WATCHED, label
        model = apps.get_model(label)
        row = model._base_manager.order_by("-pk").first()
        if row is None:
            continue
        held = admin.site._registry[model]
        request = RequestFactory().get("/")
        request.user = ada
        place = f"admin:{label.replace('.', '_')}"
        address, before = reverse(f"{place}_change", args=[row.pk]), last()
        with transaction.atomic():
            if held.has_delete_permission(request, row):
                client.post(reverse(f"{place}_delete", args=[row.pk]), {"post": "yes"})
            lines = [(line.kind, line.who) for line in after(before)]
            transaction.set_rollback(True)
        if lines and ("removed", ada.pk) not in lines:
            silent[label] = lines
        del address
    assert silent == {}


@pytest.mark.parametrize(
    ("label", "typed", "column"),
    [
        ("tickets.team", {"name": "Tweede lijn"}, "name"),
        ("tickets.user", {"role": "manager"}, "role"),
        ("tickets.organisation", {"name": "Anders BV"}, "name"),
        ("tickets.customfield", {"name": "Maat"}, "name"),
        (
            "support.mailbox",
            {"name": "Post 2", "username": "x", "password": "nieuw-geheim"},
            "name",
        ),
        ("support.widgetsite", {"name": "App 2"}, "name"),
        ("support.cause", {"name_nl": "Nog anders"}, "name_nl"),
        ("support.keptgoal", {"effort": "80"}, "effort"),
        ("sla.agreement", {"name": "Anders"}, "name"),
        ("sla.calendar", {"name": "Anders"}, "name"),
        ("sla.service", {"name": "Anders"}, "name"),
        ("sla.contract", {"number": "C-9"}, "number"),
    ],
)
def test_what_the_admin_changes_stands_in_the_log(
    client: Client, label: str, typed: dict[str, str], column: str
) -> None:
    ada = people.agent("Ada", Role.ADMIN)
    client.force_login(ada)
    model = apps.get_model(label)
    row = model._base_manager.earliest("pk") if model._base_manager.exists() else model()
    if row.pk is None:
        row.pk = 1
        row.save()
    address, before = reverse(f"admin:{label.replace('.', '_')}_change", args=[row.pk]), last()
    answer = sent(client, address, address, typed)
    lines = [line for line in after(before) if line.subject == label]
    assert lines, complaints(client, answer)
    (line,) = lines
    assert (line.kind, line.who, line.how) == ("changed", ada.pk, "person")
    assert line.changes[column][1] == type(line.changes[column][1])(typed[column])
    if "password" in typed:
        assert line.changes["password"] is None
        assert "nieuw-geheim" not in str(AuditEntry.objects.filter(pk=line.pk).values())


def test_what_a_program_changes_stands_in_the_log_under_its_token(house: None) -> None:
    manager = User.objects.get(email=story.MANAGER)
    _token, text = make_token(
        manager, name="Koppeling", scopes=["read", "write"], now=timezone.now()
    )
    program = Client(headers={"Authorization": f"Bearer {text}"})
    customer = Organisation.objects.earliest("pk")
    before = last()
    body = {"name": "Petra", "organisation": customer.pk, "emails": ["petra@school.example"]}
    answer = program.post("/api/v1/contacts/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    contact = Contact.objects.get(name="Petra")
    program.patch(
        f"/api/v1/contacts/{contact.pk}/", {"name": "Petra P"}, content_type="application/json"
    )
    lines = [line for line in after(before) if line.subject == "tickets.contact"]
    assert [(line.kind, line.how, line.who) for line in lines] == [
        ("added", "token", manager.pk),
        ("changed", "token", manager.pk),
    ]
    assert "Koppeling" in lines[0].via
    # What comes after it on the same connection is nobody's.
    before = last()
    Organisation.objects.filter(pk=customer.pk).update(name="Door niemand")
    [line] = after(before)
    assert (line.how, line.who) == ("command", None)


WRITES_OF_THE_API = {
    "api/v1/contacts/": "the log, as is tried above",
    "api/v1/tickets/": IN_TICKET,
    "api/v1/calls/": IN_TICKET,
    "api/v1/outages/": LEDGER,
    "api/v1/maintenance/": LEDGER,
}
"""By how an address begins."""


def test_every_address_of_the_api_that_writes_is_in_a_log() -> None:
    found = {path for each in get_resolver().url_patterns for path in _api_writers(each, "")}
    assert len(found) > 20
    assert [path for path in found if not path.startswith((*WRITES_OF_THE_API,))] == []


def _api_writers(resolver: Any, before: str) -> Iterator[str]:
    path = before + str(resolver.pattern)
    for each in getattr(resolver, "url_patterns", ()):
        yield from _api_writers(each, path)
    view = getattr(getattr(resolver, "callback", None), "cls", None)
    writes = {"post", "put", "patch", "delete"} & set(dir(view)) if view else set()
    if path.startswith("api/v1/") and writes:
        yield path

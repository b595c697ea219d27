"""The pages of the desk as the menu names them, in groups; and by which other words people look
for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EVERYBODY, LEADS, MANAGERS, STAFF = "agent", "lead", "manager", "staff"


@dataclass(frozen=True)
class Entry:
    """A page of the menu.

    address: the name of its address. pages: names of the addresses that lie behind it. who: the
    least that somebody must be. words: what else it is called, or what is set there. key, go: its
    letters on the keyboard. wide: left out of the bar of a telephone.
    """

    address: str
    label: Any
    icon: str
    pages: tuple[str, ...] = ()
    who: str = EVERYBODY
    words: Any = ""
    key: str = ""
    go: str = ""
    wide: bool = False

    def is_of(self, here: str) -> bool:
        """Does that page lie behind it?"""
        return here in (self.address, *self.pages)


@dataclass(frozen=True)
class Group:
    """Entries that belong together, under a name that can be folded."""

    key: str
    label: Any
    entries: Sequence[Entry] = field(default_factory=tuple)


WORK = (
    Entry("start", _("Today"), "sun", key="h", go="s", words=_("home start first page")),
    Entry(
        "queue",
        _("Queue"),
        "inbox",
        pages=("ticket", "bulk", "saved-views"),
        key="w",
        go="q",
        words=_("tickets list views columns"),
    ),
    Entry("phone", _("Phone"), "phone", key="p", go="t", words=_("call report by telephone")),
    Entry("search", _("Search"), "search", go="z", wide=True, words=_("find tickets")),
    Entry(
        "planning",
        _("Planning"),
        "calendar-clock",
        pages=(
            *("planning-release", "planning-live", "planning-schedule"),
            *("planning-add", "planning-board"),
        ),
        key="l",
        go="p",
        words=_("releases board schedule wishes"),
    ),
)
FIGURES = Group(
    "figures",
    _("Figures"),
    (
        Entry(
            "cockpit",
            _("Cockpit"),
            "gauge",
            pages=("cockpit-tickets",),
            who=LEADS,
            go="c",
            words=_("dashboard risk load backlog"),
        ),
        Entry(
            "patterns",
            _("Patterns"),
            "trending-up",
            who=LEADS,
            words=_("heat map hours risk forecast staffing trends"),
        ),
        Entry(
            "report-breaches",
            _("Report"),
            "chart-column",
            pages=("report-tickets",),
            who=LEADS,
            go="r",
            words=_("month kept and breached CSV"),
        ),
        Entry(
            "monthly",
            _("Monthly reports"),
            "file-text",
            pages=("monthly-report", "monthly-rows"),
            who=MANAGERS,
            words=_("customer month PDF director issue approve"),
        ),
        Entry(
            "breach-report",
            _("Breaches"),
            "clock-alert",
            who=LEADS,
            words=_("missed promises causes saved reports XLSX"),
        ),
        Entry(
            "regular-reports",
            _("Reports by mail"),
            "send",
            who=LEADS,
            words=_("scheduled daily weekly monthly subscriptions"),
        ),
        Entry(
            "opinions",
            _("What customers say"),
            "message-circle-heart",
            who=LEADS,
            words=_("survey satisfaction CSAT opinions"),
        ),
    ),
)
SERVICES = Group(
    "services",
    _("Services"),
    (
        Entry(
            "services",
            _("Services"),
            "server",
            pages=("service", "claim"),
            go="d",
            words=_("availability months claims"),
        ),
        Entry(
            "outage-list",
            _("Outages"),
            "clock-alert",
            pages=("outage", "outage-answer"),
            go="u",
            words=_("down outage ledger"),
        ),
        Entry(
            "maintenance-list",
            _("Maintenance"),
            "wrench",
            pages=("maintenance", "maintenance-announce", "updates", "update-decide"),
            go="o",
            words=_("announce updates works"),
        ),
        Entry(
            "status-desk",
            _("Status page"),
            "megaphone",
            pages=("service-status", "outage-updates"),
            words=_("public subscribers"),
        ),
        Entry(
            "checks",
            _("Checks"),
            "activity",
            pages=("check", "check-add", "check-change"),
            who=MANAGERS,
            words=_("monitoring watch ping"),
        ),
        Entry(
            "backups",
            _("Backups"),
            "archive",
            pages=("backup", "backup-add", "backup-change", "backup-month"),
            who=MANAGERS,
            words=_("jobs nightly restore"),
        ),
        Entry(
            "credits",
            _("Credits"),
            "receipt-euro",
            who=MANAGERS,
            words=_("money billing discount invoice"),
        ),
    ),
)
AGREEMENTS = Group(
    "agreements",
    _("Agreements"),
    (
        Entry(
            "agreements",
            _("Agreements"),
            "handshake",
            pages=("edition", "edition-announce"),
            who=MANAGERS,
            words=_("SLA contract editions targets deadlines clauses promises"),
        ),
        Entry(
            "calendars",
            _("Calendars"),
            "calendar-days",
            pages=("calendar-year",),
            who=MANAGERS,
            words=_("holidays opening hours working days"),
        ),
        Entry(
            "what-if",
            _("What if"),
            "flask-conical",
            pages=("what-if-answer",),
            who=MANAGERS,
            words=_("simulate other terms"),
        ),
        Entry(
            "calculator", _("Calculator"), "calculator", words=_("working time deadline count days")
        ),
    ),
)
ANSWERS = Group(
    "answers",
    _("Answers"),
    (
        Entry(
            "announcements-desk",
            _("Announcements"),
            "newspaper",
            pages=("announcement-desk", "announcement-new", "announcement-change"),
            who=LEADS,
            words=_("news newsletter mailing to all customers rates edition"),
        ),
        Entry(
            "help-desk",
            _("Help centre"),
            "book-open",
            pages=(
                *("help-new", "help-change", "help-version"),
                *("help-categories", "help-category-change"),
            ),
            words=_("knowledge base articles FAQ"),
        ),
        Entry(
            "canned",
            _("Standard answers"),
            "message-square-text",
            pages=("canned-new", "canned-change"),
            words=_("canned replies templates"),
        ),
        Entry(
            "macros",
            _("Macros"),
            "list-checks",
            pages=("macro-new", "macro-change"),
            words=_("several steps at once"),
        ),
        Entry(
            "automation",
            _("Automation"),
            "zap",
            pages=("automation-trigger", "automation-add", "automation-change"),
            words=_("triggers rules by itself"),
        ),
    ),
)
MAIL = Group(
    "mail",
    pgettext_lazy("menu", "Mail"),
    (
        Entry(
            "quarantine",
            _("Set aside"),
            "mail-warning",
            pages=("quarantine-mail", "quarantine-decide"),
            words=_("quarantine spam unread mail"),
        ),
        Entry(
            "outbox",
            _("Outgoing mail"),
            "send",
            pages=("outbox-mail",),
            words=_("outbox sent letters"),
        ),
        Entry(
            "mailboxes",
            _("Mailboxes"),
            "mailbox",
            who=MANAGERS,
            words=_("IMAP incoming mail address"),
        ),
    ),
)
SETTINGS = Group(
    "settings",
    _("Settings"),
    (
        Entry(
            "brands",
            _("Brands"),
            "palette",
            pages=(
                *("brand", "brand-new", "brand-reach", "brand-version"),
                *("brand-letters", "brand-text"),
            ),
            who=MANAGERS,
            words=_("logo colour house style name address sender letters texts templates"),
        ),
        Entry(
            "fields",
            pgettext_lazy("menu", "Fields"),
            "text-cursor-input",
            pages=("field-new", "field-change", "field-rule-new", "field-rule", "fields-preview"),
            who=LEADS,
            words=_("custom fields form questions required rules preview"),
        ),
        Entry(
            "webhooks",
            _("Webhooks"),
            "webhook",
            pages=(
                *("webhook", "webhook-add", "webhook-change"),
                *("webhook-secret", "webhook-delivery"),
            ),
            who=MANAGERS,
            words=_("API other programs"),
        ),
        Entry(
            "audit",
            _("Audit log"),
            "history",
            who=MANAGERS,
            words=_("who changed what history sign-ins exports"),
        ),
        Entry(
            "admin:index",
            _("Administration"),
            "settings",
            who=STAFF,
            words=_("admin users teams roles tokens"),
        ),
    ),
)
GROUPS = (FIGURES, SERVICES, AGREEMENTS, ANSWERS, MAIL, SETTINGS)
OF_ONESELF = (
    Entry(
        "security",
        _("My account"),
        "shield-check",
        words=_("password passkey two steps sessions language"),
    ),
    Entry(
        "notifications",
        _("Notifications"),
        "bell",
        words=_("what I am told of mail push quiet hours"),
    ),
)
"""What is set for oneself: not in the menu, but found."""

"""A ticket: the present state of what somebody reported. Its history is the truth behind it."""

from __future__ import annotations

import re
from typing import ClassVar

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.addresses import AddressField
from tickets.models.people import Contact, Organisation, Team, User

REFERENCE = re.compile(r"(?i)^\s*(?:WD-?)?(\d{1,18})\s*$")


class Kind(models.TextChoices):
    """What is reported."""

    INCIDENT = "incident", pgettext_lazy("ticket kind", "Incident")
    QUESTION = "question", pgettext_lazy("ticket kind", "Question")
    WISH = "wish", pgettext_lazy("ticket kind", "Wish")
    SETTING = "setting", pgettext_lazy("ticket kind", "Setting")
    SUPPORT = "support", pgettext_lazy("ticket kind", "Support request")


class Priority(models.TextChoices):
    """The categories of Bijlage 1. The customer proposes, the provider decides (4.G)."""

    HIGH = "hoog", pgettext_lazy("priority", "High")
    MEDIUM = "middel", pgettext_lazy("priority", "Medium")
    LOW = "laag", pgettext_lazy("priority", "Low")


class Channel(models.TextChoices):
    """The way a report or message came in."""

    PHONE = "phone", pgettext_lazy("channel", "Phone")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    WEB = "web", pgettext_lazy("channel", "Web form")
    WIDGET = "widget", pgettext_lazy("channel", "Widget")
    API = "api", pgettext_lazy("channel", "API")
    MONITOR = "monitor", pgettext_lazy("channel", "Monitoring")


class Status(models.TextChoices):
    """Where a ticket stands."""

    NEW = "new", pgettext_lazy("status", "New")
    OPEN = "open", pgettext_lazy("status", "Open")
    WAITING = "waiting", pgettext_lazy("status", "Waiting for the customer")
    RESOLVED = "resolved", pgettext_lazy("status", "Solved")
    DECLINED = "declined", pgettext_lazy("status", "Not an incident")
    CLOSED = "closed", pgettext_lazy("status", "Closed")
    MERGED = "merged", pgettext_lazy("status", "Merged")


ACTIVE = (Status.NEW, Status.OPEN, Status.WAITING)


class Numbering(models.Model):
    """Whether this house leaves out ticket numbers (tickets.numbering): one row, as it began."""

    scattered = models.BooleanField()

    class Meta:
        verbose_name = _("numbering of tickets")
        verbose_name_plural = _("numberings of tickets")

    def __str__(self) -> str:
        return "scattered" if self.scattered else "in a row"


def number_of(reference: str) -> int | None:
    """The number in a reference such as WD-10423, if it is one."""
    match = REFERENCE.match(reference)
    return int(match[1]) if match else None


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Named questions about tickets."""

    def active(self) -> TicketQuerySet:
        """Those that still ask for work or an answer."""
        return self.filter(status__in=ACTIVE)

    def written_to_after(self) -> TicketQuerySet:
        """Done with, but the customer wrote since; somebody must say whether that reopens it."""
        return self.filter(wrote_after__isnull=False)

    def with_people(self) -> TicketQuerySet:
        """With whom a row in a list names."""
        return self.select_related("organisation", "contact", "assignee", "team")

    def by_reference(self, reference: str) -> TicketQuerySet:
        """The ticket that a reference such as WD-10423 names, if it names one."""
        number = number_of(reference)
        return self.none() if number is None else self.filter(pk=number)


class Ticket(models.Model):
    """What somebody reported. Only `tickets.history.record` writes its facts.

    The columns are the present; `version` counts the events behind them.
    answers_to: where the reporter asked for answers, if not at their own address. came_to: which
    of our addresses the report was mailed to, as it answers from there. brand: at whose own host
    the form stood that it was typed into.
    """

    subject = models.CharField(_("subject"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    proposed_priority = models.CharField(
        _("proposed priority"), max_length=8, choices=Priority, blank=True
    )
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, blank=True)
    priority_is_definitive = models.BooleanField(_("definitive"), default=False)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEW)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, verbose_name=_("team"))
    assignee = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("organisation"),
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("contact"),
    )
    reporter_name = models.CharField(_("reporter"), max_length=120, blank=True)
    reporter_email = AddressField(_("reporter's e-mail"), blank=True)
    reporter_proved = models.BooleanField(
        _("address proved"),
        default=False,
        help_text=_("Was it sure at the report that this address is the reporter's own?"),
    )
    answers_to = AddressField(_("answers go to"), blank=True, default="", db_default="")
    came_to = AddressField(_("came in at"), blank=True, default="", db_default="")
    brand = models.ForeignKey(
        "Brand",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("provider", "brand"),
    )
    reported_at = models.DateTimeField(_("reported"))
    updated_at = models.DateTimeField(_("last change"))
    wrote_after = models.DateTimeField(_("written to after closing"), null=True, blank=True)
    """When the customer wrote to what was done with, until somebody decides what that means."""
    version = models.PositiveIntegerField(default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            # The queue and "my tickets": only what is still open.
            models.Index(
                fields=["assignee", "team"],
                name="ticket_active",
                condition=models.Q(status__in=["new", "open", "waiting"]),
            ),
            # The queue: what has no deadline comes by its age, also from the end.
            models.Index(
                fields=["reported_at", "id"],
                name="ticket_active_age",
                condition=models.Q(status__in=["new", "open", "waiting"]),
            ),
            # The queue: what nobody knows yet whose it is.
            models.Index(
                fields=["reported_at", "id"],
                name="ticket_unknown",
                condition=models.Q(status="new", organisation__isnull=True),
            ),
            models.Index(fields=["organisation", "-reported_at"], name="ticket_organisation"),
            # Addresses are kept as they were written, and compared in one case: what customers see.
            models.Index(Upper("reporter_email"), name="ticket_reporter_upper"),
            # What was done with and was written to: few, and looked for all day.
            models.Index(
                fields=["wrote_after"],
                name="ticket_wrote_after",
                condition=models.Q(wrote_after__isnull=False),
            ),
            # The sweep: what changed a moment ago, in case its clocks were not read again.
            models.Index(fields=["updated_at"], name="ticket_updated"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="ticket_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=["", *Priority.values]),
                name="ticket_priority_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values), name="ticket_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    # Django's own make a dictionary of all choices for each call: a list of fifty asks 200 times.
    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """The kind in words."""
        return str(Kind(self.kind).label)

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """The status in words."""
        return str(Status(self.status).label)

    def get_priority_display(self) -> str:  # type: ignore[no-redef]
        """The priority in words, '' where there is none."""
        return str(Priority(self.priority).label) if self.priority else ""

    def get_channel_display(self) -> str:  # type: ignore[no-redef]
        """The channel in words."""
        return str(Channel(self.channel).label)

    @property
    def reference(self) -> str:
        """The number as people say it: WD-10423."""
        return f"WD-{self.pk}"

    @property
    def is_anybodys(self) -> bool:
        """Did it come by a form where anybody can give any address, and did nobody prove theirs?"""
        by_form = self.channel in (Channel.WEB, Channel.WIDGET)
        return by_form and bool(self.reporter_email) and not self.reporter_proved

    @property
    def is_own_finding(self) -> bool:
        """Did our own monitoring open it? Mail of other machines has a sender."""
        nobody = self.contact_id is None and not self.reporter_email
        return self.channel == Channel.MONITOR and nobody

    @property
    def is_active(self) -> bool:
        """Does it still ask for work or an answer?"""
        return self.status in ACTIVE

    @property
    def reporter(self) -> str:
        """Who reported it, as well as we know."""
        return self.reporter_name or self.reporter_email or str(_("unknown"))

"""What managers write to customers, whom it went to, and who has read it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sla.models import Agreement, Edition
from support.articles.in_two_languages import InTwoLanguages, english_whole
from support.mail.models import OutgoingMail, came_back
from tickets.models import Contact, Organisation, User

MOST_TEXT = 20_000


class Kind(models.TextChoices):
    """What it is about; only news can be left out of, the others are owed by contract."""

    NEWS = "news", pgettext_lazy("announcement", "news")
    RATES = "rates", pgettext_lazy("announcement", "change of rates")
    EDITION = "edition", pgettext_lazy("announcement", "new edition of an agreement")


class Whom(models.TextChoices):
    """Whose contacts it goes to."""

    EVERYBODY = "everybody", pgettext_lazy("announcement", "all customers")
    AGREEMENT = "agreement", pgettext_lazy("announcement", "customers under an agreement")
    ORGANISATION = "organisation", pgettext_lazy("announcement", "one organisation")


class State(models.TextChoices):
    """How far it is."""

    DRAFT = "draft", pgettext_lazy("announcement", "draft")
    PLANNED = "planned", pgettext_lazy("announcement", "planned")
    GOING = "going", pgettext_lazy("announcement", "is being sent")
    SENT = "sent", pgettext_lazy("announcement", "sent")


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Named questions about announcements."""

    def due(self, *, now: datetime) -> AnnouncementQuerySet:
        """Those whose moment has come, and of which not every letter is written."""
        return self.filter(send_at__lte=now, told_at=None).order_by("send_at", "pk")


class Announcement(InTwoLanguages):
    """Something that customers are told. Once it began to go out it never changes again, and the
    database refuses it (migration 0041): a correction is another one, which names it.

    agreement, organisation: whose contacts it goes to, where not all. edition, rates_from: the
    change that it is about; of rates, of `agreement` and from that day on. version: counts what was
    changed of the draft. send_at: when it goes; None, a draft. begun_at: since when it is fixed to
    whom it goes; told_at: since when all letters are written.
    """

    kind = models.CharField(_("about"), max_length=8, choices=Kind, default=Kind.NEWS)
    whom = models.CharField(_("goes to"), max_length=12, choices=Whom, default=Whom.EVERYBODY)
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreement"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    rates_from = models.DateField(null=True, blank=True)
    body_nl = models.TextField(_("text in Dutch"), max_length=MOST_TEXT)
    body_en = models.TextField(_("text in English"), max_length=MOST_TEXT, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    send_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(whom="everybody", agreement=None, organisation=None)
                | Q(whom="agreement", agreement__isnull=False, organisation=None)
                | Q(whom="organisation", agreement=None, organisation__isnull=False),
                name="announcement_to_one_circle",
            ),
            models.CheckConstraint(
                condition=Q(kind="news", edition=None, rates_from=None)
                | Q(kind="rates", whom="agreement", edition=None, rates_from__isnull=False)
                | Q(kind="edition", whom="agreement", edition__isnull=False, rates_from=None),
                name="announcement_about_one_change",
            ),
            english_whole("announcement_english_whole"),
            models.CheckConstraint(
                condition=Q(send_at=None, sent_by=None, begun_at=None)
                | Q(send_at__isnull=False, sent_by__isnull=False),
                name="announcement_goes_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(begun_at__isnull=False),
                name="announcement_told_after_begun",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["send_at"],
                name="announcement_due",
                condition=Q(send_at__isnull=False, told_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        """How far it is."""
        if self.send_at is None:
            return State.DRAFT
        if self.begun_at is None:
            return State.PLANNED
        return State.GOING if self.told_at is None else State.SENT

    @property
    def is_owed(self) -> bool:
        """Whether a contract says that it must be told: nobody can be left out of it."""
        return self.kind != Kind.NEWS

    @property
    def about(self) -> str:
        """What it is about, in words."""
        if self.edition is not None:
            said = gettext("edition %(number)s of “%(name)s”, from %(day)s")
            return said % {
                "number": self.edition.number,
                "name": self.edition.agreement.name,
                "day": date_format(self.edition.in_force_on, "j F Y"),
            }
        if self.rates_from is not None:
            said = gettext("rates of “%(name)s” from %(day)s")
            return said % {"name": self.agreement, "day": date_format(self.rates_from, "j F Y")}
        return self.get_kind_display()

    @property
    def circle(self) -> str:
        """Whom it goes to, in words."""
        if self.organisation is not None:
            return self.organisation.name
        if self.agreement is not None:
            return gettext("customers under “%(name)s”") % {"name": self.agreement.name}
        return self.get_whom_display()


class LetterQuerySet(models.QuerySet["AnnouncementLetter"]):
    """Named questions about whom an announcement went to."""

    def to_write(self) -> LetterQuerySet:
        """Those who get it by mail and whose letter is not written yet."""
        return self.filter(mail=None, unmailed="")

    def read(self) -> LetterQuerySet:
        """Those who opened it in the portal, or said in the letter that they read it."""
        return self.filter(Q(opened_at__isnull=False) | Q(confirmed_at__isnull=False))

    def unread(self) -> LetterQuerySet:
        """Those of whom neither is known."""
        return self.filter(opened_at=None, confirmed_at=None)

    def came_back(self) -> LetterQuerySet:
        """Those whose letter could not be delivered."""
        return self.filter(came_back())


class AnnouncementLetter(models.Model):
    """That a contact is told of an announcement, once; by mail, and in the portal if they have an
    account. opened_at: they first opened it in the portal. confirmed_at: they said by the letter's
    button that they read it; that a mail was opened is never asked of it.
    """

    class Unmailed(models.TextChoices):
        """Why it is not mailed."""

        NO = "", pgettext_lazy("announcement letter", "it is mailed")
        NO_ADDRESS = "no-address", _("there is no e-mail address")
        LEFT = "left", _("wants no news by mail")

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="letters")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="announcement_letters")
    unmailed = models.CharField(max_length=10, choices=Unmailed, blank=True, default="")
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter of an announcement")
        verbose_name_plural = _("letters of announcements")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["announcement", "contact"], name="announcement_letter_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["contact"],
                name="announcement_unread",
                condition=Q(opened_at=None, confirmed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}: {self.contact_id}"

    @property
    def read_at(self) -> datetime | None:
        """When it was first known that they read it."""
        known = [each for each in (self.opened_at, self.confirmed_at) if each]
        return min(known, default=None)

    @property
    def trouble(self) -> str:
        """Why the letter did not arrive, as far as is known."""
        if self.unmailed:
            return str(self.get_unmailed_display())
        mail = self.mail
        if mail is None or not mail.came_back:
            return ""
        return mail.error or str(_("it could not be delivered"))


class NewsLeft(models.Model):
    """That a contact wants no news by mail any more; what is owed by contract still comes."""

    contact = models.OneToOneField(
        Contact, models.CASCADE, primary_key=True, related_name="news_left"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("contact without news by mail")
        verbose_name_plural = _("contacts without news by mail")

    def __str__(self) -> str:
        return str(self.contact_id)

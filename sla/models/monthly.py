"""Monthly reports: one for each customer, agreement and month; what was issued never changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.agreement import Agreement
from tickets.models import Organisation, User


class ReportRule(models.Model):
    """Who must approve a monthly report before a customer gets it: one row."""

    class Approvers(models.TextChoices):
        """Who may."""

        MANAGERS = "managers", pgettext_lazy("who approves", "managers")
        LEADS = "leads", pgettext_lazy("who approves", "managers, and leads of a team")

    approvers = models.CharField(
        _("monthly reports are approved by"),
        max_length=8,
        choices=Approvers,
        default=Approvers.MANAGERS,
        help_text=_("Whoever approves them sees all of what they tell of a customer."),
    )

    class Meta:
        verbose_name = _("rule about monthly reports")
        verbose_name_plural = _("rule about monthly reports")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="report_rule_is_one"),
            models.CheckConstraint(
                condition=Q(approvers__in=("managers", "leads")), name="report_rule_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_approvers_display()

    @classmethod
    def lets(cls, user: User) -> bool:
        """May this person approve reports, and so see them? Managers always may."""
        if user.is_manager or not user.is_lead:
            return user.is_manager
        return cls.objects.filter(approvers=cls.Approvers.LEADS).exists()


class MonthlyReportQuerySet(models.QuerySet["MonthlyReport"]):
    """Named questions about monthly reports."""

    def waiting(self) -> MonthlyReportQuerySet:
        """Made, and to be approved: never issued."""
        return self.filter(trouble="", issued=None)

    def failed(self) -> MonthlyReportQuerySet:
        """Those that could not be made."""
        return self.exclude(trouble="")


class MonthlyReport(models.Model):
    """What a customer's director reads of a month under an agreement.

    draft: the document as it was made last, canonical JSON, until it is issued; made anew at will.
    trouble: why it could not be made; told_trouble_at: when the managers heard of that.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="monthly_reports", verbose_name=_("organisation")
    )
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="monthly_reports", verbose_name=_("agreement")
    )
    month = models.DateField(_("month"))
    draft = models.TextField(blank=True, editable=False)
    made_at = models.DateTimeField(_("made"))
    trouble = models.CharField(_("what went wrong"), max_length=300, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering: ClassVar = ["-month", "organisation__name", "agreement__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "agreement", "month"], name="monthly_report_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="monthly_report_of_a_month"),
        ]
        indexes: ClassVar = [models.Index(fields=["month"], name="monthly_report_month")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.month:%Y-%m}"


class IssuedReport(models.Model):
    """A report as it was issued: version 1, and then its corrections, each with its reason.

    document: canonical JSON; sha256: of its UTF-8 bytes, which the database checks. It is never
    changed or deleted, but for that contacts were told (migration 0027).
    """

    report = models.ForeignKey(MonthlyReport, models.PROTECT, related_name="issued")
    version = models.PositiveSmallIntegerField(_("version"))
    document = models.TextField()
    sha256 = models.CharField(_("checksum"), max_length=64)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    reason = models.TextField(_("why it was corrected"), max_length=1000, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("issued report")
        verbose_name_plural = _("issued reports")
        ordering: ClassVar = ["report", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "version"], name="report_version_once"),
            models.UniqueConstraint(fields=["sha256"], name="report_checksum_once"),
            models.CheckConstraint(
                condition=Q(version=1, reason="") | (Q(version__gt=1) & ~Q(reason="")),
                name="report_correction_says_why",
                violation_error_message=_("Say why."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["issued_at"], name="report_untold", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.report} v{self.version}"


class ReportFile(models.Model):
    """A file of an issued report as it was given out first, so that it stays the same byte for
    byte, whatever typesets it later. The database refuses to change or delete it (migration 0027).
    """

    class Kind(models.TextChoices):
        """Which of them; the JSON file is the document itself."""

        PDF = "pdf", "PDF"
        XLSX = "xlsx", "XLSX"
        CSV = "csv", "CSV"

    issued = models.ForeignKey(IssuedReport, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=4, choices=Kind)
    language = models.CharField(max_length=2)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        ordering: ClassVar = ["issued", "kind", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issued", "kind", "language"], name="report_file_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="report_file_checksum")]

    def __str__(self) -> str:
        return f"{self.issued} {self.kind} {self.language}"

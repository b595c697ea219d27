"""What was done to the house, one row for each: only added, and in the end forgotten."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEVELS = 3
"""An agreement has editions, those have promises: so deep do things belong to each other."""
MOST_PARTS = 300
MOST_WORDS = 8
APART = "@._-/:"
"""Signs that part words: who looks for a domain finds the addresses at it."""


class WordsOf(models.Func):
    """The words of columns as they are written, with the parts of addresses apart."""

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> tuple[str, Any]:
        """Of each column as text."""
        columns = [compiler.compile(each)[0] for each in self.source_expressions]
        text = " || ' ' || ".join(f"{column}::text" for column in columns)
        blanks = " " * len(APART)
        # JSON writes a new line as two signs.
        said = f"translate(replace({text}, '\\n', ' '), '{APART}', '{blanks}')"
        return f"to_tsvector('simple', {said})", []


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Named questions about the log."""

    def of(self, subject: str, pk: str) -> AuditQuerySet:
        """What was done to one thing and to all that belongs to it: an agreement with its editions
        and their promises. Of what has gone too.
        """
        every = found = {(subject, pk)}
        for _level in range(LEVELS):
            inside = Q()
            for each, key in found:
                inside |= Q(part_of=each, part_of_pk=key)
            below = self.filter(inside).order_by().values_list("subject", "subject_pk").distinct()
            found = set(below[:MOST_PARTS]) - every
            if not found:
                break
            every = every | found
        chosen = Q()
        for each, key in sorted(every)[:MOST_PARTS]:
            chosen |= Q(subject=each, subject_pk=key)
        return self.filter(chosen)

    def saying(self, text: str) -> AuditQuerySet:
        """Those with all these words, or words that begin so; or from that address."""
        if (address := _address_in(text)) is not None:
            return self.filter(address=address)
        words = text.translate(dict.fromkeys(map(ord, f"{APART}'\\"), " ")).split()[:MOST_WORDS]
        asked = " & ".join(f"'{word}':*" for word in words)
        return self.filter(words=SearchQuery(asked, config="simple", search_type="raw"))

    def before(self, at: datetime, pk: int) -> AuditQuerySet:
        """Those that come after one of them, the newest first."""
        return self.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)


def _address_in(text: str) -> str | None:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None


class AuditEntry(models.Model):
    """One thing that somebody did to the house. Rows of tables are told of by the database itself
    (`watching`), in the transaction that changes them; the rest is written by `record`.

    subject, subject_pk: what it was done to, as "support.webhook" and its key. name: what that was
    called then. part_of, part_of_pk: what it belongs to, as a day to its calendar.
    changes: by column, what stood there before and what after; null for a secret, which is never
    kept here. who, who_name: who did it, and what they were called then. via: the token or command.
    bucket: of what anybody could do without end, the hour in which it is counted in one row.
    """

    class Kind(models.TextChoices):
        """What was done."""

        ADDED = "added", pgettext_lazy("audit", "added")
        CHANGED = "changed", pgettext_lazy("audit", "changed")
        REMOVED = "removed", pgettext_lazy("audit", "removed")
        SIGNED_IN = "signed_in", pgettext_lazy("audit", "signed in")
        SIGN_IN_FAILED = "sign_in_failed", pgettext_lazy("audit", "sign-in failed")
        SIGNED_OUT = "signed_out", pgettext_lazy("audit", "signed out")
        EXPORTED = "exported", pgettext_lazy("audit", "taken out")
        DONE = "done", pgettext_lazy("audit", "done")
        FORGOTTEN = "forgotten", pgettext_lazy("audit", "log cleared")

    class How(models.TextChoices):
        """In what way it came about."""

        PERSON = "person", _("by a person")
        TOKEN = "token", _("by a program with a token")
        VISITOR = "visitor", _("by a visitor")
        COMMAND = "command", _("by a command")
        HOUSE = "house", _("by Werkdag itself")

    at = models.DateTimeField(_("moment"))
    kind = models.CharField(_("what"), max_length=14, choices=Kind)
    subject = models.CharField(_("subject"), max_length=60)
    subject_pk = models.CharField(max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    part_of = models.CharField(max_length=60, blank=True)
    part_of_pk = models.CharField(max_length=40, blank=True)
    changes = models.JSONField(_("from what to what"), default=dict, blank=True)
    how = models.CharField(_("how"), max_length=8, choices=How)
    # No key to the account: what somebody did stands here also when they are gone.
    who = models.BigIntegerField(null=True)
    who_name = models.CharField(_("who"), max_length=200, blank=True)
    via = models.CharField(_("by means of"), max_length=120, blank=True)
    address = models.GenericIPAddressField(_("from address"), null=True)
    bucket = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 - none of it is many
    times = models.PositiveIntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("the last time"), null=True)
    words = models.GeneratedField(
        expression=WordsOf("name", "who_name", "via", "changes"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the audit log")
        verbose_name_plural = _("audit log")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(times__gte=1), name="audit_times"),
            models.CheckConstraint(
                condition=Q(bucket=None, times=1) | Q(bucket__isnull=False, last_at__isnull=False),
                name="audit_only_buckets_are_counted",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at", "id"], name="audit_at"),
            models.Index(fields=["who", "at"], name="audit_who"),
            models.Index(fields=["how", "at"], name="audit_how"),
            models.Index(fields=["kind", "at"], name="audit_kind"),
            models.Index(fields=["subject", "at"], name="audit_subject"),
            models.Index(fields=["address", "at"], name="audit_address"),
            models.Index(fields=["subject", "subject_pk", "at"], name="audit_one"),
            models.Index(fields=["part_of", "part_of_pk", "at"], name="audit_part_of"),
            GinIndex(fields=["words"], name="audit_words"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"

"""What agents are writing: kept while they type, and for ten seconds before it is really sent."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.desk.models import Then
from tickets.files import File, keep, read, safe_name
from tickets.models import Ticket, User


class DraftQuerySet(models.QuerySet["Draft"]):
    """Named questions about drafts."""

    def due(self, now: datetime) -> DraftQuerySet:
        """Answers whose time to be taken back is over."""
        return self.filter(state=Draft.State.SENDING, send_at__lte=now).order_by("send_at")

    def sending(self) -> DraftQuerySet:
        """Answers that can still be taken back."""
        return self.filter(state=Draft.State.SENDING)


class Draft(models.Model):
    """An answer or a note that somebody is writing on a ticket; nobody else's work touches it.

    version: counts the changes of the text, so that an older window does not win from a newer one.
    send_at: when an answer that is being sent will be, unless its author takes it back.
    refused: why it came back instead of being sent. macro: what is done instead of sending the text
    alone, which is what the macro says; taken back, the text is an answer like another.
    """

    class Kind(models.TextChoices):
        """Who is to read it."""

        REPLY = "reply", pgettext_lazy("draft", "Answer")
        NOTE = "note", pgettext_lazy("draft", "Note")

    class State(models.TextChoices):
        """Whose turn it is."""

        WRITING = "writing", pgettext_lazy("draft", "being written")
        SENDING = "sending", pgettext_lazy("draft", "being sent")

    author = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=5, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.WRITING)
    text = models.TextField(blank=True)
    then = models.CharField(max_length=7, choices=Then, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=300, blank=True)
    macro = models.ForeignKey("Macro", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "ticket", "kind"], name="draft_once"),
            models.CheckConstraint(
                condition=models.Q(state="sending", kind="reply", send_at__isnull=False)
                | models.Q(state="writing", send_at=None),
                name="draft_sending_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["send_at"], name="draft_due", condition=models.Q(state="sending")),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.author_id} {self.kind}: {self.text[:60]}"


class DraftFile(models.Model):
    """A file chosen for a draft, stored where attachments are."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    file = models.FileField(max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of drafts")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(cls, draft: Draft, file: File) -> DraftFile:
        """Store a file with a draft."""
        return cls.objects.create(
            draft=draft,
            file=keep(file),
            name=safe_name(file.name),
            content_type=file.content_type[:120],
            size=len(file.data),
        )

    def as_file(self) -> File:
        """The file as a message takes it."""
        return File(name=self.name, content_type=self.content_type, data=read(self.file.name or ""))

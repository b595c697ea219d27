"""What stands around a ticket: its tags, other tickets it belongs with, and its checklist."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.people import User
from tickets.models.ticket import Ticket


class Tag(models.Model):
    """A word that tickets are found by, in lower case."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    tickets = models.ManyToManyField(Ticket, related_name="tags", verbose_name=_("tickets"))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(name=Lower("name")), name="tag_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name


class LinkKind(models.TextChoices):
    """What one ticket is to another; what is not by hand is made by its verb alone."""

    RELATED = "related", pgettext_lazy("link", "belongs with")
    DUPLICATE = "duplicate", pgettext_lazy("link", "duplicate of")
    CAUSED = "caused", pgettext_lazy("link", "caused by")
    FOLLOWS = "follows", pgettext_lazy("link", "follows")
    SPLIT = "split", pgettext_lazy("link", "split off from")
    MERGED = "merged", pgettext_lazy("link", "merged into")


# What the other one is to it.
BACK = {
    LinkKind.RELATED: pgettext_lazy("link", "belongs with"),
    LinkKind.DUPLICATE: pgettext_lazy("link", "has as duplicate"),
    LinkKind.CAUSED: pgettext_lazy("link", "is the cause of"),
    LinkKind.FOLLOWS: pgettext_lazy("link", "is followed by"),
    LinkKind.SPLIT: pgettext_lazy("link", "split off"),
    LinkKind.MERGED: pgettext_lazy("link", "merged from"),
}
BY_HAND = (LinkKind.RELATED, LinkKind.DUPLICATE, LinkKind.CAUSED)


class Link(models.Model):
    """`ticket` is something to `other`: belongs with it, was caused by it, was merged into it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="links")
    other = models.ForeignKey(Ticket, models.PROTECT, related_name="linked_from")
    kind = models.CharField(_("kind"), max_length=10, choices=LinkKind)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True)
    """Nobody where a customer wrote to what was done with long ago."""

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="link_once"),
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(kind="merged"), name="link_merged_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(ticket=models.F("other")), name="link_to_another"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=LinkKind.values), name="link_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


def link_words(kind: str, *, back: bool) -> str:
    """What a ticket is to another; back: seen from the other one."""
    known = LinkKind(kind)
    return str(BACK[known] if back else known.label)


class ChecklistItem(models.Model):
    """One thing to do on a ticket, and who did it when."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="checklist")
    text = models.CharField(_("to do"), max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text

"""What becomes of a ticket with an answer, and that reporters are to hear of what changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import Kind, Priority, Ticket


class Then(models.TextChoices):
    """What becomes of the ticket with an answer."""

    OPEN = "", _("leave it open")
    HOLD = "hold", _("wait for the customer")
    RESOLVE = "resolve", _("it is solved")


class ChangeNotice(models.Model):
    """That a reporter is to hear of another kind or priority than their ticket had.

    It waits a little, so that what is done in one go is told once, and what is undone not at all.
    kind, priority, version: of the ticket before the first change that they have not heard of.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="change_notice")
    kind = models.CharField(max_length=12, choices=Kind)
    priority = models.CharField(max_length=8, choices=Priority, blank=True)
    version = models.PositiveIntegerField()
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("notice of a change")
        verbose_name_plural = _("notices of changes")

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind} {self.priority}"


class OpinionRule(models.Model):
    """Whether customers are asked how it was, by the whole house: one row."""

    asks = models.BooleanField(
        _("ask after a solution"),
        default=True,
        help_text=_("Off: no letter asks, and links of earlier letters are answered no more."),
    )

    class Meta:
        verbose_name = _("rule about opinions")
        verbose_name_plural = _("rule about opinions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="opinion_rule_is_one"),
        ]

    def __str__(self) -> str:
        return str(_("asks") if self.asks else _("does not ask"))

    @classmethod
    def now(cls) -> bool:
        """Whether it asks; as long as nobody chose, it does."""
        return cls.objects.values_list("asks", flat=True).first() in {None, True}

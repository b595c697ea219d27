"""What `support.sweeping` moves: how far something has heard of the histories, and what is on its
way to somebody.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Heard(models.Model):
    """Up to which event and alert, and the mark up to which it will have, once every transaction
    before the mark's is over.
    """

    heard_events = models.BigIntegerField(default=0, editable=False)
    heard_alerts = models.BigIntegerField(default=0, editable=False)
    mark_events = models.BigIntegerField(default=0, editable=False)
    mark_alerts = models.BigIntegerField(default=0, editable=False)
    mark_transaction = models.BigIntegerField(null=True, editable=False)

    MOVES: ClassVar = (
        *("heard_events", "heard_alerts", "mark_events", "mark_alerts", "mark_transaction"),
    )

    class Meta:
        abstract = True


class ToSend(models.Model):
    """What is sent until it is there, or given up (`support.sweeping.sending`).

    attempts: counted when one begins. next_try_at: from when the next may begin, empty once there
    is none any more. claimed_at: since when somebody is at it. error: of the last attempt.
    """

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    error = models.CharField(_("error"), max_length=300, blank=True, default="", db_default="")

    MOVES: ClassVar = ("attempts", "next_try_at", "claimed_at", "error")

    class Meta:
        abstract = True


class Place(Heard):
    """The one row of something that hears for everybody. seen_…: what it looked at past heard_…,
    which it looks at no second time.
    """

    seen_events = ArrayField(models.BigIntegerField(), default=list)
    seen_alerts = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.heard_events}, {self.heard_alerts}"

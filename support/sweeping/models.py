"""How far something has heard of the histories: the rows that `support.sweeping.hearing` moves."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


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

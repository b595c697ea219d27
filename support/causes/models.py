"""Why promises were missed: the causes that the house knows, and which one each miss has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sla.models import Clock
from tickets.models import Ticket, User
from tickets.questions import Kept


class CauseQuerySet(models.QuerySet["Cause"]):
    """Named questions about causes."""

    def in_use(self) -> CauseQuerySet:
        """Those that can be chosen."""
        return self.filter(active=True)


class Cause(models.Model):
    """A reason for which promises are missed, in the words of the house."""

    name_nl = models.CharField(_("name in Dutch"), max_length=60, unique=True)
    name_en = models.CharField(_("name in English"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    objects = CauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("cause of a missed promise")
        verbose_name_plural = _("causes of missed promises")
        ordering: ClassVar = ["position", "name_nl"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_nl

    @property
    def words(self) -> dict[str, str]:
        """Its names as a history keeps them, whatever it is called later."""
        return {"nl": self.name_nl, "en": self.name_en}


class Asked(models.TextChoices):
    """Whether solving asks for a cause."""

    OFF = "off", pgettext_lazy("cause", "no: leads say it when they like")
    ASK = "ask", pgettext_lazy("cause", "yes: it is asked for, and may be left open")
    REQUIRE = "require", pgettext_lazy("cause", "yes: without one a ticket can't be solved")


class CauseRule(models.Model):
    """What the house wants to know when a ticket with a missed promise is solved: one row."""

    asked = models.CharField(
        _("asked for when a ticket is solved"), max_length=7, choices=Asked, default=Asked.ASK
    )

    class Meta:
        verbose_name = _("rule about causes")
        verbose_name_plural = _("rule about causes")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="cause_rule_is_one"),
            models.CheckConstraint(
                condition=models.Q(asked__in=Asked.values), name="cause_rule_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_asked_display()

    @classmethod
    def now(cls) -> str:
        """How it stands."""
        return cls.of(RULE().asked())

    @staticmethod
    def of(rows: Sequence[str]) -> str:
        """How it stands by the answer to RULE; as long as nobody chose, it is asked for."""
        return next(iter(rows), Asked.ASK)


RULE = Kept(lambda: CauseRule.objects.values_list("asked", flat=True))


class GivenCauseQuerySet(models.QuerySet["GivenCause"]):
    """Named questions about the causes that were given."""

    def of_outer_clock(self) -> GivenCauseQuerySet:
        """Of the clock of the query around it."""
        return self.filter(**{name: OuterRef(name) for name in CLOCK})


class GivenCause(models.Model):
    """Why one promise was missed, as it stands now; the history tells what was said before.

    It names the promise as alerts do and not the clock's row, which may be rebuilt.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="given_causes")
    target_key = models.CharField(max_length=50)
    started_at = models.DateTimeField()
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="given")
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = GivenCauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("given cause")
        verbose_name_plural = _("given causes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "target_key", "started_at"], name="cause_given_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.target_key}: {self.cause}"


CLOCK = ("ticket", "target_key", "started_at")
"""By which a promise is known, whatever became of its clock's row."""


def missed_on(ticket: Ticket | int) -> models.QuerySet[Clock]:
    """The missed promises of a ticket, also of those that were merged into it, the oldest first."""
    theirs = models.Q(ticket=ticket) | models.Q(carried_by=ticket)
    found = Clock.objects.filter(theirs, state=Clock.State.BREACHED).select_related("ticket")
    return found.order_by("ticket", "started_at", "target_key")


def said_on(ticket: Ticket | int) -> models.QuerySet[GivenCause]:
    """The causes given for those promises."""
    theirs = models.Q(ticket=ticket)
    theirs |= models.Q(ticket__in=Clock.objects.filter(carried_by=ticket).values("ticket"))
    return GivenCause.objects.filter(theirs).select_related("cause", "by")


def unexplained_on(ticket: Ticket) -> models.QuerySet[Clock]:
    """Those of them of which nobody has said why."""
    return missed_on(ticket).exclude(Exists(GivenCause.objects.of_outer_clock()))


def given_for(clocks: Sequence[Clock]) -> dict[int, GivenCause]:
    """The causes of some clocks, by the clock's key."""
    given = GivenCause.objects.filter(ticket__in={clock.ticket_id for clock in clocks})
    return by_clock(clocks, given.select_related("cause", "by"))


def by_clock(clocks: Sequence[Clock], given: Iterable[GivenCause]) -> dict[int, GivenCause]:
    """Which of these causes each of the clocks has, by the clock's key."""
    found = {(each.ticket_id, each.target_key, each.started_at): each for each in given}
    keys = {clock.pk: (clock.ticket_id, clock.target_key, clock.started_at) for clock in clocks}
    return {pk: found[key] for pk, key in keys.items() if key in found}


def name_of(clock: Clock, *, on: Ticket) -> str:
    """How a promise is named on a ticket's page and in its API: `resolution-hoog`, with the number
    of a next response, and with the ticket it was promised on if that was merged into this one.
    """
    turn = f".{clock.turn}" if clock.turn else ""
    of = "" if clock.ticket_id == on.pk else f"{clock.ticket.reference}:"
    return f"{of}{clock.target_key}{turn}"

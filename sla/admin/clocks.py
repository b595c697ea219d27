"""Clocks and under what they were read: a projection of the histories, only to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy

from sla.admin.many import ManyAdmin, OfTicketAdmin, by, column
from sla.explaining import cause_words
from sla.models import AuditRun, Clock, Coverage, CoverageChange
from sla.queries import cards_of
from sla.wording import moment_words

_STATE, _PROMISE = gettext_lazy("state"), gettext_lazy("promise")
_BINDING, _STALE = gettext_lazy("binding"), gettext_lazy("to be read again since")
_STATED = (
    column("promise", _PROMISE),
    column("clause", gettext_lazy("clause")),
    column("state", _STATE),
    column("binding", _BINDING, boolean=True),
    column("started_at", gettext_lazy("started")),
    column("due_at", gettext_lazy("deadline")),
    column("met_at", gettext_lazy("done")),
    column("breached_at", gettext_lazy("missed")),
)
_READ_UNDER = (
    column("waived", gettext_lazy("phone rule waived"), boolean=True),
    column("next_due_at", gettext_lazy("next deadline")),
    column("planned_for", gettext_lazy("planned into")),
    column("stale_since", _STALE),
)


@admin.register(Clock)
class ClockAdmin(OfTicketAdmin):
    """Promises on tickets, each with why it stands so."""

    list_display = ("id", "at_the_desk", *_STATED[:-1])
    list_filter = (
        by("state", _STATE),
        by("promise", _PROMISE),
        by("binding", _BINDING, admin.BooleanFieldListFilter),
    )
    fields = readonly_fields = ("at_the_desk", *_STATED, "why")

    @admin.display(description=gettext_lazy("why"))
    def why(self, clock: Clock) -> str:
        """How it was counted, in sentences."""
        read = (clock.promise, clock.clause, clock.turn, clock.started_at)
        for card in cards_of(clock.ticket, now=timezone.now(), merged=False):
            if (card.promise, card.clause, card.turn, card.started_at) == read:
                return in_lines(card.explanation)
        return ""


@admin.register(Coverage)
class CoverageAdmin(OfTicketAdmin):
    """Under which edition each ticket stands, and up to where its clocks were read."""

    list_display = ("at_the_desk", column("edition", gettext_lazy("edition")), *_READ_UNDER)
    list_display_links = list_display[1:2]
    list_filter = (
        by("waived", gettext_lazy("phone rule waived"), admin.BooleanFieldListFilter),
        by("stale_since", _STALE, admin.EmptyFieldListFilter),
    )
    list_select_related = ("ticket", "edition__agreement", "planned_for")
    fields = readonly_fields = (*list_display, "causes", "changes")

    @admin.display(description=gettext_lazy("to be read again because"))
    def causes(self, coverage: Coverage) -> str:
        """What moved under it since its clocks were read."""
        return in_lines(cause_words(cause) for cause in coverage.stale_causes)

    @admin.display(description=gettext_lazy("corrections"))
    def changes(self, coverage: Coverage) -> str:
        """That it came under another edition, by whom and why."""
        made = CoverageChange.objects.filter(coverage=coverage).select_related("actor")
        return in_lines(_change_words(change) for change in made)


def _change_words(change: CoverageChange) -> str:
    at = moment_words(change.changed_at, timezone.get_current_timezone())
    who = f" ({change.actor.name})" if change.actor else ""
    return f"{at}: {cause_words(change.cause)}{who}"


@admin.register(AuditRun)
class AuditRunAdmin(ManyAdmin):
    """What the nightly proof found: no differences is the only good number."""

    list_display = ("ran_at", "tickets", "differences", "told_at")


def in_lines(sentences: Any) -> str:
    """Sentences below each other, escaped."""
    return format_html_join("", '<p class="fact">{}</p>', ((each,) for each in sentences))

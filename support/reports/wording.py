"""How reports word what became of a promise."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sla.models import Target
from sla.wording import CHANNELS, KINDS, PRIORITIES, PROMISES
from support.reports.missed import Row


def outcome_words() -> dict[str, str]:
    """The outcomes as people read them."""
    return {
        "kept": _("kept"),
        "breached": _("breached"),
        "not_binding": _("not binding"),
        "running": _("running"),
    }


def told_by_column(row: Row) -> dict[str, object]:
    """A missed promise by the columns of the report: moments and spans as they are, else words."""
    clock, ticket = row.clock, row.clock.ticket
    strength = row.missed.strength
    return {
        "organisation": str(ticket.organisation or ""),
        "promise": str(PROMISES[clock.promise]),
        "priority": str(PRIORITIES.get(clock.priority, "")),
        "kind": str(KINDS[ticket.kind]),
        "channel": str(CHANNELS[ticket.channel]),
        "clause": clock.clause,
        "strength": strength and str(Target.Strength(strength).label),
        "started": clock.started_at,
        "due": clock.due_at,
        "done": clock.met_at,
        "late": row.missed.late,
        "state": _("still open") if row.missed.is_open else _("met late"),
        "agent": row.agent,
        "team": row.team,
        "cause": str(row.given.cause) if row.given else "",
        "note": row.given.note if row.given else "",
        "details": row.details,
        "binds": _("yes")
        if clock.binding
        else _("no (%(clause)s)") % {"clause": row.missed.unbound},
    }

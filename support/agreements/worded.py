"""An edition's data in words, piece by piece, for the pages that show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from sla import terms
from sla.engine.calendars import even_day
from sla.terms import Data


def promises(data: Data) -> list[dict[str, Any]]:
    """Each promise as a row of a table."""
    names = terms.target_names(data["targets"])
    day = even_day(data["calendar"]["week"].values())
    return [
        {
            "name": names[target["key"]],
            "short": terms.short_words(target),
            "kinds": terms.kinds_words(target["ticket_kinds"]),
            "time": terms.time_words(target, day),
            "strength": terms.strength_words(target),
            "channels": terms.channels_words(target) if target["channels"] != "any" else "",
            "phone": terms.phone_words(target) if target["phone_required"] else "",
            "pause": terms.pause_words(target) if target["pauses_while_waiting"] else "",
            "start": terms.start_words(target) if target["from_change"] else "",
            "warnings": terms.warning_words(target) if target["measure"] != "planning" else "",
            "clause": target["clause"],
        }
        for target in data["targets"]
    ]


def sections(data: Data) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The other terms: each section a list of what and how."""
    notice = data.get("notice", {})
    calendar = data["calendar"]
    clauses = [
        (terms.clause_words(name), clause) for name, clause in data.get("clauses", {}).items()
    ]
    hours = [
        (_("Calendar"), calendar["name"]),
        (_("Opening hours"), terms.week_words(calendar["week"])),
        (_("Time zone"), calendar["zone"]),
    ]
    rules = [
        (_("Notice of changes"), terms.notice_words(notice)),
        (_("Ends at renewal"), exit_words(notice)),
        (_("Kinds of report offered"), terms.kinds_words(data.get("ticket_kinds", ()))),
        (_("Listed when no release has it"), terms.planning_words(data.get("planning", {}))),
        (_("What nobody has judged yet is judged"), terms.triage_words(data.get("triage", {}))),
        (_("A release does not count"), terms.waiting_words(data.get("waiting", {}))),
    ]
    found: list[tuple[str, Sequence[tuple[str, Any]]]]
    found = [(_("When time counts"), hours), (_("Rules"), rules)]
    if promised := availability(data):
        found.append((_("Availability"), promised))
    if clauses:
        found.append((_("Clauses"), clauses))
    return [(title, _lines(rows)) for title, rows in found]


def availability(data: Data) -> list[tuple[str, list[str]]]:
    """What is promised of being there, and what is paid back; nothing where nothing is."""
    said = data.get("availability", {})
    if not said:
        return []
    return _lines(
        [
            (_("Guaranteed"), terms.guarantee_words(said)),
            (_("Outages that count"), terms.counts_above_words(said)),
            (_("Measured"), terms.begins_words(said)),
            (_("What counts"), terms.counting_words(said)),
            (_("What does not count"), terms.excused_words(said)),
            (_("Maintenance"), terms.maintenance_words(said)),
            (_("Credit on the monthly fee"), terms.credit_words(said)),
            (_("Credit at most"), terms.cap_words(said)),
            (_("Clause"), said.get("clause", "")),
        ]
    )


def _lines(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, list[str]]]:
    """Each with its lines, without what has none."""
    return [(what, how if isinstance(how, list) else [how]) for what, how in rows if how]


def exit_words(notice: Data) -> str:
    """What a customer may do who disagrees with a change; '' for nothing."""
    if notice.get("exit_at_renewal"):
        return _("after a change the customer may end the contract at its next renewal")
    return ""


def escalation(data: Data) -> list[tuple[str, str]]:
    """When who is told that a promise is in danger."""
    return [(terms.step_words(step), terms.recipients_words(step)) for step in data["escalation"]]


def readings(data: Data) -> list[tuple[str, str]]:
    """How open places in the text are read, each with its clause; last where there is none."""
    said = (
        (terms.in_language(words), words.get("clause", ""))
        for words in data.get("readings", {}).values()
    )
    return sorted((each for each in said if each[0]), key=lambda each: (not each[1], each[1]))

"""The evidence of a ticket's clocks, as JSON to derive them from again and as PDF to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sla.engine.ruler_parts import Mark, Ruler, Sign
from sla.evidence import evidence_of
from sla.models import Alert
from sla.queries import Card, cards_of
from sla.wording import KINDS, PRIORITIES, channel_words, moment_words
from support import access
from support.documents.typesetting import pdf
from support.reports.wording import outcome_words
from support.templatetags.ruler import said
from support.timeline.line import alert_words, event_words
from tickets.models import Channel, EventKind, Status, Ticket, TicketEvent


@access.agents_only
def as_json(request: HttpRequest, reference: str) -> HttpResponse:
    """The evidence as data; `manage.py evidence --check` proves it."""
    ticket = _ticket(request, reference)
    try:
        data = evidence_of(ticket, now=timezone.now())
    except ValueError:
        return _none(request, ticket)
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return _file(text.encode(), "application/json", f"{_name(ticket)}.json")


@access.agents_only
def as_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The evidence to read and print, with the data in it."""
    ticket, now = _ticket(request, reference), timezone.now()
    try:
        data = evidence_of(ticket, now=now)
    except ValueError:
        return _none(request, ticket)
    made = pdf("evidence", _document(ticket, data, now))
    return _file(made, "application/pdf", f"{_name(ticket)}.pdf")


def _ticket(request: HttpRequest, reference: str) -> Ticket:
    tickets = access.tickets_of(access.signed_in(request))
    return get_object_or_404(tickets.by_reference(reference).with_people())


def _none(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    messages.error(request, _("There is nothing to prove: no agreement applies to this ticket."))
    return redirect("ticket", reference=ticket.reference)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _name(ticket: Ticket) -> str:
    return _("evidence") + f"-{ticket.reference.lower()}"


def _document(ticket: Ticket, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The evidence in words, as the typesetter takes it."""
    agreement = data["agreement"]
    title = _("Evidence %(reference)s") % {"reference": ticket.reference}
    return {
        "title": title,
        "provider": agreement["provider"],
        "language": (get_language() or "nl")[:2],
        "reference": ticket.reference,
        "made": _moment(now),
        "sha256": data["sha256"],
        "introduction": _(
            "What was reported, what was promised about it, and how every deadline follows from "
            "the history, the agreement and the calendar."
        ),
        "words": _headings(),
        "ticket": _ticket_facts(ticket),
        "agreement": _agreement_facts(agreement),
        "clocks": [_clock(card) for card in cards_of(ticket, now=now, merged=False)],
        "legend": _(
            "In the drawings: dark is working time that counted, light is time that was left, "
            "hatched is closed, dotted is paused, red hatching is too late."
        ),
        "history": [_event(each) for each in ticket.events.select_related("actor")],
        "alerts": [
            [_moment(alert.at), alert_words(alert)]
            for alert in Alert.objects.filter(ticket=ticket).order_by("at")
        ],
        "days": _days(data),
        "checking": _(
            "With this document comes the file %(name)s, in which the same facts stand for a "
            "computer to read; your PDF program shows it as an attachment. Every deadline can be "
            "calculated again from that file alone. If a letter of it was changed, the checksum "
            "at the bottom of each page is no longer right. We gladly do it with you; whoever "
            "runs Werkdag can do it too, with: %(command)s"
        )
        % {"name": f"{_name(ticket)}.json", "command": "manage.py evidence --check"},
        "file": f"{_name(ticket)}.json",
        "evidence": json.dumps(data, ensure_ascii=False, indent=1),
    }


def _headings() -> dict[str, object]:
    return {
        "made": _("made"),
        "checksum": _("Checksum (SHA-256)"),
        "page": _("page"),
        "agreement": _("Agreement"),
        "promises": _("Promises"),
        "history": _("History"),
        "history_heads": [_("When"), _("What"), _("Who")],
        "alerts": _("Warnings and missed deadlines"),
        "alerts_heads": [_("When"), _("What")],
        "days": _("Days that were closed or had other hours"),
        "days_heads": [_("Day"), _("Name")],
        "no_days": _("None in this time."),
        "checking": _("How to check this"),
    }


def _ticket_facts(ticket: Ticket) -> list[list[str]]:
    rows = [
        (_("Subject"), ticket.subject),
        (_("Organisation"), str(ticket.organisation or _("unknown"))),
        (_("Reported"), f"{_moment(ticket.reported_at)}, {channel_words(ticket.channel)}"),
        (_("Kind"), str(KINDS[ticket.kind])),
        (_("Proposed priority"), _priority(ticket.proposed_priority)),
        (_("Priority"), _priority(ticket.priority)),
        (_("Status"), str(Status(ticket.status).label)),
    ]
    return [list(row) for row in rows]


def _agreement_facts(agreement: Mapping[str, Any]) -> list[list[str]]:
    rows = [
        (_("Agreement"), agreement["name"]),
        (_("Provider"), agreement["provider"]),
        (_("Edition"), str(agreement["edition"])),
        (_("In force from"), _day(date.fromisoformat(agreement["in_force_on"]))),
        (_("Binding without a call too"), _("yes") if agreement["phone_rule_waived"] else _("no")),
        (_("Calendar"), f"{agreement['calendar']['name']} ({agreement['calendar']['zone']})"),
    ]
    language = (get_language() or "nl")[:2]
    for each in agreement["corrections"]:
        at = _moment(datetime.fromisoformat(each["at"]))
        rows.append((_("Corrected"), f"{at}: {each['why'].get(language, '')}"))
    return [list(row) for row in rows]


def _clock(card: Card) -> dict[str, object]:
    facts = [(_("Clause"), card.clause), (_("Binding"), _("yes") if card.binding else _("no"))]
    if card.due_at:
        facts.append((_("Deadline") if card.binding else _("Target"), _moment(card.due_at)))
    if card.met_at:
        facts.append((_("Done"), _moment(card.met_at)))
    outcomes = outcome_words() | {
        "met": _("kept"),
        "cancelled": _("lapsed"),
        "paused": _("paused"),
    }
    became = _("later than aimed for") if card.missed_aim else outcomes[card.state]
    return {
        "heading": f"{card.promise_label}: {became}",
        "facts": [list(fact) for fact in facts],
        "ruler": _ruler(card, card.ruler) if card.ruler and card.ruler.segments else None,
        "explanation": list(card.explanation),
    }


def _ruler(card: Card, ruler: Ruler) -> dict[str, object]:
    signs = {
        Sign.START: "",
        Sign.DEADLINE: _("deadline"),
        Sign.KEPT: "✓",
        Sign.LATE: "✗",
        Sign.NOW: _("now"),
    }

    def mark(each: Mark) -> dict[str, object]:
        words = signs.get(each.sign, "")
        if each.sign is Sign.DEADLINE:
            words += f" {_moment(each.at)}"
        return {"x": each.x, "strong": each.sign in signs, "words": words}

    return {
        "width": ruler.width,
        "said": said(card),
        "segments": [
            {"part": each.part.value, "x": each.x, "width": each.width, "name": each.name}
            for each in ruler.segments
        ],
        "marks": [mark(each) for each in ruler.marks],
    }


def _event(event: TicketEvent) -> list[str]:
    who = event.actor.name if event.actor else ""
    said = _report_words(event) if event.kind == EventKind.REPORTED else event_words(event)
    return [_moment(event.at, seconds=True), said, who]


def _report_words(event: TicketEvent) -> str:
    data = event.data
    said = [channel_words(data["channel"]), str(KINDS[data["ticket_kind"]])]
    said += [str(PRIORITIES[data["priority"]])] if data.get("priority") else []
    if data["channel"] == Channel.PHONE:
        said.append(_("may phone") if data.get("authorised") else _("may not phone"))
        said.append(_("answered") if data.get("answered") else _("call back"))
    return f"{event.get_kind_display()}: {', '.join(said)}"


def _days(data: Mapping[str, Any]) -> list[list[str]]:
    """The special days between the report and the last moment that mattered."""
    found: dict[str, str] = {}
    first = data["ticket"]["reported_at"][:10]
    moments = [
        clock[name]
        for case in data["cases"]
        for clock in case["clocks"]
        for name in ("due_at", "met_at")
        if clock[name]
    ]
    last = max([data["made_at"][:10], *(moment[:10] for moment in moments)])
    for case in data["cases"]:
        for row in case["replay"]["agreement"]["calendar"]["days"]:
            if first <= row["day"] <= last:
                hours = f" ({row['opens']}-{row['closes']})" if row.get("opens") else ""
                found[row["day"]] = row["name"] + hours
    return [[_day(date.fromisoformat(day)), name] for day, name in sorted(found.items())]


def _priority(priority: str) -> str:
    return str(PRIORITIES[priority]) if priority else _("none")


def _day(day: date) -> str:
    words = format_date(day, "D j M Y")
    return words.lower() if (get_language() or "nl").startswith("nl") else words


def _moment(at: datetime, *, seconds: bool = False) -> str:
    pattern = "D j M Y H:i:s" if seconds else "D j M Y H:i"
    return moment_words(at, timezone.get_current_timezone(), pattern)

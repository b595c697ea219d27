"""The proof of a ticket's clocks, whole in one file: what happened, under what, and what follows.

Whoever has the file can derive the clocks again without our database: `check` does, and a case of
it is what `sla_replay` reads. The hash makes a change of the file show.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import override

from sla import agreements
from sla.derivation import Fact, Ruled, derive, engine_events, stopped_at
from sla.engine.explanation import explain
from sla.explaining import cause_words, in_words
from sla.histories import Told, further, history_of
from sla.models import Alert, CalendarDay, Coverage, CoverageChange, Release
from sla.replay import commitment, replay
from sla.world import Rule, Worlds
from sla.written import written
from tickets.models import EventKind, Ticket, TicketEvent

FORMAT = "werkdag-evidence/1"
READ = ("channel", "ticket_kind", "priority", "authorised", "answered", "release", "own")
JUDGED = ("binding", "state", "started_at", "due_at", "met_at", "breached_at")
# Written for colleagues only, like notes.
OURS = (EventKind.TAGGED, EventKind.UNTAGGED, EventKind.FIELD_SET, EventKind.CHECKLIST)
AROUND = timedelta(days=366)  # special days are listed so far past the last moment that matters


def evidence_of(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """The evidence of a ticket as JSON data, with its hash. Internal notes are left out.

    ValueError for a ticket that stands under no agreement.
    """
    coverage = (
        Coverage.objects.select_related("edition__agreement", "edition__calendar")
        .filter(ticket=ticket)
        .first()
    )
    if coverage is None:
        raise ValueError(f"{ticket.reference} stands under no agreement")
    events = list(TicketEvent.objects.filter(ticket=ticket).order_by("version"))
    since = further(ticket)
    facts: list[Fact] = [*events, *since]
    ruled = derive(Worlds().cover_of(coverage), engine_events(facts), now=now)
    data = {
        "format": FORMAT,
        "made_at": _written(now),
        "ticket": _ticket(ticket),
        "agreement": _agreement(coverage),
        "history": [_event(event) for event in events],
        # What met, held or ended its promises on the ticket that it was merged into.
        "since_merged": [_event_elsewhere(event) for event in since],
        "messages": _messages(ticket),
        "alerts": [_alert(alert) for alert in Alert.objects.filter(ticket=ticket).order_by("at")],
        "cases": _cases(ruled, facts, now),
    }
    return data | {"sha256": digest(data)}


def replay_ticket(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """A ticket's clocks at a moment with what was known then, in the form of `sla_replay`.

    ValueError for a ticket that stands under no agreement.
    """
    coverage = Coverage.objects.filter(ticket=ticket).first()
    if coverage is None:
        raise ValueError(f"{ticket.reference} stands under no agreement")
    ruled = derive(Worlds().cover_of(coverage), history_of(ticket), now=at, known_at=at)
    return {
        "commitments": [
            commitment(
                reading, rule.world.terms, rule.world.hours(stopped_at(reading) or at), rule.waived
            )
            for reading, rule in ruled
        ]
    }


def digest(data: Mapping[str, object]) -> str:
    """SHA-256 of the data without its hash: UTF-8 JSON, keys in order, without spaces."""
    bare = {name: value for name, value in data.items() if name != "sha256"}
    return sha256(canonical(bare).encode()).hexdigest()


def canonical(data: Mapping[str, object]) -> str:
    """The one way to write data down of which the hash is taken: keys in order, no spaces."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def check(data: Mapping[str, Any]) -> list[str]:
    """What is wrong with an evidence file: its hash, or clocks that don't follow from its cases.

    Needs no database. ValueError for what is no evidence file.
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise ValueError(f"not an evidence file ({FORMAT})")
    wrong = []
    if data.get("sha256") != digest(data):
        wrong.append("the hash is not that of the content: the file was changed")
    for number, case in enumerate(data["cases"], start=1):
        derived = {_which(clock): clock for clock in replay(case["replay"])["commitments"]}
        for clock in case["clocks"]:
            found = derived.get(_which(clock), {})
            wrong += [
                f"case {number}, {clock['clause']}: {name} is {clock[name]}, "
                f"the history gives {found.get(name)}"
                for name in JUDGED
                if not _same(clock[name], found.get(name))
            ]
    return wrong


def _which(clock: Mapping[str, Any]) -> tuple[str, str, int]:
    return clock["kind"], clock["clause"], clock.get("turn", 0)


def _same(one: object, other: object) -> bool:
    """Moments are the same instants however they are written."""
    if isinstance(one, str) and isinstance(other, str) and one[:4].isdecimal():
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return bool(one == other)


def _cases(ruled: Sequence[Ruled], events: Sequence[Fact], now: datetime) -> list[object]:
    """The clocks by what they were read under: a rule, and when the rest was known."""
    groups: dict[tuple[int, bool, datetime | None], list[Ruled]] = {}
    for reading, rule in ruled:
        stop = stopped_at(reading)
        known = stop if stop and rule.world.unsettled(stop, reading.due_at) else None
        groups.setdefault((rule.world.edition.pk, rule.waived, known), []).append((reading, rule))
    return [
        {
            "known_at": _written(known),
            "replay": _case(group[0][1], known, events, now, group),
            "clocks": [_clock(reading, rule) for reading, rule in group],
        }
        for (_edition, _waived, known), group in groups.items()
    ]


def _case(
    rule: Rule,
    known: datetime | None,
    events: Sequence[Fact],
    now: datetime,
    group: Iterable[Ruled],
) -> dict[str, Any]:
    """What `sla_replay` reads to derive these clocks."""
    agreement = written(rule.world.edition)
    until = max([now, *(reading.due_at for reading, _rule in group if reading.due_at)]) + AROUND
    days = CalendarDay.objects.filter(
        calendar=rule.world.edition.calendar, day__gte=events[0].at.date(), day__lte=until.date()
    ).known_at(known or now)
    agreement["calendar"] |= {"days": [_day(day) for day in days]}
    return {
        "agreement": agreement,
        "now": _written(now),
        "phone_waiver": rule.waived,
        "releases": [_written(at) for at in rule.world.release_moments(known)],
        "events": [
            {"at": _written(event.at), "kind": event.kind}
            | {name: event.data[name] for name in READ if event.data.get(name) is not None}
            for event in events
            if engine_events([event])
        ],
    }


def _clock(ruled_reading: Any, rule: Rule) -> dict[str, Any]:
    reading = ruled_reading
    hours = rule.world.hours(stopped_at(reading))
    steps = explain(reading, rule.world.terms, hours, rule.waived)
    end = min(each for each in (reading.due_at, reading.met_at) if each) if reading.due_at else None
    explanation = {}
    for language in ("nl", "en"):
        with override(language):
            explanation[language] = in_words(steps, hours.zone, reading.target.words)
    return {
        "kind": reading.target.promise.value,
        "clause": reading.target.clause,
        "words": dict(reading.target.words),
        "turn": reading.turn,
        "binding": reading.binding,
        "state": reading.state.value,
        **{name: _written(getattr(reading, name), hours.zone) for name in JUDGED[2:]},
        "counted": [
            {
                "from": _written(stretch.start, hours.zone),
                "until": _written(stretch.end, hours.zone),
                "seconds": stretch.worked.total_seconds(),
            }
            for stretch in (hours.stretches(reading.started_at, end, reading.pauses) if end else ())
        ],
        "explanation": explanation,
    }


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        "reference": ticket.reference,
        "subject": ticket.subject,
        "kind": ticket.kind,
        "priority": ticket.priority,
        "proposed_priority": ticket.proposed_priority,
        "channel": ticket.channel,
        "status": ticket.status,
        "organisation": ticket.organisation.name if ticket.organisation else None,
        "reported_at": _written(ticket.reported_at),
    }


def _agreement(coverage: Coverage) -> dict[str, object]:
    edition = coverage.edition
    releases = Release.objects.filter(agreement=edition.agreement_id).prefetch_related("moves")
    changes = CoverageChange.objects.filter(coverage=coverage).select_related("edition_before")
    return {
        "name": edition.agreement.name,
        "provider": edition.agreement.provider,
        "edition": edition.number,
        "in_force_on": edition.in_force_on.isoformat(),
        "announced_at": _written(edition.announced_at),
        "phone_rule_waived": coverage.waived,
        "corrections": [
            {
                "at": _written(change.changed_at),
                "from": str(change.edition_before),
                "waived_before": change.waived_before,
                "why": _causes([change.cause]),
            }
            for change in changes
        ],
        "calendar": agreements.calendar_data(edition.calendar),
        "releases": [
            {
                "name": release.name,
                "planned_at": _written(release.planned_at),
                "hotfix": release.is_hotfix,
                "known_from": _written(release.known_from),
                "skipped_at": _written(release.skipped_at),
                "moves": [
                    {
                        "at": _written(move.moved_at),
                        "from": _written(move.planned_before),
                        "to": _written(move.planned_after),
                    }
                    for move in release.moves.all()
                ],
            }
            for release in releases.filter(planned_at__gte=coverage.ticket.reported_at)
        ],
    }


def _event(event: TicketEvent) -> dict[str, object]:
    # What is filled in may be ours alone, and says nothing of a promise.
    told = {name: value for name, value in event.data.items() if name != "fields"}
    return {
        "version": event.version,
        "at": _written(event.at),
        "kind": event.kind,
        "actor": event.actor.name if event.actor else None,
        "data": {} if event.kind in OURS else told,
    }


def _event_elsewhere(event: Told) -> dict[str, object]:
    return {
        "ticket": Ticket(pk=event.ticket).reference,
        "at": _written(event.at),
        "kind": event.kind,
    }


def _messages(ticket: Ticket) -> list[dict[str, object]]:
    return [
        {
            "at": _written(message.at),
            "kind": message.kind,
            "channel": message.channel,
            "from": message.sender,
            "text": message.text,
        }
        for message in ticket.messages.filter(public=True).select_related("author").order_by("at")
    ]


def _alert(alert: Alert) -> dict[str, object]:
    return {
        "kind": alert.kind,
        "clause": alert.clause,
        "share": alert.share or None,
        "minutes_after": alert.after or None,
        "at": _written(alert.at),
        "noticed_at": _written(alert.noticed_at),
        "taken_back_at": _written(alert.taken_back_at),
        "due_before": _written(alert.due_before),
        "due_at": _written(alert.due_at),
        "why": _causes(alert.causes),
    }


def _causes(causes: Sequence[Mapping[str, object]]) -> dict[str, str]:
    said = {}
    for language in ("nl", "en"):
        with override(language):
            said[language] = "; ".join(cause_words(cause) for cause in causes)
    return said


def _day(day: CalendarDay) -> dict[str, str]:
    row = {"day": day.day.isoformat(), "name": day.name}
    return row | ({"opens": day.opens, "closes": day.closes} if day.opens else {})


def _written(at: datetime | None, zone: ZoneInfo | None = None) -> str | None:
    return None if at is None else at.astimezone(zone or UTC).isoformat()

"""The clocks of tickets, read from their histories and kept as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.db.models import F, Func, JSONField, QuerySet, Value

from sla import engine
from sla.clock_rows import TOLD_ONCE, wanted_of
from sla.derivation import Ruled, derive, engine_events, facts, key_of, utc
from sla.engine import Reading
from sla.engine.agreement import Triage
from sla.engine.triage import Under, Unjudged, is_judged, unjudged
from sla.histories import going_on, merged_here
from sla.models import Alert, Clock, Coverage, CoverageChange, Edition
from sla.world import Cover, Worlds
from tickets.models import (
    EventKind,
    Link,
    LinkKind,
    Organisation,
    Status,
    Ticket,
    TicketEvent,
)
from tickets.questions import Kept, together


def cover(ticket: Ticket) -> Coverage | None:
    """Put a ticket under the edition in force at its report, for good; None without a contract."""
    coverage = (
        # Held, so that a change that marks it as stale meanwhile waits and is not overwritten.
        Coverage.objects.select_for_update(no_key=True, of=("self",))
        .select_related("edition__agreement", "edition__calendar")
        .filter(ticket=ticket)
        .first()
    )
    if coverage is None and (agreed := agreed_at(ticket.reported_at, ticket.organisation)):
        coverage = Coverage.objects.create(ticket=ticket, **agreed)
    return coverage


class Agreed(TypedDict):
    """What holds for a report: the edition in force, and whether the phone rule is waived."""

    edition: Edition
    waived: bool


def _theirs(organisation: int) -> QuerySet[Any]:
    """The editions of an organisation's agreement, with four columns of its contract."""
    announced = Edition.objects.filter(
        announced_at__isnull=False,
        agreement__contracts__organisation=organisation,
        agreement__contracts__for_reports=True,
    ).annotate(
        starts_on=F("agreement__contracts__starts_on"),
        ends_on=F("agreement__contracts__ends_on"),
        waived_from=F("agreement__contracts__waived_from"),
        waived_until=F("agreement__contracts__waived_until"),
    )
    return announced.select_related("agreement", "calendar").order_by("-in_force_on")


_THEIRS = Kept(_theirs, organisation=int)  # each report asks it


def agreed_at(reported_at: datetime, organisation: Organisation | None) -> Agreed | None:
    """What holds for what an organisation reports at a moment; None without a contract."""
    if organisation is None:
        return None
    for edition in _THEIRS(organisation=organisation.pk).asked():
        day = day_of(reported_at, edition)
        held = (edition.starts_on or day) <= day <= (edition.ends_on or day)
        if held and edition.in_force_on <= day:
            waived = waived_on(day, since=edition.waived_from, until=edition.waived_until)
            return Agreed(edition=edition, waived=waived)
    return None


def day_of(moment: datetime, edition: Edition) -> date:
    """The date of a moment on the wall clock of an edition's calendar."""
    return moment.astimezone(ZoneInfo(edition.calendar.zone)).date()


def waived_on(day: date, *, since: date | None, until: date | None) -> bool:
    """Is the phone rule waived on the day of a report ("tenzij anders afgesproken", 4.D)?"""
    return since is not None and since <= day and (until is None or day <= until)


def begin(
    ticket: Ticket, reported: TicketEvent, agreed: Agreed | None, *, now: datetime
) -> list[Clock]:
    """The clocks of a ticket that is reported at this moment, its only event.

    What `refresh` does, without asking for rows that can't be there yet.
    """
    if agreed is None:
        return []
    coverage = Coverage(ticket=ticket, version=ticket.version, **agreed)
    worlds = Worlds()
    worlds.of(coverage.edition)
    under = worlds.cover(coverage.edition_id, coverage.waived, ())
    events = engine_events([reported])
    ruled = derive(under, events, now=now)
    clocks = [
        Clock(
            ticket=ticket,
            target_key=reading.target.key,
            **wanted_of(reading, rule, None, set(), now),
        )
        for reading, rule in ruled
    ]
    coverage.next_due_at = next_due_at(clocks)
    _say_if_unjudged(coverage, triage_of(under, events, ruled))
    coverage.save(force_insert=True)
    return Clock.objects.bulk_create(clocks)


# Every verb asks these.
_EVENTS = Kept(
    lambda ticket: TicketEvent.objects.filter(ticket=ticket).order_by("version"), ticket=int
)
_CHANGES = Kept(lambda ticket: CoverageChange.objects.filter(coverage=ticket), ticket=int)
_CLOCKS = Kept(lambda ticket: Clock.objects.filter(ticket=ticket), ticket=int)
_TOLD = Kept(
    lambda ticket: Alert.objects.standing().filter(ticket=ticket).values_list(*TOLD_ONCE),
    ticket=int,
)


def refresh(ticket: Ticket, *, now: datetime) -> list[Clock]:
    """Read a ticket's clocks anew and write the rows that differ; then those of the tickets that
    were merged into it, whose promises it has to keep.

    The caller holds the ticket's lock, so that no event comes between reading and writing.
    """
    coverage = cover(ticket)
    events, changes, rows = together(
        _EVENTS(ticket=ticket.pk), _CHANGES(ticket=ticket.pk), _CLOCKS(ticket=ticket.pk)
    )
    carried = _refresh_merged(merged_here(events), now)
    if coverage is None:
        return []
    merged = ticket.status == Status.MERGED
    further = going_on([ticket.pk]).get(ticket.pk, ()) if merged else ()
    under = Worlds().cover_of(coverage, changes)
    stored = {(clock.target_key, clock.turn): clock for clock in rows}
    if coverage.stale_causes:
        read = [event for event in events if event.version <= coverage.version]
        ruled = derive(under, engine_events([*read, *further]), now=now)
        _say_what_moved(coverage, stored, ruled, now)
    read_as = engine_events([*events, *further])
    ruled = derive(under, read_as, now=now)
    carrier = stays_in(ticket.pk) if merged else None
    if coverage.stale_since is None:
        _keep_what_was_missed(ticket, stored.values(), ruled, now)
    clocks = _write(ticket, stored, ruled, now, carrier)
    coverage.version = ticket.version
    coverage.stale_since, coverage.stale_causes = None, []
    coverage.planned_for_id = planned_release(events)
    coverage.next_due_at = next_due_at(clocks if merged else [*clocks, *carried])
    _say_if_unjudged(coverage, triage_of(under, read_as, ruled))
    coverage.save(
        update_fields=[
            *("version", "stale_since", "stale_causes", "planned_for", "next_due_at"),
            *("judge_by", "would_owe", "judge_alarm_at"),
        ]
    )
    if carrier is not None:
        _carry(carrier)
    return clocks


def _keep_what_was_missed(
    ticket: Ticket, stored: Iterable[Clock], ruled: Sequence[Ruled], now: datetime
) -> None:
    """A breach that the sweep has not recorded yet is, before a verb takes it away."""
    missed = {
        (reading.target.key, reading.started_at)
        for reading, _rule in ruled
        if reading.state is engine.State.BREACHED
    }
    lost = [
        (clock, clock.due_at)
        for clock in stored
        if clock.binding
        and clock.due_at is not None
        and clock.due_at < min(now, clock.met_at or now)
        and clock.state in (Clock.State.RUNNING, Clock.State.BREACHED)
        and (clock.target_key, clock.started_at) not in missed
    ]
    Alert.objects.bulk_create(
        (
            Alert(
                ticket=ticket,
                target_key=clock.target_key,
                promise=clock.promise,
                clause=clock.clause,
                kind=Alert.Kind.BREACH,
                started_at=clock.started_at,
                due_at=due,
                at=due,
                noticed_at=now,
                tell_at=due,
            )
            for clock, due in lost
        ),
        ignore_conflicts=True,
    )


def triage_of(
    under: Cover, events: Sequence[engine.Event], ruled: Sequence[Ruled]
) -> Unjudged | None:
    """What a report that nobody has judged would owe if it were worse, as is known now."""
    if is_judged(events):
        return None
    world, readings = under.now.world, [reading for reading, _rule in ruled]
    stands = Under(world.terms, world.hours(), world.release_moments(), under.now.waived)
    return unjudged(stands, events, readings)


def would_owe(found: Unjudged | None) -> list[list[str]]:
    """What of it a row keeps."""
    owed = found.owed if found else ()
    return [[each.priority.value, each.promise.value, each.due_at.isoformat()] for each in owed]


def _say_if_unjudged(coverage: Coverage, found: Unjudged | None) -> None:
    coverage.judge_by = coverage.judge_alarm_at = found.judge_by if found else None
    coverage.would_owe = would_owe(found)


def mark_unjudged(coverages: QuerySet[Coverage], *, since: datetime, now: datetime) -> None:
    """Have read again what reports that nobody judged would owe: they may have no clock that moves.

    since: the first instant that is touched; what would be due before stays. What had no date may
    get one, but for the priority that a ticket has: that is what its clocks are for.
    """
    waiting = coverages.filter(judge_by__isnull=False, stale_since=None)
    moved = []
    columns = ("pk", "would_owe", "ticket__priority", "edition__terms")
    for pk, owed, priority, terms in waiting.values_list(*columns):
        stays = {each for each, _promise, due in owed if datetime.fromisoformat(due) < since}
        rule = Triage.read(terms.get("triage", {}))
        if set(rule.priorities) - stays - {priority}:
            moved.append(pk)
    Coverage.objects.filter(pk__in=moved).update(stale_since=now)


def stays_in(ticket: int) -> int:
    """The number of the ticket on which one that was merged goes on, however often."""
    into = Link.objects.filter(kind=LinkKind.MERGED).values_list("other", flat=True)
    while other := into.filter(ticket=ticket).first():
        ticket = other
    return ticket


def _refresh_merged(merged: Sequence[int], now: datetime) -> list[Clock]:
    """The clocks of tickets that were merged into the one at hand, and into those, read again.

    Who holds one of them now may wait for the one at hand, so nobody waits here: the sweep reads
    it again instead.
    """
    free = Ticket.objects.select_for_update(no_key=True, skip_locked=True)
    clocks: list[Clock] = []
    for pk in merged:
        if (ticket := free.filter(pk=pk).first()) is not None:
            clocks += refresh(ticket, now=now)
            further = TicketEvent.objects.filter(ticket=pk, kind=EventKind.LINKED)
            numbers = merged_here(further)
            clocks += Clock.objects.filter(ticket__in=numbers) if numbers else ()
        else:
            Coverage.objects.filter(pk=pk).update(stale_since=now)
            clocks += Clock.objects.filter(ticket=pk)
    return clocks


def _carry(ticket: int) -> None:
    """The nearest deadline of a ticket counts what it carries for those merged into it."""
    due = next_due_at(Clock.objects.pressing_on([ticket]))
    Coverage.objects.filter(pk=ticket).exclude(next_due_at=due).update(next_due_at=due)


def next_due_at(clocks: Iterable[Clock]) -> datetime | None:
    """The nearest deadline that binds and is still owed, also when it has passed."""
    owed = (clock.due_at for clock in clocks if clock.binding and _is_owed(clock))
    return min((due for due in owed if due is not None), default=None)


def mark_stale(clocks: QuerySet[Clock], *, now: datetime, cause: Mapping[str, object]) -> int:
    """Have the sweep read again those of these clocks that can still move, and say why they did.

    Gives the number of tickets. They are read one by one, later; here they are only marked.
    """
    running = clocks.filter(met_at=None).exclude(state=Clock.State.CANCELLED)
    added = Func(
        F("stale_causes"),
        Value([cause], JSONField()),
        template="%(expressions)s",
        arg_joiner=" || ",
        output_field=JSONField(),
    )
    marked = Coverage.objects.filter(pk__in=running.values("ticket"))
    return marked.update(stale_since=now, stale_causes=added)


def being_read(clocks: QuerySet[Clock] | None = None) -> int:
    """How many tickets still wait to be read again, of all or of those with these clocks."""
    waiting = Coverage.objects.filter(stale_since__isnull=False)
    return (waiting if clocks is None else waiting.filter(pk__in=clocks.values("ticket"))).count()


def _say_what_moved(
    coverage: Coverage,
    stored: Mapping[tuple[str, int], Clock],
    ruled: Sequence[Ruled],
    now: datetime,
) -> None:
    """A deadline that moved without anybody touching the ticket is told, from, to and why.

    ruled: the history as it was read before, under what holds now. A clock that came or went, as
    under another edition, moved from nothing or to nothing.
    """
    was = {key: clock for key, clock in stored.items() if _is_owed(clock)}
    now_is = {key_of(reading): reading for reading, _rule in ruled if _is_owed(reading)}
    moved = []
    for key in [*now_is, *(key for key in was if key not in now_is)]:
        before = was[key].due_at if key in was else None
        after = utc(now_is[key].due_at) if key in now_is else None
        if before == after:
            continue
        said = facts(now_is[key]) if key in now_is else vars(was[key])
        moved.append(
            Alert(
                ticket_id=coverage.pk,
                target_key=key[0],
                promise=said["promise"],
                clause=said["clause"],
                kind=Alert.Kind.MOVED,
                started_at=said["started_at"],
                due_before=before,
                due_at=after,
                causes=coverage.stale_causes,
                at=now,
                noticed_at=now,
                tell_at=now,
            )
        )
    Alert.objects.bulk_create(moved)


def _is_owed(clock: Clock | Reading) -> bool:
    return clock.met_at is None and clock.state != Clock.State.CANCELLED


def _write(
    ticket: Ticket,
    stored: dict[tuple[str, int], Clock],
    ruled: Sequence[Ruled],
    now: datetime,
    carrier: int | None = None,
) -> list[Clock]:
    """Bring the rows to the readings. Rows that agree already are left alone."""
    recorded = set(_TOLD(ticket=ticket.pk).asked()) if ruled else set()
    clocks = []
    for reading, rule in ruled:
        clock = stored.pop(key_of(reading), None)
        wanted = wanted_of(reading, rule, clock, recorded, now) | {"carried_by_id": carrier}
        if clock is None:
            clock = Clock.objects.create(ticket=ticket, target_key=reading.target.key, **wanted)
        elif changed := [name for name, value in wanted.items() if getattr(clock, name) != value]:
            for name in changed:
                setattr(clock, name, wanted[name])
            clock.save(update_fields=changed)
        clocks.append(clock)
    if stored:
        Clock.objects.filter(pk__in=[clock.pk for clock in stored.values()]).delete()
    return clocks


def planned_release(events: Sequence[TicketEvent]) -> int | None:
    """The release a ticket is planned for, by its last `planned` event."""
    for event in reversed(events):
        if event.kind == EventKind.PLANNED:
            release = event.data.get("release_id")
            return int(release) if release is not None else None
    return None

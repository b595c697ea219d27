"""The promises and tickets of a customer's month, as rows of its report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from sla.engine.dates import up_to
from sla.lateness import told
from sla.models import Agreement, Alert, Clock
from sla.no_longer import removals
from sla.queries import worlds_by_ticket
from sla.reporting import OUTCOME, clocks_in, month_bounds, no_longer_missed, trend
from support.causes.models import given_for
from support.cockpit.behind import DONE
from support.monthly.document import NoLongerRow, OpinionRow, PromiseRow, TicketRow
from support.opinions.results import last_said
from support.reports.missed import annotated
from tickets.models import EventKind, Organisation, Ticket, TicketEvent

MONTHS = 6
"""In the trend."""
_TURNS = (
    *DONE,
    *(EventKind.CLOSED, EventKind.MERGED, EventKind.REOPENED),
)


@dataclass(frozen=True)
class Scope:
    """Whose month: of a customer, what stands under an agreement."""

    organisation: Organisation
    agreement: Agreement
    month: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The instants between which it lies."""
        return month_bounds(self.month)

    def clocks(self) -> QuerySet[Clock]:
        """All promises of theirs, of whatever month."""
        return Clock.objects.filter(
            ticket__organisation=self.organisation,
            ticket__coverage__edition__agreement=self.agreement,
        )

    def tickets(self) -> QuerySet[Ticket]:
        """All tickets of theirs."""
        theirs = Ticket.objects.filter(organisation=self.organisation)
        return theirs.filter(coverage__edition__agreement=self.agreement)


def of_month(scope: Scope, *, now: datetime) -> list[PromiseRow]:
    """Every promise whose clock started in the month, with what became of it."""
    clocks = clocks_in(scope.month, scope.clocks()).select_related("ticket")
    return _rows(clocks.order_by("started_at", "pk"), now=now)


def of_earlier(scope: Scope, *, now: datetime) -> list[PromiseRow]:
    """Promises of earlier months that were kept or missed in this one: their own month's report
    could not know it yet.
    """
    first, last = scope.bounds
    met = Q(state=Clock.State.MET, met_at__gte=first, met_at__lt=last, due_at__isnull=False)
    missed = Q(state=Clock.State.BREACHED, breached_at__gte=first, breached_at__lt=last)
    clocks = scope.clocks().filter(met | missed, binding=True, started_at__lt=first)
    decided: QuerySet[Any] = clocks.annotate(outcome=OUTCOME).select_related("ticket")
    return _rows(decided.order_by("started_at", "pk"), now=now)


def _rows(clocks: QuerySet[Any], *, now: datetime) -> list[PromiseRow]:
    found: list[Any] = list(clocks)
    worlds = worlds_by_ticket(list({clock.ticket_id for clock in found}))
    strengths = {
        world.edition.pk: {target.key: target.strength for target in world.terms.targets}
        for world in worlds.values()
    }
    missed = _missed([clock for clock in found if clock.outcome == "breached"], now=now)
    rows = []
    for clock in found:
        world = worlds[clock.ticket_id]
        strength = strengths[world.edition.pk].get(clock.target_key)
        by_phone = clock.ticket.channel == "phone"
        clause = world.terms.caller_clause if by_phone else world.terms.phone_clause
        rows.append(
            PromiseRow(
                ticket=clock.ticket.reference,
                subject=clock.ticket.subject,
                kind=clock.ticket.kind,
                promise=clock.promise,
                priority=clock.priority,
                clause=clock.clause,
                strength=strength.value if strength else "",
                outcome=clock.outcome,
                started=clock.started_at,
                due=clock.due_at,
                done=clock.met_at,
                unbound="" if clock.binding else clause,
                **missed.get(clock.pk, {}),
            )
        )
    return rows


def _missed(clocks: Sequence[Clock], *, now: datetime) -> dict[int, dict[str, Any]]:
    """By how much each was missed, why, and who had it. What colleagues noted is theirs alone."""
    given = given_for(clocks)
    held = annotated(Clock.objects.filter(pk__in=[clock.pk for clock in clocks]))
    had = {clock.pk: clock.agent or clock.of_team for clock in held}
    return {
        each.clock.pk: {
            "late": each.late,
            "day": each.day,
            "cause": given[each.clock.pk].cause.words if each.clock.pk in given else None,
            "had": had[each.clock.pk],
        }
        for each in told(clocks, now=now)
    }


def no_longer(scope: Scope) -> list[NoLongerRow]:
    """What was missed in the month and counts no more, with what took it away."""
    theirs = Alert.objects.filter(
        ticket__organisation=scope.organisation,
        ticket__coverage__edition__agreement=scope.agreement,
    )
    alerts = list(no_longer_missed(*scope.bounds, theirs).select_related("ticket"))
    taken = removals(alerts)
    rows = []
    for alert in alerts:
        removal = taken.get(alert.pk)
        event = removal.event if removal else None
        rows.append(
            NoLongerRow(
                ticket=alert.ticket.reference,
                subject=alert.ticket.subject,
                promise=alert.promise,
                clause=alert.clause,
                started=alert.started_at,
                due=alert.due_at,
                by=str(removal.by or "") if removal else "",
                how=str(event.kind) if event else "corrected" if removal else "",
                at=removal.at if removal else None,
            )
        )
    return rows


def tickets(scope: Scope) -> list[TicketRow]:
    """What came in, what was done, and what was open at the end of the month, by the history."""
    first, last = scope.bounds
    events = TicketEvent.objects.filter(ticket=OuterRef("pk"))
    done = events.filter(kind__in=DONE, at__gte=first, at__lt=last)
    turned = events.filter(kind__in=_TURNS, at__lt=last).order_by("-version")
    found: Iterable[Any] = (
        scope.tickets()
        .filter(reported_at__lt=last)
        .annotate(
            went=Exists(done),
            done_at=Subquery(done.order_by("-version").values("at")[:1]),
            turn=Subquery(turned.values("kind")[:1]),
        )
        .filter(
            Q(reported_at__gte=first) | Q(went=True) | Q(turn=None) | Q(turn=EventKind.REOPENED)
        )
        .order_by("reported_at", "pk")
    )
    return [
        TicketRow(
            ticket=ticket.reference,
            subject=ticket.subject,
            kind=ticket.kind,
            priority=ticket.priority,
            channel=ticket.channel,
            reported=ticket.reported_at,
            done=ticket.done_at,
            came=ticket.reported_at >= first,
            went=ticket.went,
            open=ticket.turn in {None, EventKind.REOPENED},
        )
        for ticket in found
    ]


def opinions(scope: Scope) -> list[OpinionRow]:
    """What was said in the month of their tickets; of each the last that ever was."""
    first, last = scope.bounds
    said = last_said(scope.tickets()).filter(at__gte=first, at__lt=last)
    return [
        OpinionRow(
            ticket=event.ticket.reference,
            subject=event.ticket.subject,
            mark=event.mark,
            reason=event.data["reason"],
            at=event.at,
        )
        for event in said.select_related("ticket").order_by("at", "pk")
    ]


def months_up_to(scope: Scope) -> list[dict[str, object]]:
    """The months up to this one, each with its counts."""
    wanted = up_to(scope.month, MONTHS)
    return [
        {"month": month, **vars(tally)} for month, tally in trend(wanted, scope.clocks()).items()
    ]

"""What people and checks do with outages: the ledger's facts, and the ticket that goes with them.

An outage is dealt with on one incident ticket, however many checks and customers see it: the first
customer's report, or else one that is opened by our monitoring.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sla import claims, outages
from sla.models import Claim, ClaimDecision, Outage, OutageEvent, Service
from sla.wording import moment_words
from support import desk
from support.desk import gathering
from support.desk.conversation import Words
from support.who import Reporter
from tickets.files import File
from tickets.models import Channel, Contact, Kind, LinkKind, Status, Ticket, User

OVER = (Status.RESOLVED, Status.CLOSED, Status.MERGED)


@transaction.atomic
def detected(
    service: Service,
    *,
    at: datetime,
    now: datetime,
    down_since: datetime | None = None,
    actor: User | None = None,
    **seen: Any,
) -> Outage:
    """We saw that a service is down: it begins an outage with its ticket, or joins the one it has.

    seen: what is kept with that, such as which check saw it.
    """
    outage, _begun = outages.note_down(
        service,
        OutageEvent.Kind.DETECTED,
        at=at,
        now=now,
        actor=actor,
        down_since=down_since,
        **seen,
    )
    if outage.ticket_id is None:
        outages.put_on(outage, _open(outage, now), actor=actor, now=now)
    outage.refresh_from_db()
    return outage


@transaction.atomic
def reported(service: Service, ticket: Ticket, *, actor: User, now: datetime) -> Outage:
    """A customer's report turned out to be of an outage: it counts from that report.

    The first one's ticket is the outage's; others are linked to it.
    """
    outage, _begun = outages.note_down(
        service,
        OutageEvent.Kind.REPORTED,
        at=ticket.reported_at,
        now=now,
        actor=actor,
        ticket=ticket.pk,
    )
    if outage.ticket is None:
        outages.put_on(outage, ticket, actor=actor, now=now)
    elif outage.ticket_id != ticket.pk:
        gathering.link(ticket, other=outage.ticket, kind=LinkKind.CAUSED, actor=actor, at=now)
    outage.refresh_from_db()
    return outage


@transaction.atomic
def restored(outage: Outage, *, at: datetime, now: datetime, actor: User | None = None) -> Outage:
    """It is there again; its ticket says so to colleagues."""
    outage = outages.restore(outage, at=at, now=now, actor=actor)
    if outage.ticket is not None and outage.ticket.status not in OVER:
        zone = outages.zone_of(outage.service)
        said = _("%(service)s is there again since %(moment)s.") % {
            "service": outage.service,
            "moment": moment_words(at, zone),
        }
        desk.note(outage.ticket, Words(text=said), actor=actor, channel=Channel.MONITOR, at=now)
    return outage


@transaction.atomic
def file_claim(
    service: Service,
    contact: Contact,
    *,
    begins_at: datetime,
    ends_at: datetime,
    text: str,
    files: Sequence[File] = (),
    about: Outage | None = None,
    now: datetime,
) -> Claim:
    """A customer reports an outage afterwards, or brings evidence against our figures.

    It comes in as a ticket, with their words and files. LedgerError in words.
    """
    claims.refuse_unless_possible(service, contact.organisation, begins_at, ends_at, now=now)
    zone = outages.zone_of(service)
    subject = _("Claim: %(service)s, %(begin)s to %(end)s") % {
        "service": service,
        "begin": moment_words(begins_at, zone),
        "end": moment_words(ends_at, zone),
    }
    ticket = desk.open_ticket(
        Reporter(contact=contact, proved=True),
        Words(text=text, files=files),
        subject=subject,
        kind=kind_of(service, Kind.SUPPORT),
        channel=Channel.WEB,
        at=now,
    )
    return claims.file(
        service,
        contact.organisation,
        contact=contact,
        ticket=ticket,
        begins_at=begins_at,
        ends_at=ends_at,
        now=now,
        about=about,
    )


@transaction.atomic
def decide_claim(
    claim: Claim,
    *,
    accepted: bool,
    reason: str,
    actor: User,
    now: datetime,
    seen: int,
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> ClaimDecision:
    """Accept a claim, whole or in part, or refuse it; the customer reads why as an answer."""
    if accepted:
        made = claims.accept(
            claim,
            reason=reason,
            actor=actor,
            now=now,
            seen=seen,
            begins_at=begins_at,
            ends_at=ends_at,
        )
    else:
        made = claims.refuse(claim, reason=reason, actor=actor, now=now, seen=seen)
    desk.reply(claim.ticket, Words(text=_answer(claim, made)), actor=actor, at=now)
    return made


def _answer(claim: Claim, made: ClaimDecision) -> str:
    zone = outages.zone_of(claim.service)
    words = {"service": claim.service, "reason": made.reason}
    if not made.accepted:
        return _("We do not accept your claim of %(service)s: %(reason)s") % words
    words["begin"] = moment_words(made.begins_at, zone)
    words["end"] = moment_words(made.ends_at, zone)
    return (
        _("We accept your claim of %(service)s from %(begin)s to %(end)s: %(reason)s") % words
        + "\n\n"
        + _("It counts in its own month; what follows from that, you read there.")
    )


def _open(outage: Outage, now: datetime) -> Ticket:
    """The incident of an outage that nobody reported yet."""
    service = outage.service
    subject = _("%(service)s is down") % {"service": service}
    text = _("Our monitoring found on %(moment)s that %(service)s is down.") % {
        "service": service,
        "moment": moment_words(outage.detected_at, outages.zone_of(outage.service)),
    }
    return desk.open_ticket(
        Reporter(name=_("Monitoring"), organisation=service.organisation, proved=True),
        Words(text=text),
        subject=subject,
        kind=kind_of(service, Kind.INCIDENT),
        channel=Channel.MONITOR,
        confirm=False,
        at=now,
    )


def kind_of(service: Service, wanted: Kind) -> str | None:
    """That kind of ticket, if the agreement has it; else the one that a report is taken for."""
    edition = service.agreement.editions.exclude(announced_at=None).last()
    offered = edition.terms.get("ticket_kinds", []) if edition else []
    return wanted if not offered or wanted in offered else None

"""What customers say of our figures, and what was decided of it (Diploc Downtime, Dialog 1.C)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sla import outages
from sla.models import Claim, ClaimDecision, Outage, OutageEvent, Service
from sla.outages import LedgerError
from tickets.models import Contact, Organisation, Ticket, User


@transaction.atomic
def file(
    service: Service,
    organisation: Organisation,
    *,
    contact: Contact | None,
    ticket: Ticket,
    begins_at: datetime,
    ends_at: datetime,
    now: datetime,
    about: Outage | None = None,
) -> Claim:
    """An outage that a customer reports afterwards; or, about one of ours, that it was otherwise.

    The ticket has their words and their files. LedgerError in words.
    """
    refuse_unless_possible(service, organisation, begins_at, ends_at, now=now)
    if about is not None and about.service_id != service.pk:
        raise LedgerError(_("That outage is of another service."))
    kind = Claim.Kind.AFTERWARDS if about is None else Claim.Kind.COUNTER_EVIDENCE
    return Claim.objects.create(
        service=service,
        organisation=organisation,
        contact=contact,
        ticket=ticket,
        kind=kind,
        outage=about,
        filed_at=now,
        begins_at=begins_at,
        ends_at=ends_at,
    )


def refuse_unless_possible(
    service: Service,
    organisation: Organisation,
    begins_at: datetime,
    ends_at: datetime,
    *,
    now: datetime,
) -> None:
    """LedgerError in words for a claim that can't be filed."""
    if ends_at <= begins_at:
        raise LedgerError(_("An outage can't end before it begins."))
    if ends_at > now:
        raise LedgerError(_("A claim is about what is over. Report what goes on now."))
    if not Service.objects.of(organisation).filter(pk=service.pk).exists():
        raise LedgerError(_("That service is not yours."))


def standing(claim: Claim) -> ClaimDecision | None:
    """The decision that holds; None if there is none yet."""
    return claim.decisions.order_by("-number").first()


@transaction.atomic
def accept(
    claim: Claim,
    *,
    reason: str,
    actor: User,
    now: datetime,
    seen: int,
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> ClaimDecision:
    """Accept it, whole or a part: what is accepted counts in its own month.

    seen: how many decisions whoever decides has seen. LedgerError in words.
    """
    claim, last = _held(claim, seen, reason)
    begin, end = begins_at or claim.begins_at, ends_at or claim.ends_at
    if not claim.begins_at <= begin < end <= claim.ends_at:
        raise LedgerError(_("What is accepted lies inside what was claimed."))
    if last is not None and last.accepted:
        _undo(claim, last, reason, actor, now)
    data = {
        "claim": claim.pk,
        "from": begin.astimezone(UTC).isoformat(),
        "until": end.astimezone(UTC).isoformat(),
        "reason": reason,
    }
    outage = claim.outage
    if outage is None:
        outage = Outage(service=claim.service)
        data["reported"] = claim.filed_at.astimezone(UTC).isoformat()
    else:
        outage = outages.held(outage)
        data |= {"before": _before(outage)}
    outages.record(outage, OutageEvent.Kind.ACCEPTED, now=now, actor=actor, data=data)
    return _decided(claim, last, actor=actor, now=now, reason=reason, accepted=(begin, end, outage))


@transaction.atomic
def refuse(claim: Claim, *, reason: str, actor: User, now: datetime, seen: int) -> ClaimDecision:
    """Refuse it with the reason; what was accepted of it before counts no more."""
    claim, last = _held(claim, seen, reason)
    if last is not None and not last.accepted:
        raise LedgerError(_("This claim was refused already."))
    if last is not None:
        _undo(claim, last, reason, actor, now)
    return _decided(claim, last, actor=actor, now=now, reason=reason, accepted=None)


def _held(claim: Claim, seen: int, reason: str) -> tuple[Claim, ClaimDecision | None]:
    Service.objects.select_for_update(no_key=True).get(pk=claim.service_id)
    found = Claim.objects.select_related("service", "outage__service").get(pk=claim.pk)
    last = standing(found)
    if (last.number if last else 0) != seen:
        raise LedgerError(_("Somebody decided of this claim meanwhile. Look at it again."))
    if not reason.strip():
        raise LedgerError(_("Say why."))
    return found, last


def _undo(claim: Claim, last: ClaimDecision, reason: str, actor: User, now: datetime) -> None:
    """What was accepted goes out of the ledger again: an outage of its own, or its new times."""
    if last.outage is None:
        return
    if claim.outage is None:
        outages.withdraw(last.outage, reason=reason, actor=actor, now=now)
        return
    accepted = last.outage.events.filter(kind=OutageEvent.Kind.ACCEPTED, data__claim=claim.pk)
    newest = accepted.order_by("-version").first()
    if newest is not None:
        before = {
            name: datetime.fromisoformat(text) if text else None
            for name, text in newest.data["before"].items()
        }
        outages.correct(last.outage, before, reason=reason, actor=actor, now=now)


def _before(outage: Outage) -> dict[str, str | None]:
    moments = {name: getattr(outage, name) for name in ("accepted_from", "restored_at")}
    return {name: at.isoformat() if at else None for name, at in moments.items()}


def _decided(
    claim: Claim,
    last: ClaimDecision | None,
    *,
    actor: User,
    now: datetime,
    reason: str,
    accepted: tuple[datetime, datetime, Outage] | None,
) -> ClaimDecision:
    begin, end, outage = accepted or (None, None, None)
    return ClaimDecision.objects.create(
        claim=claim,
        number=(last.number if last else 0) + 1,
        at=now,
        actor=actor,
        accepted=accepted is not None,
        begins_at=begin,
        ends_at=end,
        outage=outage,
        reason=reason.strip(),
    )

"""What stands on a ticket's page besides its conversation and its promises: one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from sla.models import Contract, Outage, Release, Service
from sla.releases import all_coming
from support.automation.models import Macro
from support.canned.models import CannedReply
from support.drafts.models import Draft, DraftFile
from support.mail.counts import WAITING
from support.mail.models import Proposal
from support.notifications.counts import UNSEEN
from support.notifications.models import Notification
from support.outages import reporters
from tickets.models import (
    ChecklistItem,
    ContactAddress,
    ContactNumber,
    CustomField,
    FieldValue,
    Link,
    OrganisationNote,
    Participant,
    Tag,
    Team,
    Ticket,
    User,
)
from tickets.questions import Kept, together

KNOWN_TAGS = 200
OTHERS = 8
NOTES = 3


@dataclass(frozen=True)
class Beside:
    """All of it; of people and teams the numbers and the names."""

    participants: Sequence[Participant]
    proposals: Sequence[Proposal]
    tags: Sequence[str]
    known_tags: Sequence[str]
    items: Sequence[ChecklistItem]
    fields: Sequence[CustomField]
    values: Sequence[tuple[int, str]]
    unasked: Sequence[CustomField]
    links: Sequence[Link]
    drafts: Sequence[Draft]
    draft_files: Sequence[DraftFile]
    sending: Sequence[Draft]
    canned: Sequence[CannedReply]
    macros: Sequence[Macro]
    contract: Sequence[Contract]
    services: Sequence[Service]
    outages: Sequence[Outage]
    notes: Sequence[OrganisationNote]
    others: Sequence[Ticket]
    numbers: Sequence[str]
    addresses: Sequence[str]
    agents: Sequence[tuple[int, str]]
    teams: Sequence[tuple[int, str]]
    releases: Sequence[Release]
    set_aside: Sequence[int]
    unseen: Sequence[int]
    here: Sequence[int]

    @property
    def told_here(self) -> int:
        """How much waits on this ticket for whoever opens it."""
        return sum(self.here)

    @property
    def nav_counts(self) -> dict[str, int]:
        """The numbers of the frame."""
        return {"quarantine": sum(self.set_aside), "unseen": sum(self.unseen)}


_OF_TICKET = (
    Kept(lambda ticket: Participant.objects.filter(ticket=ticket), ticket=int),
    Kept(lambda ticket: Proposal.objects.filter(ticket=ticket, agreed=None), ticket=int),
    Kept(
        lambda ticket: Tag.objects.filter(tickets=ticket).values_list("name", flat=True),
        ticket=int,
    ),
)
_ALL_TAGS = Kept(lambda: Tag.objects.values_list("name", flat=True)[:KNOWN_TAGS])
_ITEMS = Kept(
    lambda ticket: ChecklistItem.objects.filter(ticket=ticket).select_related("done_by"), ticket=int
)
_FIELDS = Kept(CustomField.objects.asked_of_kind, kind=str)
_VALUES = Kept(
    lambda ticket: FieldValue.objects.filter(ticket=ticket).values_list("field", "value"),
    ticket=int,
)
_UNASKED = Kept(CustomField.objects.left_on, ticket=int, kind=str)
_LINKS = Kept(
    lambda ticket: Link.objects.filter(Q(ticket=ticket) | Q(other=ticket)).select_related(
        "ticket", "other", "actor"
    ),
    ticket=int,
)
_DRAFTS = Kept(
    lambda ticket, user: Draft.objects.filter(author=user, ticket=ticket), ticket=int, user=int
)
_DRAFT_FILES = Kept(
    lambda ticket, user: DraftFile.objects.filter(draft__author=user, draft__ticket=ticket),
    ticket=int,
    user=int,
)
_SENDING = Kept(
    lambda ticket: Draft.objects.sending().filter(ticket=ticket).select_related("author"),
    ticket=int,
)
_CANNED = Kept(
    lambda owner, team: CannedReply.objects.usable(owner=owner, team=team).only("title"),
    owner=int,
    team=int,
)
_MACROS = Kept(
    lambda owner, team: Macro.objects.usable(owner=owner, team=team), owner=int, team=int
)
_CONTRACT = Kept(
    lambda organisation: Contract.objects.for_reports().filter(organisation=organisation)[:1],
    organisation=int,
)
_SERVICES = Kept(Service.objects.of, organisation=int)
_OUTAGES = Kept(reporters.outages_on, ticket=int)
_NOTES = Kept(
    lambda organisation: OrganisationNote.objects.filter(organisation=organisation).select_related(
        "author"
    )[:NOTES],
    organisation=int,
)
_OTHERS = Kept(
    lambda ticket, organisation: Ticket.objects.filter(organisation=organisation).exclude(
        pk=ticket
    )[:OTHERS],
    ticket=int,
    organisation=int,
)
_NUMBERS = Kept(
    lambda contact: ContactNumber.objects.filter(contact=contact).values_list("number", flat=True),
    contact=int,
)
_ADDRESSES = Kept(
    lambda contact: ContactAddress.objects.filter(contact=contact).values_list("email", flat=True),
    contact=int,
)
_AGENTS = Kept(lambda: User.objects.can_be_given_work().values_list("pk", "name"))
_TEAMS = Kept(lambda: Team.objects.values_list("pk", "name"))
_RELEASES = Kept(
    lambda ticket, now: all_coming(now=now).filter(agreement__editions__coverages=ticket),
    ticket=int,
    now=datetime,
)


_HERE = Kept(
    lambda ticket, user: Notification.objects.filter(ticket=ticket, recipient=user, seen_at=None),
    ticket=int,
    user=int,
)


def beside(ticket: Ticket, user: User, *, now: datetime) -> Beside:
    """What there is now."""
    pk, me = ticket.pk, {"owner": user.pk, "team": user.team_id or 0}
    organisation, contact = ticket.organisation_id or 0, ticket.contact_id or 0
    return Beside(
        *together(
            *(each(ticket=pk) for each in _OF_TICKET),
            _ALL_TAGS(),
            _ITEMS(ticket=pk),
            _FIELDS(kind=ticket.kind),
            _VALUES(ticket=pk),
            _UNASKED(ticket=pk, kind=ticket.kind),
            _LINKS(ticket=pk),
            _DRAFTS(ticket=pk, user=user.pk),
            _DRAFT_FILES(ticket=pk, user=user.pk),
            _SENDING(ticket=pk),
            _CANNED(**me),
            _MACROS(**me),
            _CONTRACT(organisation=organisation),
            _SERVICES(organisation=organisation),
            _OUTAGES(ticket=pk),
            _NOTES(organisation=organisation),
            _OTHERS(ticket=pk, organisation=organisation),
            _NUMBERS(contact=contact),
            _ADDRESSES(contact=contact),
            _AGENTS(),
            _TEAMS(),
            _RELEASES(ticket=pk, now=now),
            WAITING.count(),
            UNSEEN.count(user=user.pk),
            _HERE.count(ticket=pk, user=user.pk),
        )
    )

"""Two contacts that are one person become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from sla import projection
from sla.models import Claim
from support.agreements.models import EditionNotice
from support.announcements.models import AnnouncementLetter, NewsLeft
from support.contracts.models import ContractLetter
from support.desk.answers import DeskError
from support.maintenance.models import MaintenanceFeed, MaintenanceLetter
from support.sign_in.models import SignInLink
from tickets import facts, history
from tickets.models import Contact, ContactAddress, ContactNumber, EventKind, Ticket, User

TOLD_ONCE: Mapping[type[Model], tuple[str, ...]] = {
    EditionNotice: ("edition",),
    ContractLetter: ("rate", "credit"),
    MaintenanceLetter: ("maintenance",),
    AnnouncementLetter: ("announcement",),
}
"""What a contact is told once, and of what; where both were, what was told to who stays."""
ONE_EACH: Sequence[type[Model]] = (NewsLeft, MaintenanceFeed)
"""Of which a contact has one; that of the one that stays."""
ANY: Sequence[type[Model]] = (Claim,)
BY_HAND: Sequence[type[Model]] = (ContactAddress, ContactNumber, Ticket)
ENDS: Sequence[type[Model]] = (SignInLink,)
"""What ends: a link to sign in with that was mailed to somebody who is no more."""


@dataclass(frozen=True)
class OnePerson:
    """What becomes of two contacts that are one person."""

    addresses: list[str]
    numbers: list[str]
    tickets: int
    may_phone: bool


def refusal(contact: Contact, into: Contact) -> str:
    """Why two contacts can't be one person, in a sentence; '' if they can."""
    if contact.pk == into.pk:
        return _("Choose somebody else.")
    if contact.organisation_id != into.organisation_id:
        return _("They are of two organisations: one would read what is the other's.")
    if contact.user_id and into.user_id:
        return _("Both have an account. Take one off its contact in the admin first.")
    return ""


def as_one(contact: Contact, into: Contact) -> OnePerson:
    """What merging them would give."""
    both = (into, contact)
    return OnePerson(
        addresses=[each.email for person in both for each in person.addresses.all()],
        numbers=list(
            dict.fromkeys(each.number for person in both for each in person.numbers.all())
        ),
        tickets=contact.tickets.count(),
        may_phone=into.may_phone,
    )


@transaction.atomic
def merge_contacts(contact: Contact, *, into: Contact, actor: User, now: datetime) -> Contact:
    """Two contacts are one person: addresses, numbers, account and tickets go to the one that
    stays. What was judged of calls stays as it was; whether that one may phone is left alone.
    """
    people = Contact.objects.select_for_update(of=("self",)).select_related("organisation")
    held = {person.pk: person for person in people.filter(pk__in=(contact.pk, into.pk))}
    if len(held) < 2 and contact.pk != into.pk:
        raise DeskError(_("A colleague merged them already."))
    gone, stays = held[contact.pk], held[into.pk]
    if problem := refusal(gone, stays):
        raise DeskError(problem)
    account, gone.user = gone.user, None
    if account is not None:
        gone.save(update_fields=["user"])
        stays.user = account
        stays.save(update_fields=["user"])
    gone.addresses.update(contact=stays)
    known = set(stays.numbers.values_list("bare", flat=True))
    gone.numbers.filter(bare__in=known).delete()
    gone.numbers.update(contact=stays)
    for ticket in Ticket.objects.select_for_update(no_key=True).filter(contact=gone):
        data: facts.Identified = {"contact": stays.name, "merged": gone.name}
        at = max(now, ticket.updated_at)
        history.record(ticket, EventKind.IDENTIFIED, at=at, actor=actor, data=data, contact=stays)
        projection.refresh(ticket, now=at)
    _hand_over(gone, stays)
    changed = [{"changed": {"fields": [f"merged with {gone.name}"]}}]
    LogEntry.objects.log_actions(actor.pk, [stays], CHANGE, changed, single_object=True)
    gone.delete()
    return stays


def _hand_over(gone: Contact, stays: Contact) -> None:
    """What they were told, what they filed, and what they want to hear."""
    for model, about in TOLD_ONCE.items():
        theirs = model._default_manager.filter(contact=gone)
        for name in about:
            told = model._default_manager.filter(contact=stays).exclude(**{name: None})
            theirs.filter(**{f"{name}__in": told.values(name)}).delete()
        theirs.update(contact=stays)
    for model in ONE_EACH:
        if not model._default_manager.filter(contact=stays).exists():
            model._default_manager.filter(contact=gone).update(contact=stays)
    for model in ANY:
        model._default_manager.filter(contact=gone).update(contact=stays)

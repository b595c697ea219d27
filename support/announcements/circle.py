"""Whom an announcement goes to: who works at the customers that it is for, on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from sla.models import Contract
from support.announcements.models import Announcement, AnnouncementLetter, Kind, NewsLeft
from support.announcements.owed import rates_of
from tickets.models import Contact, ContactAddress

Unmailed = AnnouncementLetter.Unmailed


@dataclass(frozen=True)
class Counted:
    """How many people it would reach. mailed: by mail too; portal: who can read it there."""

    people: int
    organisations: int
    mailed: int
    no_address: int
    left: int
    portal: int


def contacts_of(announcement: Announcement, *, today: date) -> QuerySet[Contact]:
    """The contacts of customers with a contract that holds today, or of the one organisation; not
    those whose account was closed because they left.
    """
    people = Contact.objects.exclude(user__is_active=False)
    if announcement.organisation_id is not None:
        return people.filter(organisation=announcement.organisation_id)
    contracts = Contract.objects.on(today)
    if announcement.agreement_id is not None:
        contracts = contracts.filter(agreement=announcement.agreement_id)
    if announcement.kind == Kind.RATES:
        contracts = contracts.filter(pk__in=rates_of(announcement).values("contract"))
    return people.filter(organisation__in=contracts.values("organisation"))


def counted(announcement: Announcement, *, today: date) -> Counted:
    """How many they are now."""
    people = contacts_of(announcement, today=today)
    has, left = _has_address(), _wants_none(announcement)
    return Counted(
        people=people.count(),
        organisations=people.order_by().values("organisation").distinct().count(),
        mailed=people.filter(has).exclude(left).count(),
        no_address=people.exclude(has).count(),
        left=people.filter(has).filter(left).count(),
        portal=people.filter(user__is_active=True).count(),
    )


def letters_of(announcement: Announcement, *, today: date) -> list[AnnouncementLetter]:
    """One for each of them, not written yet; of who gets no mail, why."""
    people = contacts_of(announcement, today=today).order_by("pk")
    found = people.annotate(
        has=Exists(ContactAddress.objects.filter(contact=OuterRef("pk"))),
        left=Exists(NewsLeft.objects.filter(contact=OuterRef("pk"))),
    ).values_list("pk", "has", "user__email", "left")
    return [
        AnnouncementLetter(
            announcement=announcement,
            contact_id=pk,
            unmailed=why_not(
                has_address=bool(has or email), left=left and not announcement.is_owed
            ),
        )
        for pk, has, email, left in found
    ]


def why_not(*, has_address: bool, left: bool) -> AnnouncementLetter.Unmailed:
    """Why somebody gets no letter; NO, which is empty, where they do."""
    if not has_address:
        return Unmailed.NO_ADDRESS
    return Unmailed.LEFT if left else Unmailed.NO


def _has_address() -> Q:
    written = ContactAddress.objects.filter(contact=OuterRef("pk"))
    return Q(Exists(written)) | Q(user__isnull=False)


def _wants_none(announcement: Announcement) -> Q:
    if announcement.is_owed:
        return Q(pk__in=[])
    return Q(Exists(NewsLeft.objects.filter(contact=OuterRef("pk"))))

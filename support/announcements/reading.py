"""Who reads an announcement: in the portal, or by the button behind a letter's link; and the end
of news by mail. A link that is only opened, as programs do that look into mail, changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from support import access
from support.announcements.models import (
    Announcement,
    AnnouncementLetter,
    LetterQuerySet,
    NewsLeft,
)
from support.brands import face
from support.faults.kinds import if_it_can
from tickets.models import Contact, User

_confirming = signing.Signer(salt="announcement: read")
_leaving = signing.Signer(salt="announcement: leave")


def letters_of(user: User) -> LetterQuerySet:
    """What a customer was told, as far as it began to go out."""
    mine = AnnouncementLetter.objects.filter(contact__in=_theirs(user))
    return mine.select_related("announcement__agreement", "announcement__edition__agreement")


def announcements_of(user: User) -> QuerySet[Announcement]:
    """Leads and managers see every announcement; a customer what they were told themselves."""
    if user.is_agent:
        every = Announcement.objects.select_related("agreement", "organisation", "edition")
        return every if user.is_lead else every.none()
    return Announcement.objects.filter(pk__in=letters_of(user).values("announcement"))


def _theirs(user: User) -> QuerySet[Contact]:
    """The contact that somebody is; people who work here are none."""
    return access.contacts_of(user) if not user.is_agent else Contact.objects.none()


def opened(letter: AnnouncementLetter, *, now: datetime) -> None:
    """They opened it in the portal; which they may also while nothing can be written down."""
    with if_it_can():
        AnnouncementLetter.objects.filter(pk=letter.pk, opened_at=None).update(opened_at=now)


def confirming_address(letter: AnnouncementLetter) -> str:
    """Where a contact says that they read the letter."""
    path = reverse("announcement-read", args=[_confirming.sign(str(letter.pk))])
    return f"{face.of_organisation(letter.contact.organisation).url}{path}"


def confirmer(token: str) -> AnnouncementLetter | None:
    """Whose letter a link was in; None for one that is not ours."""
    try:
        pk = _confirming.unsign(token)
    except signing.BadSignature:
        return None
    known = AnnouncementLetter.objects.filter(pk=pk)
    return known.select_related(
        "announcement__edition__agreement", "contact__user", "contact__organisation"
    ).first()


def confirm(letter: AnnouncementLetter, *, now: datetime) -> None:
    """They pressed the button."""
    AnnouncementLetter.objects.filter(pk=letter.pk, confirmed_at=None).update(confirmed_at=now)


def leaving_address(contact: Contact) -> str:
    """Where a contact ends news by mail."""
    path = reverse("announcement-leave", args=[_leaving.sign(str(contact.pk))])
    return f"{face.of_organisation(contact.organisation).url}{path}"


def leaver(token: str) -> Contact | None:
    """Whose link it is; None for one that is not ours."""
    try:
        pk = _leaving.unsign(token)
    except signing.BadSignature:
        return None
    return Contact.objects.filter(pk=pk).select_related("user", "organisation").first()


def leave(contact: Contact, *, now: datetime) -> None:
    """No more news by mail."""
    NewsLeft.objects.get_or_create(contact=contact, defaults={"at": now})


def come_back(contact: Contact) -> None:
    """News by mail again."""
    NewsLeft.objects.filter(contact=contact).delete()


def contact_of(user: User) -> Contact | None:
    """The contact that somebody is."""
    return _theirs(user).select_related("user", "organisation").first()

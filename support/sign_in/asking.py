"""A sign-in link that somebody asks for themselves: for whom we know at a customer that allows it.

Whoever asks learns nothing of whom we know: the answer is one, and what is done for an address that
nobody has is done as for any other, and undone.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from support.brands import face
from support.sign_in import letters, links
from tickets.models import Contact, Role, User


def ask(address: str, *, now: datetime) -> None:
    """Mail a link to this address, if it is of a contact whose organisation allows it. The link of
    who has no account makes one, when its button is pressed.

    address: as addresses are kept.
    """
    user = User.objects.filter(email=address).select_related("contact__organisation").first()
    people = Contact.objects.filter(addresses__email=address)
    contact = people.select_related("user__contact__organisation", "organisation").first()
    if user is None and contact is not None and contact.user is not None:
        user = contact.user  # under another address, which is where the letter goes
    reader = user or _nobody_yet(contact, address)
    allowed = _may(user) if user is not None else contact is not None and _allows(contact)
    told = letters.can_be_told(reader)
    with transaction.atomic():
        of = user or contact or User(pk=0)
        link = links.make_link(of, now=now, email=reader.email)
        brand = face.of_organisation(contact.organisation) if contact and not user else None
        letters.write(reader, "sign_in_link", link=link, now=now, brand=brand)
        if not (allowed and told):
            transaction.set_rollback(True)


def _may(user: User) -> bool:
    contact: Contact | None = getattr(user, "contact", None)
    known = user.is_active and user.role == Role.CUSTOMER
    return known and contact is not None and _allows(contact)


def _allows(contact: Contact) -> bool:
    return contact.organisation.sign_in_links


def _nobody_yet(contact: Contact | None, address: str) -> User:
    """Whom the letter is written to, where there is no account."""
    if contact is None:
        return User(pk=0, email=address)
    return User(email=address, name=contact.name, language=contact.organisation.language)

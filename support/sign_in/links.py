"""One-time sign-in links: made for somebody, good for one use."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from support.sign_in.models import SignInLink
from tickets.models import Contact, Role, User

LASTS = timedelta(hours=24)


def make_link(of: User | Contact, *, now: datetime, email: str = "") -> str:
    """The path of a new link that signs this user in once, within a day; a contact without an
    account gets one with it, for the address `email`.
    """
    token = secrets.token_urlsafe(32)
    whose = {"contact": of, "email": email} if isinstance(of, Contact) else {"user": of}
    SignInLink.objects.create(token_sha256=_digest(token), expires_at=now + LASTS, **whose)
    return reverse("sign-in-link", args=[token])


def owner(token: str, *, now: datetime) -> User | Contact | None:
    """Whom a link would sign in; None for one that is unknown, used or too old."""
    links = SignInLink.objects.filter(
        token_sha256=_digest(token), used_at=None, expires_at__gt=now
    ).select_related("user", "contact__organisation", "contact__user")
    link = links.first()
    if link is None:
        return None
    if link.contact is not None:
        return link.contact if _account_may_be_made(link) else None
    return link.user if link.user and link.user.is_active else None


@transaction.atomic
def redeem(token: str, *, now: datetime) -> User | None:
    """The user a link was made for, once; None for a link that is unknown, used or too old."""
    digest = _digest(token)
    links = SignInLink.objects.filter(token_sha256=digest, used_at=None, expires_at__gt=now)
    # Two clicks at once: one UPDATE wins.
    if not links.update(used_at=now):
        return None
    kept = SignInLink.objects.select_related("user", "contact__organisation", "contact__user")
    link = kept.get(token_sha256=digest)
    user = _account_of(link) if link.contact is not None else link.user
    return user if user is not None and user.is_active else None


def _account_may_be_made(link: SignInLink) -> bool:
    """Still: the organisation allows it, the address is theirs, and no colleague has it."""
    contact = link.contact
    if contact is None or not contact.organisation.sign_in_links:
        return False
    if contact.user is not None:
        return contact.user.is_active
    taken = User.objects.filter(email=link.email).first()
    free = taken is None or (
        taken.is_active and taken.role == Role.CUSTOMER and not hasattr(taken, "contact")
    )
    return free and contact.addresses.filter(email=link.email).exists()


def _account_of(link: SignInLink) -> User | None:
    """The account of a contact, made now if there is none."""
    if link.contact is None or not _account_may_be_made(link):
        return None
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=link.contact.pk)
    if contact.user is not None:
        return contact.user
    account = User.objects.filter(email=link.email).first()
    if account is None:
        account = User(
            email=link.email,
            name=contact.name,
            role=Role.CUSTOMER,
            language=contact.organisation.language,
        )
        account.set_unusable_password()
        account.save()
    contact.user = account
    contact.save(update_fields=["user"])
    return account


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

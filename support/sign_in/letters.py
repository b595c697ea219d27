"""Letters about an account. What lets somebody in is sealed until the mail leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from support.brands.face import Face
from support.mail import letters, secrets
from support.mail.brand import brand_of_user
from support.mail.models import Mailbox, OutgoingMail
from support.sign_in.models import SignInLink
from tickets.models import User

CHANGES = {
    "account/email/password_changed": _("The password of your account was changed."),
    "account/email/password_reset": _("The password of your account was changed by a link."),
    "account/email/password_set": _("Your account was given a password."),
    "mfa/email/totp_activated": _("An authenticator app was added to your account."),
    "mfa/email/totp_deactivated": _("The authenticator app was taken off your account."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was taken off your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account."),
    "factors_taken_away": _("An administrator took the second factors off your account."),
    "socialaccount/email/account_connected": _("Your account can be reached with a work account."),
}


def write(
    user: User, template: str, *, link: str, now: datetime, brand: Face | None = None
) -> OutgoingMail:
    """Queue a letter with a link that lets its reader in. brand: of who has no account yet."""
    brand = brand or brand_of_user(user)
    hidden = secrets.hide(brand.url + link, to=user.email)
    return _write(user, template, {"link": hidden}, brand=brand, now=now)


def invite(user: User, *, link: str, by: str, organisation: str, now: datetime) -> OutgoingMail:
    """Queue the letter to somebody for whom a colleague at their organisation made an account."""
    brand = brand_of_user(user)
    hidden = secrets.hide(brand.url + link, to=user.email)
    said = {"link": hidden, "by": by, "organisation": organisation}
    return _write(user, "invitation", said, brand=brand, now=now)


def can_be_told(user: User) -> bool:
    """Not where the whole helpdesk reads along: in a mailbox that becomes tickets."""
    return not Mailbox.objects.filter(address__iexact=user.email).exists()


def lapse(mails: Iterable[OutgoingMail], *, now: datetime) -> None:
    """Make the links in these letters worthless: others may have read them."""
    told = [mail.to for mail in mails if secrets.are_in(mail.text)]
    if told:
        theirs = Q(user__email__in=told) | Q(email__in=told)
        SignInLink.objects.filter(theirs, used_at=None).update(used_at=now)
        # A link for a new password ends with the next sign-in; so here, as if there was one.
        User.objects.filter(email__in=told).update(last_login=now)


def tell_changed(user: User, change: str, *, now: datetime) -> OutgoingMail | None:
    """Tell somebody that the locks on their account have changed; None if it is no such thing."""
    sentence = CHANGES.get(change)
    if sentence is None:
        return None
    said = {"sentence": sentence, "at": now}
    return _write(user, "locks", said, brand=brand_of_user(user), now=now)


def _write(
    user: User, letter: str, context: dict[str, Any], *, brand: Face, now: datetime
) -> OutgoingMail:
    with override(user.language):
        context |= {"user": user, "url": brand.url, "brand": brand}
        return letters.write(letter, context, to=user.email, at=now)

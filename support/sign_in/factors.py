"""Second factors: kept sealed, required of some roles, taken away when a telephone is lost."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.secrets.sealing import Unsealable, seal, unseal
from support.sign_in import letters, sessions
from tickets.models import User

log = logging.getLogger(__name__)

FIRST_RATE = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class FactorAdapter(DefaultMFAAdapter):
    """How django-allauth keeps second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right, or no longer valid."),
        "cannot_delete_authenticator": gettext_lazy(
            "Your role must have a second factor. Add another one first."
        ),
    }

    def encrypt(self, text: str) -> str:
        """What codes are made from is sealed in the database."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it; sealed under a key that is gone, it becomes one that no code fits."""
        try:
            return unseal(encrypted_text)
        except Unsealable:
            log.warning("a second factor was sealed under another SECRET_KEY: no code fits it")
            return secrets.token_hex(20).upper().translate(str.maketrans("0189", "WXYZ"))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody who must have one."""
        user = authenticator.user
        if not (isinstance(user, User) and is_required(user)):
            return True
        return _factors(user).exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: AbstractBaseUser, kind: str) -> str:
        """A name to begin with."""
        number = Authenticator.objects.filter(user_id=user.pk, type=kind).count() + 1
        return _("Passkey") if number == 1 else _("Passkey %(number)s") % {"number": number}


def is_required(user: User) -> bool:
    """Must this person have a second factor?"""
    return user.role in settings.MFA_REQUIRED_ROLES


def has_one(user: User) -> bool:
    """Has this person an authenticator app or a passkey?"""
    return _factors(user).exists()


@transaction.atomic
def take_away(user: User, *, now: datetime) -> int:
    """For a lost telephone: remove every second factor, sign out everywhere, and tell them."""
    removed: int
    removed, _models = Authenticator.objects.filter(user=user).delete()
    if removed:
        sessions.end_all(user)
        letters.tell_changed(user, "factors_taken_away", now=now)
    return removed


def _factors(user: User) -> QuerySet[Any]:
    found: QuerySet[Any] = Authenticator.objects.filter(user=user, type__in=FIRST_RATE)
    return found

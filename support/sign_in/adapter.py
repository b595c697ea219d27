"""What django-allauth asks the house about accounts: who may, who is told, how often."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as asked
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.audit import record
from support.sign_in import brakes, devices, languages, letters, sessions
from support.who import visitor
from tickets.addresses import bare_address
from tickets.models import User

_TRIED = "password"
MESSAGES = {
    "account/messages/password_changed.txt": _("The new password holds from now on."),
    "account/messages/password_set.txt": _("The password holds from now on."),
    "mfa/messages/totp_activated.txt": _("The authenticator app was added."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app was removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey was added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey was removed."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes were made."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Administrators make the accounts; mail about them goes through the outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This address and password do not belong together."),
        "enter_current_password": _("This is not the present password."),
        "incorrect_password": _("This is not the password."),
        "incorrect_code": _("This code is not right, or no longer valid."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
    }

    def add_message(  # noqa: PLR0917 - as allauth calls it
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, object] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in the words of the house, or say nothing."""
        said = message or MESSAGES.get(message_template or "")
        if said:
            messages.add_message(request, level, said, extra_tags=extra_tags)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address; behind a proxy on a socket that says nothing, all are one."""
        return visitor(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; refuse it where there were too many."""
        address = bare_address(credentials.get("email", ""))
        known = devices.is_known(request)  # else there is nothing to look up, and nothing to tell
        user = User.objects.filter(email=address).first() if known else None
        try:
            self._spent = brakes.spend(request, devices.attempts(request, _TRIED, user, address))
        except brakes.TooMany as error:
            answer = brakes.too_many(request, wait=error.wait)
            raise ImmediateHttpResponse(answer) from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Somebody could not come in, or not prove again who they are."""
        tried = bare_address(credentials.get("email", ""))
        user = User.objects.filter(email=tried).first()
        record.sign_in_failed(request, user, way="password", now=timezone.now())

    def _rollback_login_failed_rl_usage(self) -> None:
        """Only what failed counts."""
        for usage in self._spent:
            usage.rollback()

    def get_reauthentication_methods(self, user: object) -> list[dict[str, object]]:
        """Ask first for what somebody has at hand: a code only of those with an app."""
        ways: list[dict[str, object]] = super().get_reauthentication_methods(user)
        if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return ways
        return sorted(ways, key=lambda way: way["id"] == "mfa_reauthenticate")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Whoever has set a new password may use it at once."""
        super().set_password(user, password)
        if isinstance(user, User):
            brakes.forget(asked.request, "account_failed", f"{_TRIED} {user.email}")

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: object
    ) -> HttpResponse:
        """Begin to keep the session, so that it can be seen and ended; and bring the language."""
        sessions.begin(request, now=timezone.now())
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        if isinstance(user, User):
            ways = {str(each["method"]) for each in get_authentication_records(request, user)}
            record.signed_in(request, user, sorted(ways))
            languages.bring(request, answer, user)
            devices.note(request, answer, user)
        return answer

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where it was asked."""
        return reverse("security")

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, object]
    ) -> None:
        """Never asked for: `forms.ForgottenForm` writes our own letter. TypeError if it is."""
        raise TypeError("the letter about a forgotten password is written by forms.ForgottenForm")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send nothing: allauth writes no letters of its own."""

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, object] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody that the locks on their account have changed."""
        if isinstance(user, User):
            letters.tell_changed(user, template_prefix, now=timezone.now())

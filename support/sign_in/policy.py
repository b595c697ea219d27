"""Roles that must have a second factor get to nothing else before they have one."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from support.sign_in import factors
from tickets.models import User

# What setting one up takes, and the way out.
OPEN = frozenset(
    {
        "security",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "account_change_password",
        "account_set_password",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "sign-out",
        "set_language",
        "healthz",
        "readyz",
        "health",
    }
)


class FactorMiddleware:
    """Sends those who lack one to the page where it is set up. Costs nothing where none must."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the address is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., object], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Let pass, or send to the set-up."""
        match = request.resolver_match
        if not settings.MFA_REQUIRED_ROLES or (match and match.url_name in OPEN):
            return None
        user = request.user
        if not isinstance(user, User) or not factors.is_required(user) or factors.has_one(user):
            return None
        return redirect("security")

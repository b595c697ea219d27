"""Pages of allauth of which the house changes something."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse


class AddApp(ActivateTOTPView):
    """An authenticator app is added."""

    def form_valid(self, form: object) -> HttpResponse:
        """Whoever has just shown the new factor is not asked for it on the next page."""
        answer: HttpResponse = super().form_valid(form)
        _shown(self.request)
        return answer


class AddPasskey(AddWebAuthnView):
    """A passkey is added."""

    def form_valid(self, form: object) -> HttpResponse:
        """Whoever has just shown the new factor is not asked for it on the next page."""
        answer: HttpResponse = super().form_valid(form)
        _shown(self.request)
        return answer


def _shown(request: HttpRequest) -> None:
    record_authentication(request, request.user, method="mfa", reauthenticated=True)


add_app = AddApp.as_view()
add_passkey = AddPasskey.as_view()

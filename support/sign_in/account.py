"""Signing in and out, one's own account, and where each person starts."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from support import access
from support.audit import record
from support.brands import face
from support.forms.even import evenly
from support.mail.brand import brand_of_user
from support.sign_in import asking, brakes, factors, languages, links, oidc, sessions
from support.sign_in.forms import LinkForm
from tickets.models import Contact, User


class SignOutView(LogoutView):
    """Out, and written down."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Note who it was before it is nobody."""
        if isinstance(request.user, User):
            record.signed_out(request, request.user)
        return super().post(request, *args, **kwargs)


sign_out = SignOutView.as_view()


class SignInView(LoginView):
    """Address and password, a passkey, or the organisation's own provider."""

    extra_context = {"provider": oidc.provider_name}


sign_in = SignInView.as_view()


@never_cache
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """A link to sign in with, by mail; what is answered says nothing of whom we know."""
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        try:
            brakes.spend(request, [("sign_in_link", address)])
        except brakes.TooMany as error:
            return brakes.too_many(request, wait=error.wait)
        with evenly():
            asking.ask(address, now=timezone.now())
        return redirect("sign-in-asked")
    return render(request, "account/ask_link.html", {"form": form})


def link_sent(request: HttpRequest) -> HttpResponse:
    """What may have been done."""
    return render(request, "account/link_sent.html")


@never_cache
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in with a one-time link. Opening it uses nothing up: programs open what is mailed."""
    now = timezone.now()
    posted = request.method == "POST"
    user = links.redeem(token, now=now) if posted else None
    owner = None if posted else links.owner(token, now=now)
    if owner is not None:
        if isinstance(owner, Contact):
            face.met(request, face.of_organisation(owner.organisation))
        else:
            face.met(request, brand_of_user(owner))
        return render(request, "account/link.html", {"owner": owner})
    if user is None:
        record.sign_in_failed(request, None, way="link", now=now)
        messages.error(request, _("This link has been used or is too old. Sign in below."))
        return redirect("sign-in")
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, user, method="link")
    answer: HttpResponse = perform_login(request, user, email_verification="none")
    return answer


def cancelled(request: HttpRequest) -> HttpResponse:
    """Somebody turned back at the identity provider."""
    messages.info(request, _("Signing in was cancelled."))
    return redirect("sign-in")


@never_cache
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """One's own account: password, second factors, where one is signed in, language."""
    user = access.signed_in(request)
    kept = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    by_type = {factor.type: factor.wrap() for factor in kept}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "layout": "layouts/agents.html" if user.is_agent else "layouts/customers.html",
        "app": by_type.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.get_unused_codes()) if codes else None,
        "passkeys": [
            factor.wrap() for factor in kept if factor.type == Authenticator.Type.WEBAUTHN
        ],
        "missing": factors.is_required(user) and not factors.has_one(user),
        "devices": sessions.devices(request, user),
        "languages": settings.LANGUAGES,
    }
    return render(request, "account/security.html", context)


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out in another browser."""
    if not sessions.end(access.signed_in(request), pk):
        raise Http404
    messages.success(request, _("Signed out there."))
    return redirect("security")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    sessions.end_all(access.signed_in(request), but=request.session.session_key)
    messages.success(request, _("Signed out everywhere but here."))
    return redirect("security")


@login_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of pages and letters."""
    user = access.signed_in(request)
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise Http404
    user.language = code
    user.save(update_fields=["language"])
    answer = redirect("security")
    languages.keep(answer, code)
    with translation.override(code):
        messages.success(request, _("The language is kept."))
    return answer


def home(request: HttpRequest) -> HttpResponse:
    """Leads and managers start at the cockpit, agents at what is theirs today, customers at their
    reports, others at the form.
    """
    if not isinstance(request.user, User):
        return redirect("report")
    if request.user.is_lead:
        return redirect("cockpit")
    return redirect("start" if request.user.is_agent else "my-tickets")

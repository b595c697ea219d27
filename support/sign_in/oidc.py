"""Signing in with the account of an organisation's own identity provider (OpenID Connect)."""

from __future__ import annotations

import logging
from secrets import token_urlsafe
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import get_request_param
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from requests import RequestException, Session

from support.audit import record
from support.sign_in import gated
from tickets.addresses import bare_address
from tickets.models import User

log = logging.getLogger(__name__)

_MOST = SocialAccount._meta.get_field("uid").max_length


def provider_name() -> str:
    """What the provider is called on the button; '' without one."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return str(apps[0]["name"]) if apps else ""


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The provider says who it is; who may sign in, our accounts say."""

    def get_requests_session(self) -> Session:
        """How the provider is asked."""
        return gated.session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody gets an account by signing in."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in the active owner of the verified address, and nobody else."""
        claims = sociallogin.account.extra_data
        token, asked = claims.get("id_token") or {}, sociallogin.state.get("nonce")
        if not asked or token.get("nonce") != asked:
            log.warning("sign-in by the identity provider refused: a token for another request")
            raise ImmediateHttpResponse(_failed(request))
        address = _verified_address(claims)
        user = User.objects.filter(email=address, is_active=True).first() if address else None
        foreign = sociallogin.is_existing and sociallogin.user != user
        if user is None or foreign or sociallogin.state.get("process") != AuthProcess.LOGIN:
            log.warning("sign-in by the identity provider refused: no such account")
            record.sign_in_failed(request, user, way="socialaccount", now=timezone.now())
            raise ImmediateHttpResponse(_refused(request))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def on_authentication_error(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> None:
        """Whatever went wrong on the way: one page, without details."""
        if kwargs.get("error") == AuthError.CANCELLED:
            return
        error = kwargs.get("exception")
        log.warning("sign-in by the identity provider failed: %s", error or kwargs.get("error"))
        raise ImmediateHttpResponse(_failed(request))


class SignedTokens(OpenIDConnectOAuth2Adapter):
    """Checks the signature of a token also where it came straight from the provider, and what it
    says of whom it is for and how long it holds (OpenID Connect Core 1.0, 3.1.3.7).
    """

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if not isinstance(claims.get("exp"), (int, float)):
            raise OAuth2Error("a token without end")
        shared = isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1
        if claims.get("azp", None if shared else app.client_id) != app.client_id:
            raise OAuth2Error("a token for another client")
        names = [claims.get(name, "") for name in ("sub", "email", "nonce")]
        if not all(isinstance(name, str) and len(name) <= _MOST for name in names):
            raise OAuth2Error("a token with names that are none")
        return claims


class Departure(OAuth2LoginView):
    """Off to the provider, in the same way whatever else the address says."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> object:
        """The redirect, with a number that the token must bring back."""
        provider, nonce = self.get_provider(), token_urlsafe(32)
        return provider.redirect(
            request,
            get_request_param(request, "process", AuthProcess.LOGIN),
            next_url=get_next_redirect_url(request),
            auth_params=provider.get_auth_params() | {"nonce": nonce},
            nonce=nonce,
        )


@login_not_required
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider."""
    return _through(Departure, request, provider_id)


@login_not_required
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    return _through(OAuth2CallbackView, request, provider_id)


def _through(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(SignedTokens(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (
        *(RequestException, OAuth2Error, DataError, RecursionError),
        *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    ) as error:  # what another said, read by a library that trusts its shape
        log.warning("the identity provider does not answer as it should: %s", error)
        return _failed(request)
    return answer


def _verified_address(claims: dict[str, Any]) -> str:
    """The address that the signed token vouches for; '' if there is none."""
    token = claims.get("id_token") or {}
    verified = token.get("email_verified") in (True, "true") or settings.OIDC_EMAIL_TRUSTED
    return bare_address(str(token.get("email") or "")) if verified else ""


def _refused(request: HttpRequest) -> HttpResponse:
    context = {"provider": provider_name()}
    return render(request, "socialaccount/refused.html", context, status=403)


def _failed(request: HttpRequest) -> HttpResponse:
    context = {"provider": provider_name()}
    return render(request, "socialaccount/failed.html", context, status=502)

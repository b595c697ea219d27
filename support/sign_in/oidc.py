"""Signing in with the account of an organisation's own identity provider (OpenID Connect)."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

from tickets.models import User

log = logging.getLogger(__name__)


def provider_name() -> str:
    """What the provider is called on the button; '' without one."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return str(apps[0]["name"]) if apps else ""


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The provider says who it is; who may sign in, our accounts say."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody gets an account by signing in."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in the active owner of the verified address, and nobody else."""
        address = _verified_address(sociallogin.account.extra_data)
        user = User.objects.filter(email=address, is_active=True).first() if address else None
        foreign = sociallogin.is_existing and sociallogin.user != user
        if user is None or foreign or sociallogin.state.get("process") != AuthProcess.LOGIN:
            log.warning("sign-in by the identity provider refused: no such account")
            raise ImmediateHttpResponse(_refused(request))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Whatever went wrong on the way: one page, without details."""
        if kwargs.get("error") == AuthError.CANCELLED:
            return
        error = kwargs.get("exception")
        log.warning("sign-in by the identity provider failed: %s", error or kwargs.get("error"))
        raise ImmediateHttpResponse(_failed(request))


class SignedTokens(OpenIDConnectOAuth2Adapter):
    """Checks the signature of a token also where it came straight from the provider."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


@login_not_required
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider."""
    return _through(OAuth2LoginView, request, provider_id)


@login_not_required
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    return _through(OAuth2CallbackView, request, provider_id)


def _through(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(SignedTokens(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, KeyError, ValueError) as error:
        log.warning("the identity provider does not answer as it should: %s", error)
        return _failed(request)
    return answer


def _verified_address(claims: dict[str, Any]) -> str:
    """The address that the signed token vouches for; '' if there is none."""
    token = claims.get("id_token") or {}
    verified = token.get("email_verified") in (True, "true") or settings.OIDC_EMAIL_TRUSTED
    return str(token.get("email") or "").strip().lower() if verified else ""


def _refused(request: HttpRequest) -> HttpResponse:
    context = {"provider": provider_name()}
    return render(request, "socialaccount/refused.html", context, status=403)


def _failed(request: HttpRequest) -> HttpResponse:
    context = {"provider": provider_name()}
    return render(request, "socialaccount/failed.html", context, status=502)

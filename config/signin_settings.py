"""Settings of signing in: django-allauth, its limits, and an identity provider if there is one."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.env import env, origin

_ORIGIN = origin()

APPS = [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "support.sign_in.sessions.SeenMiddleware",
    "support.sign_in.policy.FactorMiddleware",
]
PASSWORD_CHECKS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]


def identity_provider() -> dict[str, Any]:
    """The OpenID Connect provider that WERKDAG_OIDC_ISSUER, _ID, _SECRET and _NAME tell of.

    Empty without one. ImproperlyConfigured for half a provider, or one that is not on HTTPS.
    """
    issuer = env.str("WERKDAG_OIDC_ISSUER", default="").rstrip("/")
    if not issuer:
        return {}
    client, secret = (env.str(f"WERKDAG_OIDC_{name}", default="") for name in ("ID", "SECRET"))
    if not client or not secret:
        raise ImproperlyConfigured("WERKDAG_OIDC_ISSUER also needs WERKDAG_OIDC_ID and _SECRET")
    if urlsplit(issuer).scheme != "https" and _ORIGIN.secure:
        raise ImproperlyConfigured(f"WERKDAG_OIDC_ISSUER must start with https://, not {issuer!r}")
    return {
        "provider_id": "oidc",
        "name": env.str("WERKDAG_OIDC_NAME", default="") or urlsplit(issuer).hostname,
        "client_id": client,
        "secret": secret,
        # The signed token says who it is; what is asked for afterwards says nothing more.
        "settings": {"server_url": issuer, "fetch_userinfo": False},
    }


_provider = identity_provider()
PROVIDERS: dict[str, Any] = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [_provider] if _provider else []}
}
SETTINGS: dict[str, Any] = {
    # One way in, so that every session is one that its owner can see and end.
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "PASSWORD_RESET_TIMEOUT": 3600,
    # How many proxies of ours stand before Werkdag and add to X-Forwarded-For.
    "ALLAUTH_TRUSTED_PROXY_COUNT": env.int("WERKDAG_PROXIES", default=0),
    "ACCOUNT_ADAPTER": "support.sign_in.adapter.AccountAdapter",
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
    "ACCOUNT_LOGIN_METHODS": {"email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",  # an administrator made the account
    "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
    "ACCOUNT_EMAIL_NOTIFICATIONS": True,
    # Django's own: that of allauth writes down addresses, by which people could still sign in
    # after theirs has changed.
    "ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR": (
        "django.contrib.auth.tokens.PasswordResetTokenGenerator"
    ),
    "ACCOUNT_SESSION_REMEMBER": True,
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 15 * 60,
    "ACCOUNT_FORMS": {
        "login": "support.sign_in.forms.SignInForm",
        "reset_password": "support.sign_in.forms.ForgottenForm",
        "reset_password_from_key": "support.sign_in.forms.NewPasswordForm",
        "change_password": "support.sign_in.forms.ChangePasswordForm",
        "set_password": "support.sign_in.forms.FirstPasswordForm",
        "reauthenticate": "support.sign_in.forms.AgainForm",
    },
    "ACCOUNT_RATE_LIMITS": {
        "login": "60/m/ip",
        # One visitor on one account; and all together on one account.
        "login_failed": "30/m/ip,5/5m/key",
        "account_failed": "30/h/key",
        "reset_password": "20/m/ip,3/15m/key",
        "sign_in_link": "20/m/ip,3/15m/key",
    },
    "MFA_ADAPTER": "support.sign_in.factors.FactorAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    # An office comes to work behind one address; there is nothing to guess.
    "MFA_RATE_LIMITS": {"webauthn_login": "60/m/ip"},
    "MFA_TOTP_ISSUER": "Werkdag",
    "MFA_TOTP_TOLERANCE": 1,  # a telephone may be half a minute wrong
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not _ORIGIN.secure,
    "MFA_FORMS": {
        "authenticate": "support.sign_in.forms.SecondFactorForm",
        "reauthenticate": "support.sign_in.forms.AgainByCodeForm",
        "activate_totp": "support.sign_in.forms.AddAppForm",
        "login_webauthn": "support.sign_in.forms.PasskeySignInForm",
        "authenticate_webauthn": "support.sign_in.forms.SecondPasskeyForm",
        "reauthenticate_webauthn": "support.sign_in.forms.AgainByPasskeyForm",
        "add_webauthn": "support.sign_in.forms.AddPasskeyForm",
        "edit_webauthn": "support.sign_in.forms.RenamePasskeyForm",
    },
    "SOCIALACCOUNT_ADAPTER": "support.sign_in.oidc.ProviderAdapter",
    # Started by a link: after a form the browser would hold every later redirect of the
    # provider against form-action. State, PKCE and the token's signature are checked.
    "SOCIALACCOUNT_LOGIN_ON_GET": True,
}

"""The addresses of signing in and of one's own account: those of allauth that are wanted, no more.

allauth finds its pages by name, so these names are its own.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path

from support.sign_in import account as ours
from support.sign_in import challenges, oidc, pages

sign_in: list[URLPattern | URLResolver] = [
    # One page under two names: the house's and allauth's.
    path("", ours.sign_in, name="sign-in"),
    path("", ours.sign_in, name="account_login"),
    path("passkey/", challenges.of("sign-in", passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("second/", challenges.of("second", mfa.authenticate), name="mfa_authenticate"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("forgotten/", account.password_reset, name="account_reset_password"),
    path("forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "forgotten/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "forgotten/<str:uidb36>/<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "again/passkey/",
        challenges.of("again", passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("with/<slug:provider_id>/", oidc.start, name="openid_connect_login"),
    path("with/<slug:provider_id>/back/", oidc.back, name="openid_connect_callback"),
    path("link/", ours.ask_for_link, name="sign-in-ask"),
    path("link/sent/", ours.link_sent, name="sign-in-asked"),
    path("cancelled/", ours.cancelled, name="socialaccount_login_cancelled"),
    path("<str:token>/", ours.sign_in_by_link, name="sign-in-link"),
]
own_account: list[URLPattern | URLResolver] = [
    path("", ours.security, name="security"),
    path("", ours.security, name="mfa_index"),
    path("", ours.security, name="mfa_list_webauthn"),
    path("language/", ours.language, name="account-language"),
    path("sessions/end/", ours.end_other_sessions, name="sessions-end"),
    path("sessions/<int:pk>/end/", ours.end_session, name="session-end"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    path("app/", pages.add_app, name="mfa_activate_totp"),
    path("app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "codes/werkdag.txt",
        login_required(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/add/", challenges.of("add", pages.add_passkey), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", ours.home, name="home"),
    path("sign-in/", include(sign_in)),
    path("account/", include(own_account)),
    path("sign-out/", ours.sign_out, name="sign-out"),
]

"""The forms of signing in, in the words of the house."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.cache import cache
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.audit import record
from support.sign_in import brakes, challenges, devices, letters
from tickets.addresses import bare_address
from tickets.models import User

MOST_OF_CREDENTIAL = 20_000
MOST_OF_PASSWORD = 1_000

_EMAIL = _("E-mail address")
_PASSWORD = _("Password")
_PRESENT = _("Present password")
_NEW = _("New password")
_ONCE_MORE = _("New password once more")
_HELP = _("At least ten characters. A sentence is easier to remember than a riddle.")
_CODE = _("Code")
_CODE_HELP = _("The six digits in your authenticator app, or one of your recovery codes.")


def _worded(form: forms.BaseForm, labels: dict[str, Any], helps: dict[str, Any]) -> None:
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, helps.get(name, "")
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field.widget, forms.PasswordInput):
            # Looked at before it is hashed, which takes longer the longer it is.
            field.validators.append(MaxLengthValidator(MOST_OF_PASSWORD))


class SignInForm(account.LoginForm):
    """An address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"login": _EMAIL, "password": _PASSWORD}, {})
        # A browser offers its passkeys where it offers its passwords.
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"

    def clean_login(self) -> str:
        """In the form in which addresses are kept."""
        return bare_address(super().clean_login())


class ForgottenForm(account.ResetPasswordForm):
    """Where to send a link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"email": _EMAIL}, {})

    def clean_email(self) -> str:
        """In the form in which addresses are kept."""
        return bare_address(super().clean_email())

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the letter. For an unknown address as much is done, and undone."""
        address = str(self.cleaned_data["email"])
        found = User.objects.filter(email=address, is_active=True).first()
        user = found or User(pk=0, email=address)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        uid, _dash, token = key.partition("-")
        link = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        told = letters.can_be_told(user)
        with transaction.atomic():
            letters.write(user, "forgotten", link=link, now=timezone.now())
            if found is None or not told:
                transaction.set_rollback(True)
        return address


class LinkForm(forms.Form):
    """Where to send a link to sign in with."""

    email = forms.EmailField(
        label=_EMAIL,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        """In the form in which addresses are kept."""
        return bare_address(self.cleaned_data["email"])


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password, by a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"password1": _NEW, "password2": _ONCE_MORE}, {"password1": _HELP})


class ChangePasswordForm(account.ChangePasswordForm):
    """A new password for the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"oldpassword": _PRESENT, "password1": _NEW, "password2": _ONCE_MORE}
        _worded(self, labels, {"password1": _HELP})


class FirstPasswordForm(account.SetPasswordForm):
    """A password for an account that had none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"password1": _NEW, "password2": _ONCE_MORE}, {"password1": _HELP})


class AgainForm(account.ReauthenticateForm):
    """The password once more, before something weighty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"password": _PASSWORD}, {})


class _CodeForm(codes.BaseAuthenticateForm):
    """A code of the app serves once as long as it is accepted, or a recovery code."""

    def clean_code(self) -> str:
        """The code, if nobody used it yet. Whoever knows the password can use up the owner's tries
        no more than with a wrong one: allauth counts them for the account alone.
        """
        tries = devices.attempts(context.request, "code", self.user, str(self.user.pk))
        try:
            spent = brakes.spend(context.request, tries)
        except brakes.TooMany:
            raise account_adapter().validation_error("too_many_login_attempts") from None
        code: str = self.cleaned_data["code"]
        found = self._whose(code)
        if found is None:
            _failed(self.user, "code")
            raise get_adapter().validation_error("incorrect_code")
        for usage in spent:
            usage.rollback()
        self.authenticator = found
        if found.type == Authenticator.Type.TOTP:
            _use_once(self.user, code)
        return code

    def _whose(self, code: str) -> Authenticator | None:
        """The app or the recovery codes that it is one of."""
        given = Authenticator.objects.filter(user=self.user)
        for each in given.exclude(type=Authenticator.Type.WEBAUTHN):
            if each.wrap().validate_code(code):
                each.user = self.user
                return each
        return None


def _use_once(user: User, code: str) -> None:
    """ValidationError for a code that was used: allauth forgets it after its own half minute, and
    takes it for as many more as a telephone's clock may be wrong.
    """
    accepted = (2 * mfa.TOTP_TOLERANCE + 1) * mfa.TOTP_PERIOD
    key = f"totp-used-{user.pk}-{normalize_user_code(code)}"
    if not cache.add(key, "y", timeout=accepted):
        raise get_adapter().validation_error("incorrect_code")


class SecondFactorForm(_CodeForm, codes.AuthenticateForm):
    """A code after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"code": _CODE}, {"code": _CODE_HELP})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AgainByCodeForm(_CodeForm, codes.ReauthenticateForm):
    """A code, before something weighty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"code": _CODE}, {"code": _CODE_HELP})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddAppForm(ActivateTOTPForm):
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"code": _("The six digits that the app shows now")}, {})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class CredentialField(forms.JSONField):
    """What a browser says of a passkey; whatever else comes is wrong, and breaks nothing."""

    def to_python(self, value: Any) -> Any:
        """An object of some thousand characters."""
        try:
            said = super().to_python(value) if len(str(value)) <= MOST_OF_CREDENTIAL else None
        except (RecursionError, ValueError):
            said = None
        if not isinstance(said, dict):
            raise get_adapter().validation_error("incorrect_code")
        return said

    def bound_data(self, _data: object, _initial: object) -> object:
        """Nothing: what a browser sent for a person is not shown to them again, nor read for it."""
        return None


def _failed(user: User | None, way: str) -> None:
    record.sign_in_failed(context.request, user, way=way, now=timezone.now())


class _PasskeyForm(passkeys.AuthenticateWebAuthnForm):
    """A passkey, shown to our own address and no other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput)

    def clean_credential(self) -> Authenticator:
        """Whose it is. ValidationError for one that is not as we asked for it."""
        try:
            said = auth.parse_authentication_response(self.cleaned_data["credential"]).response
            challenges.require_our_origin(said.client_data.origin, context.request)
            if self.passwordless and not said.authenticator_data.is_user_verified():
                raise get_adapter().validation_error("incorrect_code")
            found: Authenticator = super().clean_credential()
            challenges.require_next(found, said.authenticator_data.counter)
        except forms.ValidationError:
            _failed(self.user, "passkey")
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Bytes of a stranger, read by a library that trusts their shape.
            _failed(self.user, "passkey")
            raise get_adapter().validation_error("incorrect_code") from error
        return found


class PasskeySignInForm(_PasskeyForm, passkeys.LoginWebAuthnForm):
    """A passkey instead of a password: it asks for a PIN or a fingerprint itself."""


class SecondPasskeyForm(_PasskeyForm):
    """A passkey after the password."""


class AgainByPasskeyForm(_PasskeyForm, passkeys.ReauthenticateWebAuthnForm):
    """A passkey, before something weighty."""


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    """A passkey with a name; whether it can do without a password, the passkey itself decides."""

    def clean(self) -> dict[str, object]:
        """Made for our own address and no other."""
        if isinstance(credential := self.cleaned_data.get("credential"), dict):
            try:
                made = auth.parse_registration_response(credential).response
                challenges.require_our_origin(made.client_data.origin, context.request)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise get_adapter().validation_error("incorrect_code") from error
        found: dict[str, object] = super().clean()
        return found

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput)
        self.fields.pop("passwordless", None)
        self.fields["name"].max_length = 60
        _worded(self, {"name": _("Name")}, {"name": _("So that you know it again.")})


class RenamePasskeyForm(passkeys.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"name": _("Name")}, {})

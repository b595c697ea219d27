"""The forms of signing in, in the words of the house."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.base import forms as codes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.sign_in import private_mail
from tickets.models import User

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


class SignInForm(account.LoginForm):
    """An address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"login": _EMAIL, "password": _PASSWORD}, {})
        # A browser offers its passkeys where it offers its passwords.
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class ForgottenForm(account.ResetPasswordForm):
    """Where to send a link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"email": _EMAIL}, {})

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the letter. For an unknown address as much is done, and undone."""
        address = str(self.cleaned_data["email"])
        found = User.objects.filter(email=address, is_active=True).first()
        user = found or User(pk=0, email=address)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        uid, _dash, token = key.partition("-")
        link = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        told = private_mail.can_be_told(user)
        with transaction.atomic():
            private_mail.write(user, "forgotten", link=link, now=timezone.now())
            if found is None or not told:
                transaction.set_rollback(True)
        return address


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


class SecondFactorForm(codes.AuthenticateForm):
    """A code after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"code": _CODE}, {"code": _CODE_HELP})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AgainByCodeForm(codes.ReauthenticateForm):
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


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    """A passkey with a name; whether it can do without a password, the passkey itself decides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["name"].max_length = 60
        _worded(self, {"name": _("Name")}, {"name": _("So that you know it again.")})


class RenamePasskeyForm(passkeys.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"name": _("Name")}, {})

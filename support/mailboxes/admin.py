"""Mailboxes in the Django admin: secrets go in and never come out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.mail.models import Mailbox
from support.secrets.lookups import KeepsSecrets
from support.secrets.sealing import seal

_WHERE = ("host", "port", "security", "username", "sign_in", "token_url", "client_id")
"""Whoever changes one of these enters the secrets again: they go to no other place than meant."""


class SecretField(forms.CharField):
    """A secret that is typed and never shown: left empty, what is kept stays."""

    def __init__(self, *, label: Any, stored: str) -> None:
        super().__init__(label=capfirst(label), required=False, strip=False)
        self.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        self.stored = stored
        self.help_text = _("Set. Leave empty to keep it.") if stored else _("Not set.")


class MailboxForm(forms.ModelForm):
    """A mailbox. Its secrets are sealed before they reach the row."""

    secrets = {
        "password": gettext_lazy("password"),
        "client_secret": gettext_lazy("client secret"),
        "refresh_token": gettext_lazy("refresh token"),
    }

    class Meta:
        model = Mailbox
        fields = (
            *(
                "name",
                "address",
                "active",
                "sends_as",
                "sends_name",
                "brand",
                *_WHERE,
                "password",
                "client_secret",
                "refresh_token",
            ),
            *("folder", "read_from", "afterwards", "move_to"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = {name: str(getattr(self.instance, name)) for name in self.secrets}
        for name, label in self.secrets.items():
            self.fields[name] = SecretField(label=label, stored=self.kept[name])
            self.initial.pop(name, None)

    def clean(self) -> dict[str, object]:
        """What goes together; and a password never goes to a server it was not given for."""
        data = super().clean() or {}
        moved = bool(self.instance.pk) and bool(set(self.changed_data) & set(_WHERE))
        for name in self.secrets:
            kept = "" if moved else self.kept[name]
            data[name] = seal(data.get(name) or "") or kept
        if moved:
            self.instance.access_token, self.instance.access_until = "", None
        self._check_sign_in(data)
        self._check_rest(data)
        return data

    def _check_sign_in(self, data: dict[str, Any]) -> None:
        by_token = data.get("sign_in") == Mailbox.SignIn.OAUTH2
        needed = ("token_url", "client_id", "refresh_token") if by_token else ("password",)
        for name in needed:
            if not data.get(name) and name not in self.errors:
                text = _("Enter this. After a change of server or user name, enter it again.")
                self.add_error(name, text)
        url = data.get("token_url") or ""
        if url and not url.startswith("https://") and not settings.OUTGOING_PRIVATE_ALLOWED:
            self.add_error("token_url", _("This address starts with https://."))

    def _check_rest(self, data: dict[str, object]) -> None:
        plain = data.get("security") == Mailbox.Security.PLAIN
        if plain and not settings.IMAP_PLAIN_ALLOWED:
            text = _("A connection without protection is not allowed here (WERKDAG_IMAP_PLAIN).")
            self.add_error("security", text)
        moves = data.get("afterwards") == Mailbox.Afterwards.MOVE
        if moves and not data.get("move_to"):
            self.add_error("move_to", _("Say to which folder."))
        if moves and data.get("move_to") == data.get("folder"):
            self.add_error("move_to", _("Choose another folder than the one that is read."))


class MailboxAdmin(KeepsSecrets):
    """Mailboxes that are read."""

    secrets = frozenset({"password", "client_secret", "refresh_token", "access_token"})

    form = MailboxForm
    list_display = ("name", "address", "host", "active", "last_read_at", "last_error")
    list_filter = ("active",)
    fieldsets = (
        (None, {"fields": ("name", "address", "active", "sends_as", "sends_name")}),
        (
            gettext_lazy("Server"),
            {"fields": ("host", "port", "security", "username", "sign_in", "password")},
        ),
        (
            gettext_lazy("OAuth2"),
            {"fields": ("token_url", "client_id", "client_secret", "refresh_token")},
        ),
        (gettext_lazy("Mail"), {"fields": ("folder", "read_from", "afterwards", "move_to")}),
    )

    def has_view_permission(self, request: HttpRequest, obj: Mailbox | None = None) -> bool:
        """For whoever may change it: a page to look at would show the sealed secrets."""
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Mailbox, form: Any, change: bool) -> None:
        """A mailbox that was put to use, or whose access changed, has ten minutes from now."""
        if {"active", *_WHERE} & set(form.changed_data):
            obj.watched_from = timezone.now()
        if {"host", "username", "folder"} & set(form.changed_data):
            obj.uid_validity, obj.last_uid = None, 0
        super().save_model(request, obj, form, change)

"""The API's tokens in the Django admin: made here, shown once, revoked here."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sla.admin.named import NamedAdmin
from support.api.models import ApiToken, Scope
from support.api.tokens import LASTS, fill
from support.secrets.lookups import KeepsSecrets
from tickets.models import Role, User


class TokenForm(forms.ModelForm):
    """A token: for whom, for what, until when."""

    scopes = forms.MultipleChoiceField(
        label=_("scopes"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiToken
        fields: ClassVar = ["name", "owner", "scopes", "expires_at", "per_minute"]


class ApiTokenAdmin(KeepsSecrets, NamedAdmin):
    """Tokens. Whoever makes one can act as its owner: for administrators alone."""

    secrets = frozenset({"sha256"})
    form = TokenForm
    list_display = ("name", "prefix", "owner", "scopes", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("owner",)
    search_fields = ("name", "prefix", "owner__name", "owner__email")
    autocomplete_fields = ("owner",)
    actions = ("revoke",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """For administrators."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """For administrators."""
        user = request.user
        if not isinstance(user, User) or not user.is_agent:
            return False
        return user.role == Role.ADMIN or user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """For administrators."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """For administrators."""
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A token is revoked, so that it can be seen that it was there."""
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: ApiToken | None = None
    ) -> tuple[str, ...]:
        """Whose it is and what it may do is said once, when it is made."""
        if obj is None:
            return ()
        return ("owner", "prefix", "scopes", "created_at", "last_used_at", "revoked_at")

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        """What can be said, then what is known."""
        if obj is None:
            return ("name", "owner", "scopes", "expires_at", "per_minute")
        return ("name", "expires_at", "per_minute", *self.get_readonly_fields(request, obj))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A year, to read and to write."""
        return {
            "expires_at": timezone.localtime() + LASTS,
            "scopes": [Scope.READ, Scope.WRITE],
        }

    def save_model(self, request: HttpRequest, obj: ApiToken, form: object, change: bool) -> None:
        """A new one gets its text, which lives as long as this request."""
        if not change:
            obj.text = fill(obj, now=timezone.now())  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The token, this once."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The new token"),
            "token": obj.text,  # type: ignore[attr-defined]
            "made": obj,
            "opts": ApiToken._meta,
        }
        return render(request, "admin/api_token.html", context)

    @admin.action(description=_("Revoke"))
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        """They work no more, from the next request on."""
        count = tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
        text = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", count)
        self.message_user(request, text % {"count": count})

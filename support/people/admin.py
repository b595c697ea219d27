"""Accounts in the Django admin: role, team, second factors, and help for who is locked out."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sla.admin.many import EstimatingPaginator
from support.people import leaving
from support.sign_in import factors, letters, links, sessions
from tickets.models import Role, User

_NAMES = {
    Authenticator.Type.TOTP: gettext_lazy("authenticator app"),
    Authenticator.Type.WEBAUTHN: gettext_lazy("passkey"),
    Authenticator.Type.RECOVERY_CODES: gettext_lazy("recovery codes"),
}


def hide_allauth(site: admin.AdminSite) -> None:
    """Its tables hold secrets and rules of its own: the house shows what may be seen of them."""
    for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
        _registered_first(model)
        if site.is_registered(model):
            site.unregister(model)


def _registered_first(model: type[Model]) -> None:
    """An admin module that is not loaded yet would register it afterwards."""
    import_module(f"{apps.get_app_config(model._meta.app_label).name}.admin")


class AccountForm(UserChangeForm):
    """An account; who closes it, or makes it a customer's, says who takes over."""

    successor = forms.ModelChoiceField(
        label=gettext_lazy("Takes over"),
        queryset=User.objects.can_be_given_work(),
        required=False,
        empty_label=gettext_lazy("nobody: back into the queue"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "successor" in self.fields:
            others = User.objects.can_be_given_work().exclude(pk=self.instance.pk)
            field = self.fields["successor"]
            field.queryset = others  # type: ignore[attr-defined]
            field.help_text = leaving.on_name_of(self.instance).words()

    def clean(self) -> dict[str, object]:
        """Only of somebody who leaves can work be taken over here."""
        given = super().clean() or {}
        stays = given.get("is_active") and given.get("role") != Role.CUSTOMER
        if given.get("successor") and stays:
            self.add_error(
                "successor", _("Close the account too; to give away some tickets, use the queue.")
            )
        return given


class UserAdmin(DjangoUserAdmin):
    """Accounts, by e-mail address and role."""

    form = AccountForm

    paginator = EstimatingPaginator
    show_full_result_count = False
    list_display = ("name", "email", "role", "team", "is_active", "second_factors")
    list_filter = ("role", "team", "is_active")
    search_fields = ("name", "email")
    ordering = ("name",)
    list_select_related = ("team",)
    filter_horizontal = ()
    readonly_fields = ("second_factors", "last_login")
    actions = ("send_sign_in_link", "take_away_second_factor", "sign_out_everywhere")
    fieldsets = (
        (None, {"fields": ("name", "email", "password")}),
        (gettext_lazy("Here"), {"fields": ("role", "team", "language", "is_active", "successor")}),
        (gettext_lazy("Signing in"), {"fields": ("second_factors", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "email",
                    "role",
                    "team",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the second factors of all, in one query."""
        kept = Authenticator.objects.defer("data")
        users: QuerySet[User] = super().get_queryset(request)
        return users.prefetch_related(Prefetch("authenticator_set", queryset=kept))

    @admin.display(description=gettext_lazy("second factors"))
    def second_factors(self, user: User) -> str:
        """What somebody has beside a password, without saying more of it."""
        if not user.pk:
            return "-"
        kept = getattr(user, "authenticator_set").all()  # noqa: B009 - a relation without stubs
        names = [str(_NAMES[factor.type]) for factor in kept]
        return capfirst(", ".join(dict.fromkeys(names))) or "-"

    @admin.action(description=gettext_lazy("Send a sign-in link"), permissions=["change"])
    def send_sign_in_link(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Mail each of them a link that works once."""
        now = timezone.now()
        for user in users:
            if not user.is_active or not letters.can_be_told(user):
                text = _("%(name)s gets no link: the account is closed, or agents read its mail.")
                self.message_user(request, text % {"name": user}, messages.ERROR)
                continue
            letters.write(user, "sign_in_link", link=links.make_link(user, now=now), now=now)
            self.log_change(request, user, _("A sign-in link was sent."))
            text = _("%(name)s gets a link by mail.") % {"name": user}
            self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Take away second factors"), permissions=["change"])
    def take_away_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """For a lost telephone."""
        for user in users:
            if not factors.take_away(user, now=timezone.now()):
                text = _("%(name)s had no second factor.") % {"name": user}
                self.message_user(request, text, messages.WARNING)
                continue
            self.log_change(request, user, _("The second factors were taken away."))
            text = _("%(name)s signs in without a second factor now.") % {"name": user}
            self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Sign out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """End every session of theirs."""
        ended = 0
        for user in users:
            ended += sessions.end_all(user)
            self.log_change(request, user, _("Signed out everywhere."))
        text = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", ended)
        self.message_user(request, text % {"count": ended}, messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Who is closed out or gets another address is signed out at once, and their work goes to
        who takes over.
        """
        super().save_model(request, obj, form, change)
        if change and not obj.is_agent and {"is_active", "role"} & set(form.changed_data):
            self._give_back(request, obj, form.cleaned_data.get("successor"))
        if change and {"is_active", "email", "role"} & set(form.changed_data):
            sessions.end_all(obj)

    def _give_back(self, request: HttpRequest, user: User, to: User | None) -> None:
        actor = request.user if isinstance(request.user, User) else None
        count = leaving.give_back(user, to=to, actor=actor, now=timezone.now())
        text = ngettext(
            "%(count)s open ticket of %(name)s went to %(to)s.",
            "%(count)s open tickets of %(name)s went to %(to)s.",
            count,
        )
        given = {"count": count, "name": user.name, "to": to.name if to else _("the queue")}
        self.message_user(request, text % given, messages.SUCCESS)

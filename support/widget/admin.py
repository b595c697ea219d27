"""Sites with the widget in the Django admin: where they stand, and the secret to sign with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.admin.named import NamedAdmin
from support.secrets.lookups import KeepsSecrets
from support.widget.models import WidgetSite, new_secret


class LinesField(forms.CharField):
    """Texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """As lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        """As a list, without what trails."""
        lines = [line.strip().rstrip("/") for line in super().clean(value).splitlines()]
        return [line for line in lines if line]


class WidgetSiteForm(forms.ModelForm):
    """A site; its origins one a line."""

    origins = LinesField(
        label=gettext_lazy("Origins"),
        help_text=gettext_lazy("Where it may stand, such as https://app.example.nl; one a line."),
    )

    class Meta:
        model = WidgetSite
        fields = ("name", "organisation", "origins", "is_active")


class WidgetSiteAdmin(KeepsSecrets, NamedAdmin):
    """Where the widget may stand."""

    secrets = frozenset({"sealed_secret"})
    form = WidgetSiteForm
    list_display = ("name", "organisation", "key", "is_active")
    list_select_related = ("organisation",)
    readonly_fields = ("key", "signing_secret", "try_it")
    autocomplete_fields = ("organisation",)
    actions = ("renew_secret",)

    def has_view_permission(self, request: HttpRequest, obj: WidgetSite | None = None) -> bool:
        """Its secret is on the page, so only who may change it sees it."""
        return self.has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("secret to sign users with"))
    def signing_secret(self, site: WidgetSite) -> str:
        """For the host's server; never in a page."""
        return site.secret if site.pk else _("made when this is saved")

    @admin.display(description=gettext_lazy("try it"))
    def try_it(self, site: WidgetSite) -> str:
        """A page with the widget on it, and the tag."""
        if not site.pk:
            return "-"
        url = reverse("widget-demonstration", args=[site.key])
        return format_html('<a href="{}">{}</a>', url, _("The tag, and a page that carries it"))

    @admin.action(description=gettext_lazy("Make a new secret"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, sites: Any) -> None:
        """What was signed with the old one is no longer believed."""
        for site in sites:
            site.sealed_secret = new_secret()
            site.save(update_fields=["sealed_secret"])
        self.message_user(request, _("Give the new secret to the host's server."))

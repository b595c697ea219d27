"""Fields of one's own, and tags, in the Django admin."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.admin.many import ManyAdmin
from support.access import signed_in
from support.asking.models import FieldRule
from support.fields.forms import FieldForm
from support.fields.words import words_of
from tickets.models import CustomField, FieldValue, Tag


class AdminFieldForm(FieldForm):
    """The same as leads fill in, with its place in the order."""

    class Meta(FieldForm.Meta):
        fields = (*FieldForm.Meta.fields, "position")


class FieldAdmin(admin.ModelAdmin):
    """Which fields there are. One that is filled in somewhere is switched off, not deleted."""

    form = AdminFieldForm
    readonly_fields = ("rules",)
    list_display = ("name", "type", "required", "customers_see", "active", "position")
    list_filter = ("active", "type")
    search_fields = ("name",)

    @admin.display(description=gettext_lazy("rules about the field"))
    def rules(self, field: CustomField) -> str:
        """In words: they are made where they can be tried."""
        if not field.pk:
            return "-"
        told = [words_of(rule) for rule in FieldRule.objects.filter(field=field)]
        url = reverse("field-change", args=[field.pk])
        return format_html('<a href="{}">{}</a>', url, "; ".join(told) or _("none"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what nobody filled in."""
        used = obj is not None and FieldValue.objects.filter(field=obj).exists()
        return not used and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None at once for many."""
        return {}


class TagAdmin(ManyAdmin):
    """Tags. Histories and automations name the word, so it stays; one that is not used may go."""

    list_display = ("name",)
    ordering = ("name",)
    search_fields = ("name",)
    fields = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what no ticket has, and one at a time."""
        unused = obj is not None and not obj.tickets.exists()
        return unused and signed_in(request).is_manager

    def view_on_site(self, obj: Tag) -> str:
        """The open tickets that have it."""
        return f"{reverse('queue')}?{urlencode({'tag': obj.name})}"

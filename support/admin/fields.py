"""Fields of one's own, and tags, in the Django admin."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.admin.many import ManyAdmin
from support.access import signed_in
from tickets.models import CustomField, FieldValue, Kind, Tag


class FieldForm(forms.ModelForm):
    """A field. What was filled in keeps its meaning: its type stays once it is in use."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of ticket"),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CustomField
        fields = (
            *("name", "kinds", "type", "choices"),
            *("required", "customers_see", "position", "active"),
        )

    def clean_type(self) -> str:
        """The type of a field that is filled in somewhere can't change."""
        chosen: str = self.cleaned_data["type"]
        used = self.instance.pk and FieldValue.objects.filter(field=self.instance).exists()
        if used and chosen != self.initial.get("type"):
            raise ValidationError(_("This field is filled in on tickets; make a new one instead."))
        return chosen


class FieldAdmin(admin.ModelAdmin):
    """Which fields there are. One that is filled in somewhere is switched off, not deleted."""

    form = FieldForm
    list_display = ("name", "type", "required", "customers_see", "active", "position")
    list_filter = ("active", "type")
    search_fields = ("name",)

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

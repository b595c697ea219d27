"""What is provided under which agreement, and to whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from sla.admin.many import UncountedAdmin
from sla.admin.named import NamedAdmin
from sla.models import Service


@admin.register(Service)
class ServiceAdmin(NamedAdmin, UncountedAdmin):
    """Services; the desk shows a customer's on their tickets."""

    list_display = ("name", "agreement", "organisation", "url", "starts_on", "ends_on")
    list_filter = ("agreement",)
    list_select_related = ("agreement", "contract__organisation")
    search_fields = ("name", "url", "contract__organisation__name")
    autocomplete_fields = ("contract",)

    @admin.display(description=gettext_lazy("organisation"))
    def organisation(self, service: Service) -> Any:
        """Whose alone it is."""
        return service.organisation or "-"

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        """An address that is typed without a scheme is one of a secure site."""
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

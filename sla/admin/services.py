"""What is provided under which agreement, and to whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from sla.admin.many import UncountedAdmin
from sla.models import Service


@admin.register(Service)
class ServiceAdmin(UncountedAdmin):
    """Services; the desk shows a customer's on their tickets."""

    list_display = ("name", "agreement", "organisation", "url")
    list_filter = ("agreement",)
    list_select_related = ("agreement", "organisation")
    search_fields = ("name", "url", "organisation__name")
    autocomplete_fields = ("organisation",)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """An address that is typed without a scheme is one of a secure site."""
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

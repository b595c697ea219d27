"""Fields of the admin that Django draws without a label, named for who hears them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _


class NamedFormSet(forms.BaseInlineFormSet):
    """Rows of a table: a column's head is drawn once, and belongs to no field."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Give each field its name, also the box that takes a row away."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            # One that is wrapped in links has its attributes from what is wrapped.
            widget = getattr(field.widget, "widget", field.widget)
            label = field.label or name.replace("_", " ").capitalize()
            widget.attrs.setdefault("aria-label", label)


class NamedAutocomplete(AutocompleteSelect):
    """A choice that is searched in: empty, it has no words of its own but these."""

    words = ""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, object]:
        """Say what is to be chosen where nothing is yet."""
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": self.words}


class NamedAdmin(admin.ModelAdmin):
    """A page whose searched choices and moments have names."""

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        """Name a choice that is searched in."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = NamedAutocomplete(
                db_field, self.admin_site, using=kwargs.get("using")
            )
            kwargs["widget"].words = _("Choose: %(what)s") % {"what": db_field.verbose_name}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        """Name the two halves of a moment."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, AdminSplitDateTime):
            day, time = field.widget.widgets
            day.attrs["aria-label"] = _("%(moment)s: date") % {"moment": field.label}
            time.attrs["aria-label"] = _("%(moment)s: time") % {"moment": field.label}
        return field

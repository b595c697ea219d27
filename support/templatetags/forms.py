"""Template tags of forms: what may stay empty, and where a page begins that has one thing to do."""

from __future__ import annotations

from django import forms
from django.utils.safestring import SafeString


def begin_in(form: forms.BaseForm) -> str:
    """The name of the first field in error, else of the first one that is seen."""
    visible = form.visible_fields()
    wrong = [field for field in visible if field.errors]
    return next((field.name for field in (*wrong, *visible)), "")


def beginning(field: forms.BoundField) -> SafeString:
    """A field that has the focus when its page opens, with scripts or without."""
    return field.as_widget(attrs={"autofocus": True})


def may_stay_empty(field: forms.BoundField) -> bool:
    """Whether to say so of a field: not of one that its form needs in some cases, which its
    `sometimes` names, nor of a box to tick.
    """
    needed = field.field.required or field.name in getattr(field.form, "sometimes", ())
    return not needed and not isinstance(field.field, forms.BooleanField)

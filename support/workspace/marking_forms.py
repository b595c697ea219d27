"""The forms of what stands around a ticket: tags, fields, checklist, links, merging, splitting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.asking.forms import initial_of, input_for, name_of
from tickets.models import (
    BY_HAND,
    CustomField,
    Kind,
    LinkKind,
    Priority,
    Ticket,
    TicketQuerySet,
)


class TicketField(forms.CharField):
    """A ticket by its number, with or without WD-."""

    def clean(self, value: object) -> Ticket:
        """The ticket. ValidationError if there is none of that number."""
        found = Ticket.objects.by_reference(super().clean(value)).with_people().first()
        if found is None:
            raise forms.ValidationError(_("There is no ticket with that number."))
        return found


class TagForm(forms.Form):
    """A tag, new or known."""

    name = forms.CharField(
        label=gettext_lazy("Tag"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
    )


class ItemForm(forms.Form):
    """Something to do."""

    text = forms.CharField(
        label=gettext_lazy("To do"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NumberForm(forms.Form):
    """Which one of a list; done, where it is ticked."""

    number = forms.IntegerField(min_value=1, max_value=2**62)
    done = forms.BooleanField(required=False)


class LinkForm(forms.Form):
    """What this ticket is to which other."""

    kind = forms.ChoiceField(
        label=gettext_lazy("This ticket"),
        choices=[(kind.value, LinkKind(kind).label) for kind in BY_HAND],
    )
    other = TicketField(
        label=gettext_lazy("Ticket number"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "WD-10001"}),
    )


class MergeForm(forms.Form):
    """Into which ticket: by its number, or one of a list."""

    into = TicketField(label=gettext_lazy("Ticket number"), max_length=24)


class SplitForm(forms.Form):
    """What the message is about, as a report of its own."""

    sometimes: ClassVar = {"priority"}

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    priority = forms.ChoiceField(
        label=gettext_lazy("Proposed priority"),
        choices=[("", "—"), *Priority.choices],
        required=False,
        help_text=gettext_lazy("Needed for an incident."),
    )

    def clean(self) -> dict[str, object]:
        """What is promised for an incident hangs on its priority."""
        data = super().clean() or {}
        if data.get("kind") == Kind.INCIDENT and not data.get("priority"):
            self.add_error("priority", _("Choose how much the incident hinders the customer."))
        return data


class FieldsForm(forms.Form):
    """The fields of one's own that are asked of a ticket's kind."""

    def __init__(
        self,
        *args: Any,
        ticket: Ticket,
        known: tuple[Sequence[CustomField], dict[int, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """known: the fields, and what is kept in them, where that was looked up."""
        self.asked, kept = known or _asked_of(ticket)
        self.kept = kept
        kwargs["initial"] = {
            name_of(field): initial_of(field, kept.get(field.pk, "")) for field in self.asked
        }
        super().__init__(*args, **kwargs)
        for field in self.asked:
            self.fields[name_of(field)] = _input(field, kept.get(field.pk, ""))

    def clean(self) -> dict[str, object]:
        """With the values together, as the verb takes them."""
        data = super().clean() or {}
        data["values"] = {
            field.pk: data[name_of(field)] for field in self.asked if name_of(field) in data
        }
        return data

    def shown(self) -> list[dict[str, object]]:
        """Each field with what is kept, in words."""
        return [
            {
                "name": field.label,
                "value": field.shown(self.kept.get(field.pk, "")),
                "missing": field.required and field.pk not in self.kept,
                "customers_see": field.customers_see,
            }
            for field in self.asked
        ]


def _asked_of(ticket: Ticket) -> tuple[Sequence[CustomField], dict[int, str]]:
    asked = list(CustomField.objects.asked_of(ticket))
    kept = ticket.field_values.values_list("field_id", "value") if asked else ()
    return asked, dict(kept)


def _input(field: CustomField, kept: str) -> forms.Field:
    """The input for a field, which says if a ticket can't be solved without it."""
    more = {"help_text": _("Needed before solving.")} if field.required else {}
    return input_for(field, kept, **more)


def mergeable(ticket: Ticket, tickets: TicketQuerySet) -> TicketQuerySet:
    """Open tickets of the same reporter or the same organisation, the newest first."""
    others = tickets.active().exclude(pk=ticket.pk).with_people()
    if ticket.organisation_id:
        return others.filter(organisation=ticket.organisation_id)
    if ticket.reporter_email:
        return others.filter(reporter_email__iexact=ticket.reporter_email)
    return others.none()

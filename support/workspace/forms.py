"""The agents' forms: answer, note, the verbs, and the telephone."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Release
from sla.releases import all_coming, of_ticket
from tickets.models import Contact, Kind, Priority, Team, Ticket, User

NEW_REPORT = "new"


def _text(label: Any, rows: int = 5) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=100_000
    )


class TextForm(forms.Form):
    """A verb that says something to the customer."""

    text = _text(gettext_lazy("To the customer"))


class ReasonForm(forms.Form):
    """A verb that asks why."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300)


class ClassifyForm(forms.Form):
    """Which kind of report it is."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)


class PrioritiseForm(forms.Form):
    """The definitive priority, and why."""

    sometimes: ClassVar = {"reason"}

    priority = forms.ChoiceField(
        label=gettext_lazy("Definitive priority"), choices=Priority.choices
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Needed where it differs from what the customer proposed (4.G). The customer reads it."
        ),
    )


class AssignForm(forms.Form):
    """Who takes it."""

    assignee = forms.ModelChoiceField(
        label=gettext_lazy("Agent"),
        queryset=User.objects.can_be_given_work(),
        required=False,
        empty_label=gettext_lazy("nobody yet"),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.all(), required=False
    )


class PlanForm(forms.Form):
    """Into which release."""

    release = forms.ModelChoiceField(
        label=gettext_lazy("Release"),
        queryset=Release.objects.none(),
        required=False,
        empty_label=gettext_lazy("in no release"),
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = of_ticket(ticket, all_coming(now=timezone.now()))
        self.fields["release"] = forms.ModelChoiceField(
            label=_("Release"),
            queryset=coming,
            required=False,
            empty_label=_("in no release"),
        )


class PersonField(forms.ModelChoiceField):
    """A contact, told with the organisation: two Carlas are not the same."""

    def label_from_instance(self, obj: Any) -> str:
        """Organisation first, as the list is ordered."""
        return f"{obj.organisation.name}: {obj.name}"


class IdentifyForm(forms.Form):
    """Whose report it is."""

    sometimes: ClassVar = {"reason"}

    contact = PersonField(
        label=gettext_lazy("Contact"),
        queryset=Contact.objects.select_related("organisation").order_by(
            "organisation__name", "name"
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed where it was another organisation's until now."),
    )


class SubjectForm(forms.Form):
    """What a ticket is about, in a line."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)


class ParticipantForm(forms.Form):
    """Somebody who takes part in a ticket's conversation."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)


class AnswerToForm(forms.Form):
    """Where answers go from now on."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))


class CallForm(forms.Form):
    """A call: about what, answered or to be called back, and what was said."""

    sometimes: ClassVar = {"subject", "priority"}

    about = forms.ChoiceField(label=gettext_lazy("About"))
    caller = forms.CharField(label=gettext_lazy("Caller's name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Caller's e-mail"),
        required=False,
        help_text=gettext_lazy("For the confirmation."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority, as the caller sees it"),
        choices=[("", "—"), *Priority.choices],
        required=False,
    )
    subject = forms.CharField(
        label=gettext_lazy("In one line"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For a new report."),
    )
    text = _text(gettext_lazy("What was said"), 6)
    answered = forms.ChoiceField(
        label=gettext_lazy("The call was"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("answered: that is the reaction")),
            ("no", gettext_lazy("to be called back: the clock runs from this call")),
        ],
    )

    def __init__(self, *args: Any, tickets: list[Ticket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NEW_REPORT, _("a new report"))]
        choices += [(str(ticket.pk), str(ticket)) for ticket in tickets]
        self.fields["about"] = forms.ChoiceField(label=_("About"), choices=choices)

    def clean(self) -> dict[str, object]:
        """A new report needs a subject, and an incident its priority."""
        data = super().clean() or {}
        if data.get("about") == NEW_REPORT:
            if not data.get("subject"):
                self.add_error("subject", _("Give the new report a line that says what it is."))
            if data.get("kind") == Kind.INCIDENT and not data.get("priority"):
                self.add_error("priority", _("Ask how much the incident hinders them."))
        return data

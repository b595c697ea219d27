"""What is asked before something is made of mail that was set aside."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import Ticket


class NoteForm(forms.Form):
    """On which ticket it comes as a note."""

    ticket = forms.CharField(
        label=gettext_lazy("Ticket"),
        max_length=24,
        widget=forms.TextInput(attrs={"placeholder": "WD-10423", "autocomplete": "off"}),
    )

    def clean_ticket(self) -> Ticket:
        """The ticket of that number."""
        found = Ticket.objects.by_reference(self.cleaned_data["ticket"]).first()
        if found is None:
            raise forms.ValidationError(_("There is no ticket of this number."))
        return found


class OpenForm(forms.Form):
    """Whose report it is."""

    email = forms.EmailField(
        label=gettext_lazy("Sender's e-mail"),
        required=False,
        help_text=gettext_lazy("Our answers go there. Empty: nobody can be answered by mail."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)

"""What whoever keeps an organisation's list fills in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.addresses import bare_address
from tickets.models import Contact, ContactAddress, Organisation, User

RIGHTS = ("may_phone", "sees_all", "sees_reports", "keeps_list")


class RightsForm(forms.ModelForm):
    """What one of the people may do for their organisation."""

    class Meta:
        model = Contact
        fields: ClassVar[Sequence[str]] = RIGHTS
        labels: ClassVar = {
            "may_phone": gettext_lazy("may phone"),
            "sees_all": gettext_lazy("reads and answers all reports of the organisation"),
            "sees_reports": gettext_lazy("gets the monthly reports"),
            "keeps_list": gettext_lazy("keeps this list"),
        }

    def clean_keeps_list(self) -> bool:
        """Somebody has to keep it."""
        keeps = bool(self.cleaned_data["keeps_list"])
        if self.instance.pk and not keeps and is_last_keeper(self.instance):
            raise forms.ValidationError(
                _("Nobody else keeps the list: give it to somebody else first.")
            )
        return keeps


class HouseRulesForm(forms.ModelForm):
    """What holds for everybody at the organisation."""

    class Meta:
        model = Organisation
        fields = ("sign_in_links", "asks_opinion")
        labels: ClassVar = {
            "sign_in_links": gettext_lazy("colleagues can sign in by a link in their mail"),
            "asks_opinion": gettext_lazy("we ask once how it was, after a solution"),
        }
        help_texts: ClassVar = {
            "sign_in_links": gettext_lazy(
                "Only those of this list, at the address by which we know them, and without an "
                "invitation."
            ),
            "asks_opinion": "",
        }


class InviteForm(RightsForm):
    """A colleague who is to have an account."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)

    class Meta(RightsForm.Meta):
        fields: ClassVar[Sequence[str]] = ("name", *RIGHTS)

    field_order = ("name", "email", *RIGHTS)

    def clean_email(self) -> str:
        """Not one that is known already: of whom it is, is not told here."""
        email = bare_address(self.cleaned_data["email"])
        known = (
            ContactAddress.objects.filter(email=email).exists()
            or User.objects.filter(email__iexact=email).exists()
        )
        if known:
            raise forms.ValidationError(
                _("This address can't be invited from here: ask us, and we see to it.")
            )
        return email


def is_last_keeper(person: Contact) -> bool:
    """Would nobody who can sign in keep the list without them?"""
    others = Contact.objects.filter(
        organisation=person.organisation, keeps_list=True, user__is_active=True
    )
    kept = Contact.objects.filter(pk=person.pk, keeps_list=True).exists()
    return kept and not others.exclude(pk=person.pk).exists()

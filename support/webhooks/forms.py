"""The form of a webhook: what it is for, where it goes, what it hears of."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.outgoing.gate import Refused, check_address
from support.webhooks.models import Webhook, WebhookEvent


class WebhookForm(forms.ModelForm):
    """A webhook. An address inside a private network is refused here already."""

    events = forms.MultipleChoiceField(
        label=gettext_lazy("Hears of"), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Webhook
        fields = ("name", "url", "organisation", "events")
        widgets: ClassVar = {
            "url": forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = [(event.value, f"{event.label} ({event.value})") for event in WebhookEvent]
        chosen = self.fields["events"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - for the type alone
        chosen.choices = events

    def clean_url(self) -> str:
        """One that we would go to."""
        url = str(self.cleaned_data["url"]).strip()
        if not url.startswith("https://") and not settings.OUTGOING_PRIVATE_ALLOWED:
            raise forms.ValidationError(_("This address starts with https://."))
        try:
            check_address(url)
        except Refused:
            raise forms.ValidationError(
                _("We do not go there: it is no web address, or one inside a private network.")
            ) from None
        return url

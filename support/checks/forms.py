"""The form of a check: what is asked of a service, where and how often."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Check
from support.checks.targets import judge
from support.outgoing.gate import Refused

_ALWAYS = ("service", "name", "interval_seconds", "failures_needed")
_ASKED = ("targets", "timeout_seconds")
FIELDS = {
    Check.Kind.HTTP: (*_ALWAYS, *_ASKED, "expected_status", "expected_text", "certificate_days"),
    Check.Kind.TCP: (*_ALWAYS, *_ASKED),
    Check.Kind.DNS: (*_ALWAYS, *_ASKED, "dns_name", "dns_type", "expected_text"),
    Check.Kind.HEARTBEAT: (*_ALWAYS, "grace_seconds"),
}
_TARGETS = {
    Check.Kind.HTTP: gettext_lazy("One a line, such as https://www.example.nl/; all must be good."),
    Check.Kind.TCP: gettext_lazy("One a line, such as mail.example.nl:25; all must be open."),
    Check.Kind.DNS: gettext_lazy("Name servers, one a line, such as ns1.example.nl."),
}


class LinesField(forms.CharField):
    """A list, one item a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: object, data: object) -> bool:
        return bool((initial or []) != self.to_python(data))


class CheckForm(forms.ModelForm):
    """A check of one kind; what other kinds need is not asked."""

    targets = LinesField(label=gettext_lazy("Addresses"), max_length=None)

    class Meta:
        model = Check
        fields: ClassVar = sorted({name for names in FIELDS.values() for name in names})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = Check.Kind(self.instance.kind)
        self.fields = {name: self.fields[name] for name in FIELDS[self.kind]}
        if "targets" in self.fields:
            self.fields["targets"].help_text = _TARGETS[self.kind]
        if self.kind == Check.Kind.HEARTBEAT:
            self.fields["failures_needed"].initial = 1
        if self.kind == Check.Kind.DNS:
            self.fields["expected_text"].label = _("Expected record")
            self.fields["expected_text"].help_text = _("Such as 192.0.2.7. Empty: any will do.")

    def clean_targets(self) -> list[str]:
        """Addresses that we would go to."""
        found: list[str] = self.cleaned_data["targets"]
        for target in found:
            try:
                judge(self.kind, target)
            except Refused:
                text = _("%(target)s is no address that we go to, or one in a private network.")
                raise forms.ValidationError(text % {"target": target}) from None
        return found

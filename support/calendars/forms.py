"""The forms of the calendar page: a special day, and the two choices."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.models import LiberationDay
from sla.models.calendar import validate_time

CLOSED, HOURS = "closed", "hours"


class DayForm(forms.Form):
    """A coming day: closed, or with hours of its own."""

    sometimes: ClassVar = {"opens", "closes"}

    what = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=[
            (CLOSED, gettext_lazy("Closed all day")),
            (HOURS, gettext_lazy("Open at other hours")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=pgettext_lazy("of a day", "Name"), max_length=80)
    opens = forms.CharField(label=gettext_lazy("Opens"), required=False, validators=[validate_time])
    closes = forms.CharField(
        label=gettext_lazy("Closes"), required=False, validators=[validate_time]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens", "closes"):
            clock = {"placeholder": "09:00", "inputmode": "numeric", "maxlength": 5, "size": 5}
            self.fields[name].widget.attrs.update(clock)
        self.fields["name"].widget.attrs["placeholder"] = _("Team day")

    def clean(self) -> dict[str, object]:
        """Hours only where it opens, and then both."""
        data = super().clean() or {}
        if data.get("what") != HOURS:
            return data | {"opens": "", "closes": ""}
        for name in ("opens", "closes"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Fill in a time, such as 09:00."))
        if not self.errors and data["opens"] >= data["closes"]:
            self.add_error("closes", _("This must be later than the opening."))
        return data


class ChoicesForm(forms.Form):
    """Which of the two doubtful holidays a Dutch calendar keeps."""

    liberation_day = forms.ChoiceField(
        label=gettext_lazy("Liberation Day, 5 May, is closed"),
        choices=LiberationDay.choices,
        widget=forms.RadioSelect,
    )
    good_friday = forms.TypedChoiceField(
        label=gettext_lazy("Good Friday is"),
        choices=[
            ("yes", pgettext_lazy("day", "closed")),
            ("no", gettext_lazy("an ordinary working day")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

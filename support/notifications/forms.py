"""The form of a person's choices: three fields for each kind, and the hour of the digest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from support.notifications.choices import Choice, kinds_for, wishes_of
from support.notifications.models import DigestHour, NotificationChoice, NotificationKind
from tickets.models import User


class ChoicesForm(forms.Form):
    """How somebody wants to hear of each kind of thing."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wishes = wishes_of([user.pk])[user.pk]
        self.kinds = kinds_for(user)
        for kind in self.kinds:
            choice = wishes.about(kind)
            self.fields[f"{kind}_in_app"] = forms.BooleanField(
                label=_("With the bell: %(what)s") % {"what": kind.label},
                required=False,
                initial=choice.in_app,
            )
            self.fields[f"{kind}_mail"] = forms.ChoiceField(
                label=_("By mail: %(what)s") % {"what": kind.label},
                choices=NotificationChoice.Mail.choices,
                initial=choice.mail,
            )
            self.fields[f"{kind}_push"] = forms.BooleanField(
                label=_("By push: %(what)s") % {"what": kind.label},
                required=False,
                initial=choice.push,
            )
        self.fields["hour"] = forms.TypedChoiceField(
            label=_("What is mailed once a day comes at"),
            help_text=_("On working days, and only what you have not seen by then."),
            choices=[
                (hour, f"{hour:02d}:00") for hour in range(DigestHour.FIRST, DigestHour.LAST + 1)
            ],
            coerce=int,
            initial=wishes.hour,
        )

    def rows(self) -> Iterator[tuple[NotificationKind, *tuple[forms.BoundField, ...]]]:
        """Each kind with its fields, in the order of the columns."""
        for kind in self.kinds:
            yield kind, self[f"{kind}_in_app"], self[f"{kind}_push"], self[f"{kind}_mail"]

    def chosen(self) -> dict[str, Choice]:
        """What was chosen, by kind."""
        return {
            kind: Choice(
                in_app=self.cleaned_data[f"{kind}_in_app"],
                mail=self.cleaned_data[f"{kind}_mail"],
                push=self.cleaned_data[f"{kind}_push"],
            )
            for kind in self.kinds
        }

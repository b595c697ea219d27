"""What the log is asked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from support.audit.models import AuditEntry, AuditQuerySet
from support.audit.words import account_words, subject_words, what_is_watched
from support.forms.numbers import number_in
from tickets.models import User

ALL = pgettext_lazy("in the log", "everything")
ANYBODY = gettext_lazy("anybody")


class AuditAsking(forms.Form):
    """By whom, to what, what was done, when, in which words."""

    sometimes: ClassVar = {"q", "who", "kind", "subject", "first", "last"}

    q = forms.CharField(
        label=gettext_lazy("Words or address"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    who = forms.CharField(label=gettext_lazy("By whom"), required=False, max_length=20)
    kind = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    subject = forms.ChoiceField(label=gettext_lazy("To what"), required=False)
    first = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Up to and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    of = forms.CharField(required=False, max_length=101, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="asked_%s")
        kind, subject = self.fields["kind"], self.fields["subject"]
        kind.choices = [("", ALL), *AuditEntry.Kind.choices]  # type: ignore[attr-defined]
        subject.choices = [("", ALL), *what_is_watched()]  # type: ignore[attr-defined]
        who = self.fields["who"]
        who.widget = forms.Select(choices=[("", ANYBODY), *_people(self.data.get("who", ""))])

    def clean(self) -> dict[str, object]:
        """Days that can be counted with."""
        data = super().clean() or {}
        for name in ("first", "last"):
            day = data.get(name)
            if day is not None and not 2000 <= day.year < 2100:
                self.add_error(name, _("A day between 2000 and 2100."))
        return data

    def found(self) -> AuditQuerySet:
        """What is asked for."""
        data = self.cleaned_data
        rows = AuditEntry.objects.all()
        if of := self.thing:
            rows = rows.of(*of)
        if data["kind"]:
            rows = rows.filter(kind=data["kind"])
        if data["subject"]:
            rows = rows.filter(subject=data["subject"])
        if data["who"]:
            rows = rows.filter(_by(data["who"]))
        if data["first"]:
            rows = rows.filter(at__gte=_midnight(data["first"]))
        if data["last"]:
            rows = rows.filter(at__lt=_midnight(data["last"] + timedelta(days=1)))
        return rows.saying(data["q"]) if data["q"].strip() else rows

    @property
    def thing(self) -> tuple[str, str] | None:
        """Of which the history is asked, if it is of one."""
        subject, _colon, pk = self.cleaned_data.get("of", "").partition(":")
        return (subject, pk) if pk and _is_a_table(subject) else None

    @property
    def about(self) -> str:
        """What the history is of, in words."""
        if not self.is_valid() or (thing := self.thing) is None:
            return ""
        last = AuditEntry.objects.filter(subject=thing[0], subject_pk=thing[1]).exclude(name="")
        name = next(iter(last.order_by("-at").values_list("name", flat=True)[:1]), f"#{thing[1]}")
        return f"{subject_words(thing[0])} {name}"


def _by(who: str) -> Q:
    if who in AuditEntry.How.values:
        return Q(how=who)
    number = number_in(who)
    return Q(pk__in=[]) if number is None else Q(who=number)


def _people(chosen: str) -> list[tuple[str, object]]:
    hows = [(value, label) for value, label in AuditEntry.How.choices if value != "person"]
    people = User.objects.can_be_given_work() | User.objects.left()
    named = [(str(pk), name) for pk, name in people.order_by("name").values_list("pk", "name")]
    known = {value for value, _label in (*hows, *named)}
    number = number_in(chosen)
    if number is not None and chosen not in known:
        named.append((chosen, account_words(number)))
    return [*hows, *named]


def _is_a_table(label: str) -> bool:
    try:
        apps.get_model(label)
    except (LookupError, ValueError):
        return False
    return True


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())

"""What managers fill in: an announcement, and when it goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Agreement, Edition
from support.announcements.models import Announcement, Kind, Whom
from support.announcements.owed import changing
from support.help_centre import markdown

WRITTEN = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
TEXTS = ("title_nl", "body_nl", "title_en", "body_en")


class AnnouncementForm(forms.ModelForm):
    """An announcement as it shall be read. about: news, or a change that was announced."""

    about = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        help_text=gettext_lazy(
            "Editions and rates stand here once they were announced: their notice is mailed by "
            "itself, and what you write comes with what was agreed and to whom it is owed."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        model = Announcement
        fields = ("whom", "agreement", "organisation", *TEXTS)
        widgets: ClassVar = {
            "whom": forms.RadioSelect,
            "body_nl": forms.Textarea(attrs={"rows": 12, "lang": "nl"}),
            "body_en": forms.Textarea(attrs={"rows": 8, "lang": "en"}),
            "title_nl": forms.TextInput(attrs={"lang": "nl"}),
            "title_en": forms.TextInput(attrs={"lang": "en"}),
        }
        help_texts: ClassVar = {
            "whom": gettext_lazy("Of news; a change goes to whom it concerns."),
            "body_nl": gettext_lazy(
                "Markdown: ## a heading, **bold**, - a list, 1. steps, [words](https://…) a link."
            ),
            "title_en": gettext_lazy("Without English, who reads English gets the Dutch text."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes = _changes(self.instance)
        about: Any = self.fields["about"]
        about.choices = [
            (Kind.NEWS.value, Kind.NEWS.label),
            *((key, name) for key, (_values, name) in self.changes.items()),
        ]
        self.initial.setdefault("about", _key_of(self.instance))
        self.initial.setdefault("seen", self.instance.version)
        self.order_fields(["about", "whom", "agreement", "organisation", *TEXTS, "seen"])

    def clean_body_nl(self) -> str:
        return self._text("body_nl")

    def clean_body_en(self) -> str:
        return self._text("body_en")

    def _text(self, name: str) -> str:
        text = str(self.cleaned_data[name]).replace("\r\n", "\n").strip()
        markdown.checked(text)
        if markdown.keys_in(text):
            raise forms.ValidationError(
                _("A letter carries no pictures: link to an article of the help centre.")
            )
        return text

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        about = data.get("about", Kind.NEWS.value)
        if about == Kind.NEWS:
            change: dict[str, object] = {"kind": Kind.NEWS, "edition": None, "rates_from": None}
            data |= self._circle(data)
        else:
            change = self.changes[about][0]
            data |= {
                "whom": Whom.AGREEMENT,
                "agreement": change["agreement"],
                "organisation": None,
            }
            # What was chosen beside it says nothing then.
            for name in ("agreement", "organisation", "whom"):
                self.errors.pop(name, None)
        for name, value in change.items():
            setattr(self.instance, name, value)
        if bool(data.get("title_en")) != bool(data.get("body_en")) and not (
            {"title_en", "body_en"} & self.errors.keys()
        ):
            missing = "title_en" if not data.get("title_en") else "body_en"
            self.add_error(missing, _("English needs a title and a text, or neither."))
        return data

    def _circle(self, data: dict[str, object]) -> dict[str, object]:
        """To whom news goes: of the two that may be named, the one that was asked for."""
        names = {Whom.AGREEMENT.value: "agreement", Whom.ORGANISATION.value: "organisation"}
        name = names.get(str(data.get("whom")), "")
        if name and not data.get(name) and name not in self.errors:
            self.add_error(name, _("Choose which one."))
        return {each: data.get(each) if each == name else None for each in names.values()}


def _changes(kept: Announcement) -> dict[str, tuple[dict[str, object], str]]:
    """The changes that are to come, and the one that a draft is about."""
    today = timezone.localdate()
    coming = Q(in_force_on__gt=today, announced_at__isnull=False) | Q(pk=kept.edition_id)
    found: dict[str, tuple[dict[str, object], str]] = {}
    for edition in Edition.objects.filter(coming).select_related("agreement").order_by("pk"):
        change = Announcement(
            kind=Kind.EDITION, whom=Whom.AGREEMENT, agreement=edition.agreement, edition=edition
        )
        found[_key_of(change)] = (_values(change), str(change.about))
    to_come = changing().filter(from_on__gt=today)
    days = set(to_come.values_list("contract__agreement", "from_on"))
    if kept.rates_from is not None:
        days.add((kept.agreement_id, kept.rates_from))
    named = Agreement.objects.in_bulk([key for key, _day in days])
    for key, day in sorted(days):
        change = Announcement(
            kind=Kind.RATES, whom=Whom.AGREEMENT, agreement=named[key], rates_from=day
        )
        found[_key_of(change)] = (_values(change), str(change.about))
    return found


def _values(change: Announcement) -> dict[str, object]:
    return {
        "kind": change.kind,
        "agreement": change.agreement,
        "edition": change.edition,
        "rates_from": change.rates_from,
    }


def _key_of(change: Announcement) -> str:
    if change.edition_id is not None:
        return f"edition-{change.edition_id}"
    if change.rates_from is not None:
        return f"rates-{change.agreement_id}-{change.rates_from:%Y-%m-%d}"
    return Kind.NEWS.value


class PlanForm(forms.Form):
    """When it goes."""

    send_at = forms.DateTimeField(
        label=gettext_lazy("When it goes"),
        required=False,
        input_formats=WRITTEN,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy(
            "Empty: now. Outside the hours of the house it waits until they begin."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def clean_send_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["send_at"]
        if at is not None and at < timezone.now() - timedelta(minutes=1):
            said = _("%(moment)s has passed.") % {
                "moment": date_format(timezone.localtime(at), "j F Y H:i")
            }
            raise forms.ValidationError(said)
        return at

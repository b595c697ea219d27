"""What managers say of a brand, and of the texts of its letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.brands import logos
from support.brands.models import MOST_SUBJECT, MOST_TEXT
from support.faces.changing import LOOKS, logo_of
from support.mail import text_problems
from tickets.addresses import domain_in_ascii
from tickets.models import Brand, BrandFace, BrandHost, Organisation
from tickets.validators import validate_domain

MOST_HOSTS = 10


class FaceForm(forms.ModelForm):
    """How a brand looks. What is chosen for a logo is drawn anew before anybody sees it."""

    logo_file = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy(
            "PNG, JPEG or WebP of at most 2 MB; it is made small enough for letters. For an SVG, "
            "save it as a PNG first."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Without logo"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    class Meta:
        model = BrandFace
        fields = LOOKS
        widgets = {
            "colour": forms.ColorInput(),
            "address": forms.Textarea(attrs={"rows": 3}),
            "footer": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, last: BrandFace | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = last
        self.order_fields(("name", "logo_file", "no_logo", "colour", "address", "phone", "footer"))
        if last is None or not last.logo_width:
            del self.fields["no_logo"]

    def clean_colour(self) -> str:
        return str(self.cleaned_data["colour"]).lower()

    def clean_logo_file(self) -> logos.Logo | None:
        file: UploadedFile | None = self.cleaned_data["logo_file"]
        if not file:
            return None
        try:
            return logos.redrawn(file.read(logos.MOST_BYTES + 1))
        except logos.LogoError as error:
            raise ValidationError(str(error)) from error

    def logo(self) -> logos.Logo:
        """The one that was chosen, else the one of before, unless that was let go."""
        chosen: logos.Logo | None = self.cleaned_data["logo_file"]
        if chosen is not None:
            return chosen
        return logos.NONE if self.cleaned_data.get("no_logo") else logo_of(self.last)


class ReachForm(forms.ModelForm):
    """Where a brand is met, and by whom."""

    hosts = forms.CharField(
        label=gettext_lazy("Its own addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "help.example.nl"}),
        help_text=gettext_lazy(
            "Host names, one a line, such as help.example.nl. They must lead to this server, with "
            "a certificate; an operator sees to that."
        ),
    )
    organisations = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Organisations that belong to it"),
        queryset=Organisation.objects.select_related("brand"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each belongs to one brand; without, to that of the house."),
    )

    class Meta:
        model = Brand
        fields = ("name", "links_to_host")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance
        self.order_fields(("name", "hosts", "links_to_host", "organisations"))
        if own.pk:
            self.initial["hosts"] = "\n".join(own.hosts.values_list("host", flat=True))
            self.initial["organisations"] = list(own.organisations.values_list("pk", flat=True))
        if own.is_default:
            del self.fields["organisations"]
            return
        field: Any = self.fields["organisations"]
        field.label_from_instance = lambda customer: (
            customer.name
            if customer.brand_id in (None, own.pk)
            else _("%(name)s (now %(brand)s)") % {"name": customer.name, "brand": customer.brand}
        )

    def clean_hosts(self) -> list[str]:
        """Known as the net knows them, none of them the house's or another brand's."""
        lines = [domain_in_ascii(line) for line in self.cleaned_data["hosts"].split()]
        found = list(dict.fromkeys(filter(None, lines)))
        if len(found) > MOST_HOSTS:
            raise ValidationError(_("These are more than %(most)s.") % {"most": MOST_HOSTS})
        for host in found:
            try:
                validate_domain(host)
            except ValidationError:
                text = _("“%(host)s” is no host name such as help.example.nl.") % {"host": host}
                raise ValidationError(text) from None
            if host == settings.ORIGIN.host:
                raise ValidationError(_("%(host)s is the address of the house.") % {"host": host})
            taken = BrandHost.objects.filter(host=host).exclude(brand=self.instance.pk).first()
            if taken is not None:
                text = _("%(host)s is already of %(brand)s.")
                raise ValidationError(text % {"host": host, "brand": taken.brand})
        return found

    def clean(self) -> dict[str, object]:
        said: dict[str, object] = super().clean() or self.cleaned_data
        if said.get("links_to_host") and not said.get("hosts") and "hosts" not in self.errors:
            self.add_error("links_to_host", _("There is no address above for letters to lead to."))
        return said


class NewBrandForm(forms.ModelForm):
    """A brand begins with what colleagues call it."""

    class Meta:
        model = Brand
        fields = ("name",)


class TextForm(forms.Form):
    """The words of a letter. Where they can't stay, it is said why and where."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=MOST_SUBJECT)
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 16})
    )
    ticket = forms.CharField(
        label=gettext_lazy("Look at it with ticket"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("A number such as WD-10423. Empty: the latest one of this brand."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, letter: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letter = letter

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "subject" in said and "body" in said:
            wrong = text_problems.problems(self.letter, said["subject"], said["body"])
            for name, sentences in wrong.items():
                for sentence in sentences:
                    self.add_error(name, sentence)
        return said

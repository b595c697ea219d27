"""What people who work here fill in: an article, a category."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.articles.models import RESERVED, Article, ArticleVersion, Category, Readers
from support.forms.uploads import FilesField
from support.help_centre import markdown
from support.help_centre.writing import TEXTS, Written, free_slug


class ArticleForm(forms.ModelForm):
    """An article as it shall be read. version: what stands there now."""

    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=80,
        required=False,
        validators=[Article._meta.get_field("slug").validators[0]],
        help_text=gettext_lazy(
            "What stands behind /help/; made of the title if it is empty. It stays as it is once "
            "the article was published."
        ),
    )
    review_on = forms.DateField(
        label=gettext_lazy("Look at it again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: a year after it is published."),
    )
    pictures = FilesField(
        label=gettext_lazy("Pictures"),
        required=False,
        help_text=gettext_lazy(
            "PNG, JPEG, GIF or WebP, each at most 4 MB. They are put under the Dutch text; move "
            "their lines to where they belong, and say between [ ] what they show."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        model = ArticleVersion
        fields = (*TEXTS, "category", "readers", "organisation")
        widgets: ClassVar = {
            "body_nl": forms.Textarea(attrs={"rows": 16, "lang": "nl"}),
            "body_en": forms.Textarea(attrs={"rows": 10, "lang": "en"}),
            "title_nl": forms.TextInput(attrs={"lang": "nl"}),
            "title_en": forms.TextInput(attrs={"lang": "en"}),
            "readers": forms.RadioSelect,
        }
        help_texts: ClassVar = {
            "body_nl": gettext_lazy(
                "Markdown: ## a heading, **bold**, - a list, 1. steps, [words](https://…) a link."
            ),
            "title_en": gettext_lazy("Without English, who reads English gets the Dutch text."),
        }

    def __init__(self, *args: Any, article: Article | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.article = article
        self.order_fields([*TEXTS, "pictures", "category", "readers", "organisation"])
        if article is not None and article.published_at is not None:
            self.fields["slug"].disabled = True

    def clean_body_nl(self) -> str:
        return self._text("body_nl")

    def clean_body_en(self) -> str:
        return self._text("body_en")

    def _text(self, name: str) -> str:
        text = str(self.cleaned_data[name]).replace("\r\n", "\n").strip()
        markdown.checked(text)
        return text

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip()
        if not slug:
            return self.article.slug if self.article else ""
        others = Article.objects.exclude(pk=self.article.pk if self.article else 0)
        if slug in RESERVED or others.filter(slug=slug).exists():
            said = _("The address “%(slug)s” is taken; choose another.")
            raise forms.ValidationError(said % {"slug": slug})
        return slug

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        for_one = data.get("readers") == Readers.ORGANISATION
        if for_one and not data.get("organisation"):
            self.add_error("organisation", _("Choose whose it is."))
        if not for_one:
            data["organisation"] = None
        if bool(data.get("title_en")) != bool(data.get("body_en")) and not (
            {"title_en", "body_en"} & self.errors.keys()
        ):
            missing = "title_en" if not data.get("title_en") else "body_en"
            self.add_error(missing, _("English needs a title and a text, or neither."))
        return data

    def written(self) -> Written:
        """What the article shall say."""
        said = self.cleaned_data
        texts = {name: said[name] for name in TEXTS}
        return Written(said["category"], texts, said["readers"], said["organisation"])

    def wanted_slug(self) -> str:
        """The address that was asked for, or one made of the title."""
        return self.cleaned_data["slug"] or free_slug(self.cleaned_data["title_nl"])


class CategoryForm(forms.ModelForm):
    """A subject under which articles stand."""

    class Meta:
        model = Category
        fields = ("name_nl", "name_en", "about_nl", "about_en", "slug", "place")

"""Articles of the help centre: their texts as versions that are only added, and what readers did.

What is published is a version, chosen by somebody who may; what is written after it is a draft.
"""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.expressions import CombinedExpression
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from support.articles.in_two_languages import InTwoLanguages, english_whole
from tickets.models import Organisation, User

slug_word = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use small letters, digits and single hyphens only.")
)
MOST_TEXT = 40_000
RESERVED = frozenset({"suggest", "opened", "pictures", "about"})


class Readers(models.TextChoices):
    """Who may read an article once it is published."""

    EVERYBODY = "everybody", pgettext_lazy("readers of an article", "everybody")
    CUSTOMERS = "customers", pgettext_lazy("readers of an article", "customers who signed in")
    ORGANISATION = "organisation", pgettext_lazy("readers of an article", "one organisation")
    STAFF = "staff", pgettext_lazy("readers of an article", "only people who work here")


def words_in(text: str) -> CombinedExpression:
    """Titles before texts, each with the endings of its language."""
    language = {"nl": "dutch", "en": "english"}[text]
    title = SearchVector(f"title_{text}", weight="A", config=language)
    return title + SearchVector(f"plain_{text}", weight="C", config=language)


class Category(models.Model):
    """A subject under which articles stand."""

    slug = models.CharField(_("address"), max_length=60, unique=True, validators=[slug_word])
    name_nl = models.CharField(_("name in Dutch"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    about_nl = models.CharField(_("what it is about, in Dutch"), max_length=200, blank=True)
    about_en = models.CharField(_("what it is about, in English"), max_length=200, blank=True)
    place = models.PositiveSmallIntegerField(
        _("place"), default=100, help_text=_("The lowest number comes first.")
    )

    class Meta:
        verbose_name = _("category of the help centre")
        verbose_name_plural = _("categories of the help centre")
        ordering: ClassVar = ["place", "name_nl", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return (get_language() == "en" and self.name_en) or self.name_nl

    @property
    def about(self) -> str:
        """In the reader's language."""
        return (get_language() == "en" and self.about_en) or self.about_nl


class Picture(models.Model):
    """A picture in articles. key: what stands for it in a text and in its address."""

    key = models.CharField(max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=150)
    file = models.CharField(max_length=255)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("picture of the help centre")
        verbose_name_plural = _("pictures of the help centre")

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    """Named questions about articles. Who may see which is told by `support.access` alone."""

    def published(self) -> ArticleQuerySet:
        """Those that have a version for readers."""
        return self.filter(published__isnull=False).select_related("published__category")

    def with_last(self) -> models.QuerySet[Any]:
        """With the number and the title of what was written last."""
        last = ArticleVersion.objects.filter(article=models.OuterRef("pk")).order_by("-number")
        return self.annotate(
            last=models.Subquery(last.values("number")[:1]),
            last_title=models.Subquery(last.values("title_nl")[:1]),
            last_readers=models.Subquery(last.values("readers")[:1]),
            last_at=models.Subquery(last.values("at")[:1]),
        )


class Article(models.Model):
    """An article: its address, and which of its versions is published."""

    slug = models.CharField(_("address"), max_length=80, unique=True, validators=[slug_word])
    published = models.ForeignKey(
        "ArticleVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(published=None) | Q(published_at__isnull=False, withdrawn_at=None),
                name="published_article_since",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class ArticleVersion(InTwoLanguages):
    """What an article said from a moment on, in both languages, and whom it is for.

    plain_nl, plain_en: the texts as words alone, which they are found by.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", verbose_name=_("category")
    )
    readers = models.CharField(
        _("who may read it"), max_length=12, choices=Readers, default=Readers.EVERYBODY
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    body_nl = models.TextField(_("text in Dutch"), max_length=MOST_TEXT)
    body_en = models.TextField(_("text in English"), max_length=MOST_TEXT, blank=True)
    plain_nl = models.TextField(editable=False)
    plain_en = models.TextField(editable=False, blank=True)
    pictures = models.ManyToManyField(Picture, related_name="versions", editable=False)
    restored = models.PositiveIntegerField(null=True, blank=True, editable=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    words_nl = models.GeneratedField(
        expression=words_in("nl"), output_field=SearchVectorField(), db_persist=True
    )
    words_en = models.GeneratedField(
        expression=words_in("en"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
            models.CheckConstraint(
                condition=Q(readers="organisation", organisation__isnull=False)
                | (~Q(readers="organisation") & Q(organisation=None)),
                name="article_of_organisation",
            ),
            english_whole("article_english_whole"),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["words_nl"], name="article_words_nl"),
            GinIndex(fields=["words_en"], name="article_words_en"),
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.number}"

    @property
    def plain(self) -> str:
        """The words of it, likewise."""
        return self.plain_en if self.language == "en" else self.plain_nl


class HelpMark(models.Model):
    """Another word after each change of what is read: what was drawn before is drawn anew."""

    word = models.CharField(max_length=24)

    class Meta:
        verbose_name = _("mark of the help centre")
        verbose_name_plural = _("marks of the help centre")

    def __str__(self) -> str:
        return self.word


def mark() -> str:
    """The word since the last change."""
    return HelpMark.objects.values_list("word", flat=True).first() or ""


def marked() -> None:
    """Something changes, in the transaction that this stands in: one after the other."""
    HelpMark.objects.update_or_create(pk=1, defaults={"word": secrets.token_hex(12)})


class ArticleVote(models.Model):
    """Whether an article helped, of one visitor. visitor: no address; only that it is the same."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="votes")
    visitor = models.CharField(max_length=64)
    helped = models.BooleanField(_("it helped"))
    text = models.CharField(_("what was missing"), max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote on an article")
        verbose_name_plural = _("votes on articles")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "visitor"], name="article_vote_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.helped}"


class Suggested(models.TextChoices):
    """What can be suggested to who writes a report."""

    ARTICLE = "article", _("an article")
    REPORT = "report", _("a report that was made already")
    OUTAGE = "outage", _("an outage that we know of")
    WORKS = "works", _("maintenance that was announced")


class OpenedSuggestion(models.Model):
    """A suggestion that was opened, or followed, by who wrote a report. visit: a random word of
    their page alone.

    sent: the report was sent all the same.
    """

    what = models.CharField(
        max_length=7, choices=Suggested, default=Suggested.ARTICLE, db_default=Suggested.ARTICLE
    )
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="openings")
    visit = models.CharField(max_length=40)
    at = models.DateTimeField()
    sent = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("suggestion that was opened")
        verbose_name_plural = _("suggestions that were opened")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["what", "article", "visit"],
                name="suggestion_opened_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(what="article", article__isnull=False)
                | Q(what__in=["report", "outage", "works"], article=None),
                name="suggestion_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article or self.what} {self.at}"


class UnansweredSearch(models.Model):
    """A search that found nothing, and how often: what articles are missing for."""

    words = models.CharField(_("search"), max_length=60, unique=True)
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("search that found nothing")
        verbose_name_plural = _("searches that found nothing")

    def __str__(self) -> str:
        return self.words

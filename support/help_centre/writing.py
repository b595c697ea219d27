"""What people who work here do to articles: each a step of its own, marked, and nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from support.articles.models import (
    RESERVED,
    Article,
    ArticleVersion,
    Category,
    Picture,
    Readers,
    marked,
)
from support.help_centre import markdown
from tickets.models import Organisation, User

REVIEW = timedelta(days=365)
TEXTS = ("title_nl", "body_nl", "title_en", "body_en")


class Refused(Exception):
    """It can't be done; the message says why."""


@dataclass(frozen=True)
class Written:
    """What an article shall say."""

    category: Category
    texts: Mapping[str, str]
    readers: str = Readers.EVERYBODY
    organisation: Organisation | None = None


def free_slug(title: str) -> str:
    """An address made of a title, that no other article has."""
    base = slugify(title)[:70].strip("-") or "artikel"
    slug, number = base, 1
    while slug in RESERVED or Article.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def begin(slug: str, said: Written, *, by: User | None, now: datetime) -> ArticleVersion:
    """A new article, as a draft. Refused if its address is taken."""
    if slug in RESERVED or Article.objects.filter(slug=slug).exists():
        raise Refused(_("The address “%(slug)s” is taken; choose another.") % {"slug": slug})
    try:
        with transaction.atomic():
            article = Article.objects.create(slug=slug)
    except IntegrityError:
        raise Refused(
            _("The address “%(slug)s” is taken; choose another.") % {"slug": slug}
        ) from None
    return _add(article, 1, said, by=by, now=now)


@transaction.atomic
def write(
    article: Article,
    said: Written,
    *,
    seen: int,
    by: User | None,
    now: datetime,
    restored: int | None = None,
) -> ArticleVersion:
    """Another version, not yet published. seen: the version that its writer had before them."""
    held = Article.objects.select_for_update().get(pk=article.pk)
    last = held.versions.order_by("-number")[0]
    if last.number != seen:
        who = last.by.name if last.by else _("the import")
        raise Refused(
            _(
                "%(who)s changed this article meanwhile (version %(number)s). What you typed "
                "stands here; look at their version, and save again to go on from yours."
            )
            % {"who": who, "number": last.number}
        )
    if restored is None and is_same(last, said):
        return last
    return _add(held, last.number + 1, said, by=by, now=now, restored=restored)


def is_same(version: ArticleVersion, said: Written) -> bool:
    """Does a version say just this?"""
    return (
        version.category_id == said.category.pk
        and version.readers == said.readers
        and version.organisation_id == (said.organisation.pk if said.organisation else None)
        and all(getattr(version, name) == said.texts.get(name, "") for name in TEXTS)
    )


def _add(
    article: Article,
    number: int,
    said: Written,
    *,
    by: User | None,
    now: datetime,
    restored: int | None = None,
) -> ArticleVersion:
    texts = {name: said.texts.get(name, "") for name in TEXTS}
    version = ArticleVersion.objects.create(
        article=article,
        number=number,
        category=said.category,
        readers=said.readers,
        organisation=said.organisation,
        **texts,
        plain_nl=markdown.plain(texts["body_nl"]),
        plain_en=markdown.plain(texts["body_en"]) if texts["body_en"] else "",
        restored=restored,
        at=now,
        by=by,
    )
    keys = markdown.keys_in(texts["body_nl"]) | markdown.keys_in(texts["body_en"])
    version.pictures.set(Picture.objects.filter(key__in=keys))
    return version


@transaction.atomic
def publish(article: Article, number: int, *, by: User | None, now: datetime) -> None:
    """Let readers read this version. Without a day on which to look at it again it gets one."""
    held = Article.objects.select_for_update().get(pk=article.pk)
    held.published = held.versions.get(number=number)
    held.published_at, held.published_by, held.withdrawn_at = now, by, None
    today = now.date()
    if held.review_on is None or held.review_on <= today:
        held.review_on = today + REVIEW
    held.save()
    marked()


@transaction.atomic
def withdraw(article: Article, *, now: datetime) -> None:
    """Nobody reads it any more, but people who work here."""
    held = Article.objects.select_for_update().get(pk=article.pk)
    held.published, held.withdrawn_at = None, now
    held.save()
    marked()


def restore(article: Article, number: int, *, by: User, now: datetime) -> ArticleVersion:
    """What an earlier version said, as a new one that is not yet published."""
    old = article.versions.get(number=number)
    last = article.versions.order_by("-number")[0]
    said = Written(
        old.category,
        {name: getattr(old, name) for name in TEXTS},
        readers=old.readers,
        organisation=old.organisation,
    )
    return write(article, said, seen=last.number, by=by, now=now, restored=number)


@transaction.atomic
def arrange(article: Article, *, slug: str, review_on: date | None) -> None:
    """Its address, which stays from when it was published first, and the day to look at it."""
    held = Article.objects.select_for_update().get(pk=article.pk)
    if held.published_at is None and slug != held.slug:
        if slug in RESERVED or Article.objects.filter(slug=slug).exists():
            raise Refused(_("The address “%(slug)s” is taken; choose another.") % {"slug": slug})
        held.slug = slug
    held.review_on = review_on
    held.save()
    marked()

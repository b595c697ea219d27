"""What is public of the help centre, for programs: an Atom feed and a sitemap."""

from __future__ import annotations

from xml.etree import ElementTree

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from support.articles.models import Article
from support.help_centre import shown

MOST_IN_FEED, MOST_IN_SITEMAP = 50, 5_000
_MAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def address(article: Article) -> str:
    """Where everybody reads it."""
    return settings.ORIGIN.url + reverse("help-article", args=[article.slug])


def atom() -> str:
    """What was published last, first."""
    host, home = settings.ORIGIN.host, settings.ORIGIN.url + reverse("help")
    written = Atom1Feed(
        title=_("Help centre"),
        link=home,
        description="",
        language=get_language(),
        feed_url=settings.ORIGIN.url + reverse("help-feed"),
        feed_guid=f"tag:{host},2026:help",
    )
    for article in shown.readable(None).order_by("-published_at", "pk")[:MOST_IN_FEED]:
        version = article.published
        if version is not None:
            written.add_item(
                title=version.title,
                link=address(article),
                unique_id=f"tag:{host},2026:help/{article.slug}",
                description=version.plain[:400],
                pubdate=article.published_at,
                updateddate=article.published_at,
            )
    return str(written.writeString("utf-8"))


def sitemap() -> str:
    """Every public article, with when it was published."""
    ElementTree.register_namespace("", _MAPS)
    root = ElementTree.Element(f"{{{_MAPS}}}urlset")
    for article in shown.readable(None).order_by("pk")[:MOST_IN_SITEMAP]:
        url = ElementTree.SubElement(root, f"{{{_MAPS}}}url")
        ElementTree.SubElement(url, f"{{{_MAPS}}}loc").text = address(article)
        if article.published_at is not None:
            day = article.published_at.date().isoformat()
            ElementTree.SubElement(url, f"{{{_MAPS}}}lastmod").text = day
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, "unicode")

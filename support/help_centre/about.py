"""A report that follows an article: what was read before it, and that it was sent after all."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from support.articles.models import Article
from support.help_centre import counting, feeds, shown


def article_in(request: HttpRequest) -> Article | None:
    """The article that led to the form, if whoever asks may read it."""
    slug = request.POST.get("article") or request.GET.get("article") or ""
    if not slug or "\0" in slug:
        return None
    return shown.readable(shown.reader(request)).filter(slug=slug[:80]).first()


def with_article(text: str, read: Article | None) -> str:
    """What was written, and under it what had been read."""
    if read is None or read.published is None:
        return text
    said = _("Read before in the help centre: %(title)s (%(address)s)")
    told = said % {"title": read.published.title, "address": feeds.address(read)}
    return f"{text}\n\n{told}"


def sent(request: HttpRequest) -> None:
    """The report was sent: what was opened on the way did not make it needless."""
    counting.sent(request.POST.get("help_visit", "")[:60])

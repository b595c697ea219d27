"""The pages of the help centre as they are drawn: for everybody once for each change, and for whom
somebody signed in by themselves.

What is for everybody is kept in this process under the mark of the house (`articles.models.mark`),
so that what was withdrawn a moment ago is not answered any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, override

from support import access
from support.articles.models import Article, ArticleQuerySet, Category, mark
from support.brands import face, hosts
from support.help_centre import finding, markdown
from tickets.models import User

MOST_KEPT = 400
KEPT_BY_OTHERS = 30
"""Seconds for which a browser or a proxy need not ask again."""
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """What is answered, with the word for whether it changed."""

    body: bytes
    etag: str
    kind: str


class _Kept:
    """What this process drew since the last change."""

    mark = ""
    pages: ClassVar[dict[tuple[str, str, str], Page]] = {}


def reader(request: HttpRequest) -> User | None:
    """Who reads, if anybody whom we know."""
    return request.user if isinstance(request.user, User) else None


def readable(user: User | None) -> ArticleQuerySet:
    """What somebody finds in the help centre: what is published of what they may see."""
    return access.articles_of(user).published()


def language_of(request: HttpRequest) -> str:
    """What the address names, else what was chosen before."""
    named = request.GET.get("lang", "")
    return named if named in ("nl", "en") else (get_language() or "nl")


def answer(
    request: HttpRequest,
    draw: Callable[[User | None], str],
    *,
    kind: str = HTML,
    public: bool = False,
) -> HttpResponseBase:
    """A page for whoever asks. public: of what everybody may read, whoever asks.

    draw raises Http404 for what whoever reads may not know of.
    """
    user = None if public else reader(request)
    language = language_of(request)
    if user is not None:
        with override(language):
            found = HttpResponse(draw(user), content_type=kind)
        found["Cache-Control"] = "private, no-cache"
        return found
    key = (request.path_info, language, hosts.of(request))
    page = _page(key, kind, lambda: draw(None))
    said = HttpResponse(page.body, content_type=page.kind)
    said["Cache-Control"] = f"public, max-age={KEPT_BY_OTHERS}"
    said["Vary"] = "Accept-Language, Cookie"
    said["ETag"] = page.etag
    return get_conditional_response(request, etag=page.etag, response=said) or said


def _page(key: tuple[str, str, str], kind: str, draw: Callable[[], str]) -> Page:
    """key: path, language, and at which brand's address."""
    now = mark()
    if _Kept.mark != now or len(_Kept.pages) >= MOST_KEPT:
        _Kept.mark, _Kept.pages = now, {}
    pages = _Kept.pages
    page = pages.get(key)
    if page is None:
        with override(key[1]):
            body = draw().encode()
        page = Page(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"', kind)
        pages[key] = page
    return page


def draw(template: str, context: dict[str, object], user: User | None, request: HttpRequest) -> str:
    """A page in the frame of whoever reads it; for everybody without a word of who asks."""
    if user is None:
        shown = {"layout": "help/_public.html", "user": None, "face": face.of_request(request)}
        return render_to_string(template, context | shown)
    return render_to_string(template, context | {"layout": "layouts/customers.html"}, request)


def home(user: User | None) -> dict[str, object]:
    """The categories, each with what somebody may read of it."""
    articles: dict[int, list[Article]] = {}
    for article in readable(user).order_by("pk"):
        if article.published is not None:
            articles.setdefault(article.published.category_id, []).append(article)
    shown = [
        {"category": category, "articles": _by_title(articles[category.pk])}
        for category in Category.objects.all()
        if category.pk in articles
    ]
    return {"groups": shown}


def category(user: User | None, slug: str) -> dict[str, object]:
    """A category; Http404 for one in which there is nothing to read."""
    found = Category.objects.filter(slug=slug).first()
    articles = list(readable(user).filter(published__category=found)) if found else []
    if not articles:
        raise Http404
    return {"category": found, "articles": _by_title(articles)}


def article(user: User | None, slug: str) -> dict[str, object]:
    """An article, its contents, and those that it is related to."""
    found = readable(user).filter(slug=slug).first()
    if found is None or found.published is None:
        raise Http404
    version = found.published
    text = markdown.drawn(version.body)
    return {
        "article": found,
        "version": version,
        "text": text.html,
        "contents": text.contents if len(text.contents) > 2 else [],
        "related": related(user, found),
    }


def related(user: User | None, to: Article, *, most: int = 4) -> list[Article]:
    """Those of the same category with the most of its title's words, then the others of it."""
    if to.published is None:
        return []
    others = readable(user).exclude(pk=to.pk)
    alike = finding.suggested(others, to.published.title_nl, most=most)
    beside = others.filter(published__category=to.published.category_id)[: most + 1]
    return list({each.pk: each for each in [*alike, *beside]}.values())[:most]


def _by_title(articles: list[Article]) -> list[Article]:
    return sorted(articles, key=lambda each: each.published.title if each.published else "")

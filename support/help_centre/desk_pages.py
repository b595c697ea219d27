"""The help centre for people who work here: everybody writes drafts, leads let them be read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.articles.models import (
    Article,
    ArticleVersion,
    Category,
    Readers,
    UnansweredSearch,
    marked,
)
from support.forms.numbers import number_in
from support.forms.resent import resent
from support.forms.uploads import posted
from support.help_centre import counting, from_message, markdown, pictures, writing
from support.help_centre.forms import ArticleForm, CategoryForm
from support.help_centre.writing import Refused
from tickets.models import MessageKind, User

MOST_SHOWN = 300
MOST_REMARKS = 50


@access.agents_only
def listed(request: HttpRequest) -> HttpResponse:
    """All articles by how far they are, what is to be looked at again, and what readers did."""
    user, now = access.signed_in(request), timezone.now()
    articles: list[Any] = list(
        access.articles_of(user)
        .with_last()
        .select_related("published__category")
        .annotate(
            yes=Count("votes", filter=Q(votes__helped=True)),
            no=Count("votes", filter=Q(votes__helped=False)),
        )
        .order_by("last_title", "pk")[:MOST_SHOWN]
    )
    today = timezone.localdate()
    context = {
        "groups": _groups(articles),
        "reader_names": dict(Readers.choices),
        "due": [
            each
            for each in articles
            if each.published and each.review_on and each.review_on <= today
        ],
        "helped": counting.helped(now=now) if user.is_lead else [],
        "followed": counting.followed_instead(now=now) if user.is_lead else [],
        "searches": UnansweredSearch.objects.order_by("-times", "-last_at")[:15]
        if user.is_lead
        else [],
        "no_category": not Category.objects.exists(),
    }
    return render(request, "help/desk.html", context)


def _groups(articles: list[Any]) -> list[dict[str, Any]]:
    kinds = {"published": _("Published"), "draft": _("Drafts"), "withdrawn": _("Withdrawn")}
    found: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for article in articles:
        state = "published" if article.published_id else "draft"
        found["withdrawn" if article.withdrawn_at else state].append(article)
    return [
        {"kind": kind, "label": label, "articles": found[kind]}
        for kind, label in kinds.items()
        if found[kind]
    ]


@access.agents_only
def new(request: HttpRequest) -> HttpResponse:
    """A new article, empty or begun with what was said on a ticket."""
    user = access.signed_in(request)
    start: dict[str, Any] = {}
    pk = number_in(request.GET.get("message"))
    if pk is not None:
        said = access.messages_of(user).filter(kind=MessageKind.REPLY)
        said = said.select_related("ticket__contact", "ticket__organisation")
        start = from_message.begun(get_object_or_404(said, pk=pk))
    return _editor(request, user, None, None, start)


@access.agents_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    article = _article(user, pk)
    last = article.versions.select_related("category", "organisation", "by")[0]
    start = {"slug": article.slug, "review_on": article.review_on, "seen": last.number}
    return _editor(request, user, article, last, start)


def _editor(
    request: HttpRequest,
    user: User,
    article: Article | None,
    last: ArticleVersion | None,
    start: dict[str, Any],
) -> HttpResponse:
    form = _filled(request, user, article, last, start)
    previews = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and not previews:
        try:
            kept = _save(form, user, article)
        except Refused as refused:
            form.add_error(None, str(refused))
            if last is not None:
                form.data = resent(request, seen=last.number)
        else:
            return _saved(request, user, kept)
    context = {
        "form": form,
        "article": article,
        "last": last,
        "versions": article.versions.select_related("by")[:30] if article else [],
        "remarks": article.votes.exclude(text="").order_by("-at")[:MOST_REMARKS] if article else [],
        "previews": _previews(form) if previews else [],
        "begun": article is None and "message" in request.GET,
        "no_category": not Category.objects.exists(),
    }
    return render(request, "help/edit.html", context, status=422 if form.errors else 200)


def _filled(
    request: HttpRequest,
    user: User,
    article: Article | None,
    last: ArticleVersion | None,
    start: dict[str, Any],
) -> ArticleForm:
    """The form as it was sent, its pictures kept and named in the text, whatever else is wrong."""
    if request.method != "POST":
        return ArticleForm(instance=last, initial=start, article=article)
    form = ArticleForm(**posted(request), article=article, initial=start)
    form.is_valid()
    data, refused, added = request.POST.copy(), [], []
    for file in form.cleaned_data.get("pictures") or []:
        try:
            kept = pictures.keep(file, by=user, now=timezone.now())
        except ValidationError as error:
            refused += error.messages
        else:
            added.append(f"![{kept.name}](picture:{kept.key})")
    if not added and not refused:
        return form
    data["body_nl"] = "\n\n".join([data.get("body_nl", "").rstrip(), *added])
    form = ArticleForm(data, article=article, initial=start)
    for said in refused:
        form.add_error("pictures", said)
    return form


def _save(form: ArticleForm, user: User, article: Article | None) -> ArticleVersion:
    now, said = timezone.now(), form.written()
    if article is None:
        kept = writing.begin(form.wanted_slug(), said, by=user, now=now)
    else:
        seen = form.cleaned_data["seen"] or 0
        kept = writing.write(article, said, seen=seen, by=user, now=now)
    slug = form.cleaned_data["slug"] or kept.article.slug
    writing.arrange(kept.article, slug=slug, review_on=form.cleaned_data["review_on"])
    return kept


def _saved(request: HttpRequest, user: User, kept: ArticleVersion) -> HttpResponse:
    if "publish" in request.POST and user.is_lead:
        writing.publish(kept.article, kept.number, by=user, now=timezone.now())
        messages.success(request, _("It is published."))
    else:
        messages.success(request, _("It is kept as a draft; readers don't see it yet."))
    return redirect("help-change", kept.article_id)


def _previews(form: ArticleForm) -> list[dict[str, object]]:
    texts = {name: str(form[name].value() or "") for name in writing.TEXTS}
    return [
        {
            "language": language,
            "title": texts[f"title_{language}"],
            "text": markdown.drawn(texts[f"body_{language}"]).html,
        }
        for language in ("nl", "en")
        if texts[f"body_{language}"].strip()
    ]


@access.agents_only
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What an article said once."""
    article = _article(access.signed_in(request), pk)
    said = article.versions.select_related("category", "organisation", "by")
    found = get_object_or_404(said, number=number)
    texts = [
        {"language": language, "title": title, "text": markdown.drawn(body).html}
        for language, title, body in (
            ("nl", found.title_nl, found.body_nl),
            ("en", found.title_en, found.body_en),
        )
        if body
    ]
    last = article.versions.all()[0]
    context = {"article": article, "version": found, "texts": texts, "is_last": found == last}
    return render(request, "help/version.html", context)


@access.agents_only
@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Go on from an earlier version: as a draft, after all others."""
    user = access.signed_in(request)
    article = _article(user, pk)
    get_object_or_404(article.versions, number=number)
    writing.restore(article, number, by=user, now=timezone.now())
    messages.success(request, _("Version %(number)s is a draft again.") % {"number": number})
    return redirect("help-change", article.pk)


@access.leads_only
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let readers read the version that was looked at."""
    user = access.signed_in(request)
    article = _article(user, pk)
    number = number_in(request.POST.get("version"), digits=9)
    get_object_or_404(article.versions, number=number)
    writing.publish(article, number or 0, by=user, now=timezone.now())
    messages.success(request, _("It is published."))
    return redirect("help-change", article.pk)


@access.leads_only
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    article = _article(user, pk)
    writing.withdraw(article, now=timezone.now())
    messages.success(request, _("It is withdrawn: nobody reads it but people who work here."))
    return redirect("help-change", article.pk)


@access.leads_only
def categories(request: HttpRequest) -> HttpResponse:
    """The subjects, and a form for another."""
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _category_saved(request, form)
    context = {"form": form, "category": None, "categories": Category.objects.all()}
    return render(request, "help/categories.html", context, status=422 if form.errors else 200)


@access.leads_only
def category(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Category, pk=pk)
    form = CategoryForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        return _category_saved(request, form)
    context = {"form": form, "category": found, "categories": Category.objects.all()}
    return render(request, "help/categories.html", context, status=422 if form.errors else 200)


def _category_saved(request: HttpRequest, form: CategoryForm) -> HttpResponse:
    saved = form.save()
    marked()
    messages.success(request, _("“%(title)s” has been saved.") % {"title": saved.name_nl})
    return redirect("help-categories")


def _article(user: User, pk: int) -> Article:
    found: Article = get_object_or_404(access.articles_of(user), pk=pk)
    return found

"""The help centre as readers get it: what it says, a search, a vote, and pictures."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from support import access
from support.forms import once
from support.help_centre import counting, feeds, finding, shown, suggesting
from support.reporting import guard

_LOCKED = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    if "q" in request.GET:
        return _search(request)
    return shown.answer(
        request, lambda user: shown.draw("help/home.html", shown.home(user), user, request)
    )


def _search(request: HttpRequest) -> HttpResponse:
    text = request.GET["q"].strip()[: finding.LONGEST]
    user, often = shown.reader(request), False
    hits: list[finding.Hit] = []
    with override(shown.language_of(request)):
        if text:
            often = guard.too_often(request, of="help search", most=counting.SEARCHES)
            hits = [] if often else finding.find(shown.readable(user), text)
        if text and not hits and not often:
            counting.in_vain(text, now=timezone.now())
        context = {"asked": text, "hits": hits, "often": often}
        said = HttpResponse(shown.draw("help/search.html", context, user, request))
    said.status_code = 429 if often else 200
    said["Cache-Control"] = "private, no-store"
    said["X-Robots-Tag"] = "noindex"
    return said


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponseBase:
    return shown.answer(
        request,
        lambda user: shown.draw("help/category.html", shown.category(user, slug), user, request),
    )


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponseBase:
    return shown.answer(
        request,
        lambda user: shown.draw("help/article.html", shown.article(user, slug), user, request),
    )


@csrf_exempt  # a page that is the same for everybody has no token; nothing is done in one's name
@never_cache
@once.each_time
@require_POST
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Was it helpful? Counted once for each visitor."""
    user = shown.reader(request)
    found = get_object_or_404(shown.readable(user), slug=slug)
    said = request.POST.get("helped", "")
    if said not in ("yes", "no"):
        return redirect("help-article", slug)
    text = " ".join(request.POST.get("text", "").replace("\0", "").split())
    status, note = 200, ""
    if guard.too_often(request, of="help vote", most=counting.VOTES):
        status = 429
        note = _("You told us often in a short time. Please try again in ten minutes.")
    elif len(text) > 500:
        status, note = 422, _("Please say it in at most 500 characters.")
    else:
        visitor = counting.visitor_of(request)
        counting.vote(found, visitor, helped=said == "yes", text=text, now=timezone.now())
    context = {"article": found, "helped": said == "yes", "note": note, "text": text}
    page = shown.draw("help/voted.html", context, user, request)
    return HttpResponse(page, status=status)


@require_safe
def picture(request: HttpRequest, key: str) -> FileResponse:
    """A picture of an article that whoever asks may read."""
    user = shown.reader(request)
    found = get_object_or_404(access.pictures_of(user), key=key)
    try:
        file = default_storage.open(found.file)
    except FileNotFoundError:
        raise Http404 from None
    said = FileResponse(file, content_type=found.content_type)
    said["Content-Security-Policy"] = _LOCKED
    said["X-Content-Type-Options"] = "nosniff"
    said["Cache-Control"] = "private, max-age=300"
    return said


@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    kind = "application/atom+xml; charset=utf-8"
    return shown.answer(request, lambda _user: feeds.atom(), kind=kind, public=True)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    kind = "application/xml; charset=utf-8"
    return shown.answer(request, lambda _user: feeds.sitemap(), kind=kind, public=True)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What may answer a report that somebody types. For other people's pages too: of what is for
    everybody, unless who asks is signed in here.
    """
    if guard.too_often(request, of="help suggest", most=counting.SUGGESTIONS):
        return _for_all(JsonResponse({"articles": [], "known": [], "reports": []}, status=429))
    with override(shown.language_of(request)):
        found = suggesting.of(shown.reader(request), request.GET.get("q", ""), now=timezone.now())
    return _for_all(JsonResponse(found))


@csrf_exempt  # a beacon of a page, which counts and does nothing else
@once.each_time
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """A suggestion was opened."""
    if not guard.too_often(request, of="help opened", most=counting.SUGGESTIONS):
        articles = shown.readable(shown.reader(request))
        found = articles.filter(slug=request.POST.get("article", "")[:80]).first()
        if found is not None:
            counting.opened(found, request.POST.get("visit", "")[:60], now=timezone.now())
    return _for_all(HttpResponse(status=204))


def _for_all(answer: HttpResponse) -> HttpResponse:
    """Pages with the widget may read it; without a cookie they get what is for everybody."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "no-store"
    return answer

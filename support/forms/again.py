"""A page for a form that could not be taken: what was typed stands on it, and is sent again there.

It needs no database, and nothing of it is kept. It gives back what this request brought: a token of
ours goes along only where the browser says that the form came from our own page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template import loader

from support.forms import once
from tickets.translated import Translated

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a name
_OF_FORMS = ("/report/", "/my/", "/desk/")
"""Where people write. Elsewhere a form holds passwords and codes, which nothing shows again."""

_WRITTEN, _LONG = {"text", "reason", "body"}, 200


@dataclass(frozen=True)
class Why:
    """What is said: what happened, what to do, and on the button. short: all that a page needs to
    say which still has the text.
    """

    title: Translated
    text: Translated
    label: Translated
    icon: str = "triangle-alert"
    sign_in: str = ""
    short: Any = ""


@dataclass(frozen=True)
class Typed:
    """One value of the form. words: somebody wrote it, and wants to see that it is still there."""

    name: str
    value: str
    words: bool


def in_page(request: HttpRequest) -> bool:
    """Does a script wait for the answer, in the page that the form stands on?"""
    accepts = request.headers.get("Accept", "")
    return once.HEADER in request.headers or accepts.startswith("application/json")


def page(
    request: HttpRequest, why: Why, *, status: int, anew: bool = False, **more: Any
) -> HttpResponse:
    """The page; for a script the same in JSON, as the page it belongs to has the text still.

    anew: with a token of now, for a form that came from our own page with an older one.
    """
    if in_page(request):
        told = {"said": str(why.short or why.title)}
        return JsonResponse(told | more, status=status)
    typed = list(_typed(request))
    files = _file_names(request) if typed else []
    context = {
        "why": why,
        "typed": typed,
        "files": files,
        "token": get_token(request) if anew else _posted(request).get(TOKEN, ""),
        "address": request.get_full_path(),
        "again": bool(typed),
        "by_post": request.method == "POST",
    }
    return HttpResponse(loader.render_to_string("errors/again.html", context), status=status)


def from_our_page(request: HttpRequest) -> bool:
    """Does the browser say that one of our own pages sent it? No other page can say so."""
    return request.headers.get("Origin", "") == f"{request.scheme}://{request.get_host()}"


def _typed(request: HttpRequest) -> Iterator[Typed]:
    # What another site had this browser send is not given back to be sent by somebody's own hand.
    ours = getattr(request, "csrf_processing_done", False) or from_our_page(request)
    if not ours or not request.path_info.startswith(_OF_FORMS):
        return
    for name, values in _posted(request).lists():
        if name == TOKEN:
            continue
        for value in values:
            text = str(value)
            yield Typed(name, text, words=name in _WRITTEN or "\n" in text or len(text) > _LONG)


def _posted(request: HttpRequest) -> Any:
    """What was sent, as far as it could be read: reading it may be what failed."""
    try:
        return request.POST
    except Exception:  # noqa: BLE001 - whatever it was, there is nothing to show
        return type(request.GET)()


def _file_names(request: HttpRequest) -> list[tuple[str, list[str]]]:
    try:
        files = request.FILES
    except Exception:  # noqa: BLE001 - likewise
        return []
    return [(name, [str(each.name) for each in some]) for name, some in files.lists()]

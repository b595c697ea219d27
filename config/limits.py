"""What no request may be: longer than a disk can bear, or what no database can keep."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from traceback import walk_tb

from django.conf import settings
from django.core.exceptions import (
    FieldDoesNotExist,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from support.api.problems import MEDIA_TYPE, TooLarge
from support.forms import again

log = logging.getLogger(__name__)

API = "/api/"
UNREADABLE = "%EF%BF%BD"
"""U+FFFD, as addresses have it."""


class BodyLimitMiddleware:
    """Answer 413 to a request that announces more than REQUEST_MAX_BYTES, without reading it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on unless it is too long."""
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > settings.REQUEST_MAX_BYTES:
            return _refused(request)
        return self.get_response(request)


def _refused(request: HttpRequest) -> HttpResponse:
    """In words, in the visitor's language: nobody has looked for it yet."""
    with override(get_language_from_request(request)):
        return too_much(request)


def too_much(request: HttpRequest) -> HttpResponse:
    """The page for a request that is too large; to a program, a problem."""
    limits = {
        "size": settings.ATTACHMENTS_MAX_BYTES // (1024 * 1024),
        "count": settings.ATTACHMENTS_MAX_FILES,
    }
    text = _("This is too much to send at once: at most %(count)s files, of %(size)s MB together.")
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if request.path_info.startswith(API):
        return problem(status, text % limits, TooLarge.default_code)
    if again.in_page(request):
        return JsonResponse({"said": text % limits}, status=status)
    context = {"text": text % limits, "back": request.get_full_path()}
    return HttpResponse(loader.render_to_string("errors/413.html", context), status=status)


class OddTextMiddleware:
    """Answer 400, in words, to what no database can keep: it is nobody's fault in the house.

    A NUL in the name of a page is refused before anybody looks for it, and in what is chosen by it
    stands for a character that nobody can read. Forms refuse one in what was typed by themselves;
    what passes all of them, as a number beyond every row, the database refuses.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on if its address is one that can be read."""
        if "\x00" in request.path_info:
            return unreadable(request)
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\x00" in query:
            readable = query.replace("%00", UNREADABLE).replace("\x00", UNREADABLE)
            request.META["QUERY_STRING"] = readable
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What the database says of a value."""
        return odd_value(request, error)


def odd_value(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """What the database says of a value, said to whoever sent it; and noted for us. None for every
    other error.
    """
    if not isinstance(error, DataError) and not _by_an_address_of_the_admin(request, error):
        return None
    log.warning("an odd value was refused late", exc_info=error)
    return unreadable(request)


def _by_an_address_of_the_admin(request: HttpRequest, error: Exception) -> bool:
    """Django's admin takes columns and values to look for from addresses and forms, and doesn't
    look at all of them: what can't be made a value of a column fails on the way to the database.
    """
    match = request.resolver_match
    if match is None or match.app_name != "admin":
        return False
    if isinstance(error, FieldDoesNotExist):
        return True
    frames = [frame for frame, _line in walk_tb(error.__traceback__)]
    raised_in = str(frames[-1].f_globals.get("__name__", "")) if frames else ""
    return isinstance(error, (TypeError, ValueError)) and raised_in.startswith(
        ("django.db.", "psycopg")
    )


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for a request that can't be read; to a program, a problem."""
    if exception is not None:
        log.info("refused as unreadable: %s", type(exception).__name__)
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return too_much(request)
    status = HTTPStatus.BAD_REQUEST
    if request.path_info.startswith(API):
        return problem(status, _("This request can't be read."), "parse_error")
    return render(request, "errors/400.html", status=status)


def problem(status: HTTPStatus, text: str, code: str) -> JsonResponse:
    """An error for a program, outside of the API's own views (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": text,
        "code": code,
    }
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)

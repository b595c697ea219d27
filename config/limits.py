"""A ceiling on the size of any request, so that nobody can fill the disk with an upload."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from support.api.problems import MEDIA_TYPE, TooLarge

API = "/api/"


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
    """In words; to a program in the form of every error of the API."""
    megabytes = settings.ATTACHMENTS_MAX_BYTES // (1024 * 1024)
    text = _("This is too much to send at once: attachments may be %(size)s MB together.") % {
        "size": megabytes
    }
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not request.path_info.startswith(API):
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": text,
        "code": TooLarge.default_code,
    }
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)

"""A ceiling on the size of any request, so that nobody can fill the disk with an upload."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


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
            megabytes = settings.ATTACHMENTS_MAX_BYTES // (1024 * 1024)
            text = _("This is too much to send at once: attachments may be %(size)s MB together.")
            return HttpResponse(
                text % {"size": megabytes}, status=413, content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)

"""What the log asks of every request: who changes something, and what leaves as a file."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from support.audit import record
from support.audit.acting import acting, who_asks

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
ONE_MESSAGE = {
    *("attachment", "message-original", "quarantine-raw", "api-attachment"),
    *("our-maintenance-ics", "mfa_download_recovery_codes"),
}
"""What is read with a ticket or is one's own, and is no list of what the house knows."""


ASKED_OFTEN = {"presence"}
"""What a page asks every few seconds, and changes nothing of the house."""


def _only_looks(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).url_name in ASKED_OFTEN
    except Resolver404:
        return True


class AuditMiddleware:
    """Tells the database who asks for a change until it is answered, and writes down who gets a
    file. Stands after whoever finds out who somebody is; a page that is looked at costs nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A file of which nothing can be written down is not handed out."""
        if request.method in _SAFE or _only_looks(request):
            answer = self.get_response(request)
        else:
            with acting(who_asks(request)):
                answer = self.get_response(request)
        if answer.get("Content-Disposition", "").startswith("attachment"):
            match = request.resolver_match
            if match is None or match.url_name not in ONE_MESSAGE:
                record.taken_out(request, answer, now=timezone.now())
        return answer

"""What every form of the house gets, whatever page it is on: what is sent twice is done once, what
somebody wrote outlasts the end of their session, and a script is told where a form leads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone

from config.faults import signed_out
from config.limits import odd_value
from support.forms import once

NOT_HERE = ("/api/", "/hooks/", "/widget/", "/sign-in/", "/sign-out/", "/account/", "/language/")
"""Programs have keys of their own; and signing in anew is what a lost answer asks for."""


class FormsMiddleware:
    """Wraps whatever a form asks in one transaction, with the key of the page that it came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; and see to where it leads."""
        answer = self.get_response(request)
        if once.HEADER in request.headers:
            answer[once.HEADER] = "1"  # a proxy's own page has none
        if request.method != "POST" or "Location" not in answer:
            return answer
        if _signed_out(request, answer["Location"]):
            return signed_out(request)
        if once.HEADER not in request.headers:
            return answer
        # A script that followed a redirect would take the messages meant for whoever looks.
        told = JsonResponse({"place": answer["Location"]})
        told.cookies = answer.cookies
        told[once.HEADER] = "1"
        return told

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Sequence[Any],
        named: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        """Do it here, where it is a form that has a word; after all that may refuse it."""
        if (
            request.method != "POST"
            or request.path_info.startswith(NOT_HERE)
            or once.is_each_time(view)
            or not request.user.is_authenticated
            or not once.word_of(request)
        ):
            return None
        try:
            return once.answered(request, lambda: view(request, *args, **named), now=timezone.now())
        except Exception as error:
            # Django asks middlewares about errors of a view only where it called the view itself.
            answer = odd_value(request, error)
            if answer is None:
                raise
            return answer


def _signed_out(request: HttpRequest, place: str) -> bool:
    """Is somebody sent to sign in who wrote on a page where one is signed in?"""
    return (
        once.wrote(request)
        and not request.path_info.startswith(NOT_HERE)
        and not request.user.is_authenticated
        and place.partition("?")[0] == resolve_url(settings.LOGIN_URL)
    )

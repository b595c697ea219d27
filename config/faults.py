"""What is answered when something is wrong here: in words, with what was typed, no database."""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus

from django.conf import settings
from django.contrib.sessions import middleware as sessions
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import timezone
from django.utils.translation import gettext as _

from config.limits import API, problem
from support.faults import met
from support.faults.kinds import RETRY_AFTER, Fault, fault_of
from support.forms import again
from support.forms.again import Why

log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Whatever a page or a middleware raised: 503 or 507 where a machine is at fault, else 500."""
    fault = fault_of(sys.exc_info()[1])
    if fault is not None:
        if fault.lasts:
            met.note(fault.part, now=timezone.now())
        return unavailable(request, fault)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if request.path_info.startswith(API):
        return problem(status, _("Something went wrong here; it was noted."), "error")
    if again.in_page(request):
        return again.page(request, _broken(), status=status)
    return HttpResponse(loader.render_to_string("500.html"), status=status)


def unavailable(request: HttpRequest, fault: Fault) -> HttpResponse:
    """The answer to a request that can be done as soon as a machine works again."""
    if request.path_info.startswith(API):
        answer: HttpResponse = problem(fault.status, str(fault.said), "unavailable")
    else:
        answer = again.page(request, _fault(request, fault), status=fault.status)
    answer["Retry-After"] = str(RETRY_AFTER)
    answer["Cache-Control"] = "no-store"
    return answer


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of its browser: old, of before somebody signed in, or not ours."""
    log.info("a form without a valid token: %s", reason)
    status = HTTPStatus.FORBIDDEN
    if request.method == "POST" and again.from_our_page(request):
        return again.page(request, _old(), status=status, anew=True, stale=True)
    return HttpResponse(loader.render_to_string("403_csrf.html"), status=status)


def _fault(request: HttpRequest, fault: Fault) -> Why:
    if request.method == "POST":
        return Why(
            title=_("This could not be sent just now"),
            text=f"{fault.said} "
            + _("Nothing of it was kept. What you wrote stands below: try again in a moment."),
            label=_("Try again"),
            short=fault.said,
        )
    return Why(
        title=_("This page can't be shown just now"),
        text=f"{fault.said} " + _("Please try again in a moment."),
        label=_("Try again"),
        short=fault.said,
    )


def _broken() -> Why:
    return Why(
        title=_("Something went wrong on our side"),
        text=_("Nothing you sent has been half kept. Please try again in a moment."),
        label=_("Try again"),
    )


def _old() -> Why:
    return Why(
        title=_("This form was open for too long"),
        text=_("For your safety it was not sent yet. Look at it once more, and send it from here."),
        label=_("Send"),
        icon="shield-check",
    )


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form of somebody whose session ended while they wrote."""
    why = Why(
        title=_("You have been signed out"),
        text=_(
            "What was written stands below. Sign in in another window, come back here and send it."
        ),
        label=_("Send"),
        icon="log-in",
        sign_in=f"{settings.LOGIN_URL}",
    )
    return again.page(request, why, status=HTTPStatus.FORBIDDEN, signed_out=True)


class SessionMiddleware(sessions.SessionMiddleware):
    """Django's; while the database takes nothing, a page that is only looked at is shown, though
    what the session would have kept of it is not kept.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep the session, unless nothing can be kept."""
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return response
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, DatabaseError) as error:
            fault = fault_of(error)
            if fault is None:
                raise
            met.note(fault.part, now=timezone.now())
            return response if request.method in ("GET", "HEAD") else unavailable(request, fault)

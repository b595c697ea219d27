"""Health pages: alive and ready for load balancers, the whole for monitoring and people."""

from datetime import timedelta
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from support.standing import states

_FRESH = timedelta(seconds=2)
"""Anybody may ask, and what is asked here is written to disk."""
_OWN = ("database", "clock", "redis", "periodic_work")
"""What a web server is put out of rotation for."""


@never_cache
def alive(_request: HttpRequest) -> HttpResponse:
    """This web process answers. Asks nothing of anything else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Each part of the house, "ok" or what is wrong; 503 unless those that a web server can't do
    without are well.

    Mailboxes and what else waits for other machines are told too, but count for nothing: no web
    server does that, and taking all of them out of rotation would shut the other ways in as well.
    Nor does what can't be stored: what is there can still be read, and the pages say it in words.
    """
    state = _state()
    return _health_answer(
        request, state, status=_status({name: state.get(name, "unknown") for name in _OWN})
    )


@never_cache
def whole(request: HttpRequest) -> JsonResponse:
    """The same for whoever watches over all of Werkdag: 503 as soon as anything stands still."""
    state = _state()
    return _health_answer(request, state, status=_status(state))


def _state() -> dict[str, str]:
    found = states.latest(now=timezone.now(), fresh=_FRESH)
    return {name: state.said for name, state in found.items()}


def _health_answer(request: HttpRequest, state: dict[str, str], *, status: int) -> JsonResponse:
    """What is wrong, to who may know; to anybody else only whether something is."""
    if not _may_know(request):
        state = {"status": "ok" if status == HTTPStatus.OK else "not well"}
    return JsonResponse(state, status=status)


def _may_know(request: HttpRequest) -> bool:
    """Somebody on this machine itself, past no proxy; or who sends WERKDAG_HEALTH_TOKEN."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.HEALTH_TOKEN and compare_digest(token.encode(), settings.HEALTH_TOKEN.encode()):
        return True
    if {"X-Forwarded-For", "Forwarded"} & set(request.headers):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _status(state: dict[str, str]) -> int:
    return 200 if all(value == "ok" for value in state.values()) else 503

"""Errors as problem details (RFC 9457): every one is application/problem+json, none is a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from sla.outages import LedgerError
from support.desk.answers import DeskError
from support.faults import met
from support.faults.kinds import RETRY_AFTER, Fault, fault_of

log = logging.getLogger(__name__)

MOST_ERRORS = 100
MEDIA_TYPE = "application/problem+json"


class Conflict(exceptions.APIException):
    """What was asked can't be done as things stand."""

    status_code = HTTPStatus.CONFLICT
    default_code = "conflict"


class Changed(exceptions.APIException):
    """The row is no longer as the client saw it (If-Match)."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_code = "changed"


class OtherBody(exceptions.APIException):
    """The idempotency key was used for another request."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "key_reused"


class TooLarge(exceptions.APIException):
    """The body is longer than is taken."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class Unavailable(exceptions.APIException):
    """A machine of ours keeps it from being done now."""

    default_code = "unavailable"

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.said)
        self.status_code = fault.status
        self.wait = RETRY_AFTER


def answered(error: Exception, context: Mapping[str, object]) -> Response:
    """The answer to an error of a view; what nobody foresaw is logged and is a 500."""
    known = _of_a_machine(error) or _known(error)
    if known is None:
        log.error("API: %s failed", type(context.get("view")).__name__, exc_info=error)
        known = exceptions.APIException(_("Something went wrong here; it was noted."))
    status = HTTPStatus(known.status_code)
    headers = {}
    if auth := getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    if (wait := getattr(known, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": _detail(known),
        "code": _code(known),
    }
    if isinstance(known, exceptions.ValidationError):
        body["errors"] = list(islice(_fields(known.get_full_details()), MOST_ERRORS))
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def _of_a_machine(error: Exception) -> Unavailable | None:
    fault = fault_of(error)
    if fault is None:
        return None
    log.warning("API: not now: %s", fault.part, exc_info=error)
    if fault.lasts:
        met.note(fault.part, now=timezone.now())
    return Unavailable(fault)


def _known(error: Exception) -> exceptions.APIException | None:
    known: exceptions.APIException | None = None
    match error:
        case exceptions.APIException():
            known = error
        case DeskError():
            known = Conflict(str(error), "desk")
        case LedgerError():
            known = Conflict(str(error), "ledger")
        case Http404():
            known = exceptions.NotFound()
        case PermissionDenied():
            known = exceptions.PermissionDenied()
        case IntegrityError():
            known = Conflict(_("Somebody else did the same at this moment; look and try again."))
        case DataError():  # a value that no column can hold, past every field
            log.warning("API: a value was refused by the database", exc_info=error)
            known = exceptions.ParseError(_("There is a value in this that can't be kept."))
        case RequestDataTooBig():
            known = TooLarge(_("This is too much to send at once."))
        case SuspiciousOperation():
            known = exceptions.ParseError()
    return known


def _detail(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        return _("Some of what was sent can't be taken.")
    return str(error.detail)


def _code(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    return str(error.get_codes())


def _fields(details: Any, name: str = "") -> Iterator[dict[str, str]]:
    """Each thing wrong with a field; `emails.0` is the first of some."""
    if isinstance(details, Mapping) and "message" in details and "code" in details:
        yield {"field": name, "code": str(details["code"]), "message": str(details["message"])}
    elif isinstance(details, Mapping):
        for key, inner in details.items():
            part = "" if key == "non_field_errors" else str(key)
            yield from _fields(inner, f"{name}.{part}".strip("."))
    else:
        for index, inner in enumerate(details):
            leaf = isinstance(inner, Mapping) and "message" in inner
            yield from _fields(inner, name if leaf else f"{name}.{index}".strip("."))

"""Idempotency-Key: the same request sent twice is done once and answered twice.

The answer is kept in the transaction of what it tells, so that either both are there or neither.
Only answers of what was done are kept; a refusal changed nothing and is judged again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from support.api.models import ApiAnswer, ApiToken
from support.api.problems import Conflict, OtherBody

KEPT = timedelta(hours=24)
KEY = "[!-~]{1,200}"
"""What a key is made of, as the schema says it: visible ASCII."""
_TOLD_AGAIN = ("ETag", "Location")


def once(request: Request, act: Callable[[], Response]) -> Response | HttpResponse:
    """Do what a request asks in one transaction, and under an Idempotency-Key only once.

    OtherBody if the key was used for something else, Conflict while it is being done.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(KEY, key):
        raise ValidationError({"Idempotency-Key": _("1 to 200 visible ASCII characters.")})
    with transaction.atomic():
        if key is None:
            return act()
        token, now = _token(request), timezone.now()
        digest = _digest(request)
        if not _alone(token, key):
            raise Conflict(_("The request with this key is being done at this moment."))
        kept = ApiAnswer.objects.filter(token=token, key=key).first()
        if kept is not None and kept.at > now - KEPT:
            return _again(kept, digest)
        if kept is not None:
            kept.delete()
        response = act()
        _keep(response, token=token, key=key, digest=digest, now=now)
        return response


def forget(*, now: datetime) -> int:
    """Delete the answers that were kept long enough; gives how many."""
    return ApiAnswer.objects.filter(at__lte=now - KEPT).delete()[0]


def _token(request: Request) -> ApiToken:
    if not isinstance(request.auth, ApiToken):
        raise TypeError("a request that went through the gate has a token")
    return request.auth


def _alone(token: ApiToken, key: str) -> bool:
    """Hold the key until the transaction ends, if nobody else does."""
    number = hashlib.sha256(f"{token.pk}:{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(number, "big", signed=True)]
        )
        row: tuple[bool] = cursor.fetchone()
    return row[0]


def _digest(request: Request) -> str:
    """What is asked: the verb, the address, and the body whatever its form's boundary is."""
    data: Any = request.data
    if isinstance(data, QueryDict):
        data = [[name, [_as_text(value) for value in data.getlist(name)]] for name in sorted(data)]
    asked = [request.method, request.get_full_path(), data]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _as_text(value: object) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256(value.read()).hexdigest()
    value.seek(0)
    return f"{value.name}:{digest}"


def _keep(response: Response, *, token: ApiToken, key: str, digest: str, now: datetime) -> None:
    ApiAnswer.objects.create(
        token=token,
        key=key,
        request_sha256=digest,
        status=response.status_code,
        headers={name: response[name] for name in _TOLD_AGAIN if name in response},
        body=JSONRenderer().render(response.data).decode(),
        at=now,
    )


def _again(kept: ApiAnswer, digest: str) -> HttpResponse:
    if kept.request_sha256 != digest:
        raise OtherBody(_("This key was used for another request."))
    return HttpResponse(
        kept.body,
        status=kept.status,
        content_type="application/json",
        headers={**kept.headers, "Idempotency-Replayed": "true"},
    )

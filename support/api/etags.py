"""ETags: has it changed since the client saw it?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from support.api.problems import Changed

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def tagged(
    request: Request,
    data: Mapping[str, object],
    *,
    version: int = 0,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer with its ETag; 304 without a body if the client has just this."""
    tag = etag(data, version=version)
    told = {"ETag": tag, **(headers or {})}
    seen = request.headers.get("If-None-Match", "")
    if request.method in ("GET", "HEAD") and (seen == "*" or tag[1:-1] in _TAG.findall(seen)):
        return Response(status=304, headers=told)
    return Response(data, status=status, headers=told)


def etag(data: Mapping[str, object], *, version: int = 0) -> str:
    """The tag of what is told: "v<version>-<hash>". Texts differ by language, so tags do too."""
    digest = hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:20]
    return f'"v{version}-{digest}"'


def require_version(request: Request, version: int) -> None:
    """Changed if the client saw another version of a ticket (If-Match).

    Only the version counts: a deadline that came nearer is no reason to refuse.
    """
    _require(request, lambda tag: tag.partition("-")[0] == f"v{version}")


def require_same(request: Request, data: Mapping[str, object]) -> None:
    """Changed if the client saw something else than this (If-Match)."""
    now = etag(data)[1:-1]
    _require(request, lambda tag: tag == now)


def _require(request: Request, holds: Any) -> None:
    seen = request.headers.get("If-Match")
    if seen is None or seen.strip() == "*":
        return
    if not any(holds(tag) for tag in _TAG.findall(seen)):
        raise Changed(_("It has changed since; look again before you go on."))

"""Pages of lists: each goes on after the last row of the one before, whatever was added since."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from support.forms.numbers import number_in

PER_PAGE, MOST = 50, 200
_CURSOR = re.compile("pk([0-9]{1,18})")
PARAMETERS = ("cursor", "limit")


class Cursor(BasePagination):
    """By primary key, the newest first or (ascending) the oldest; no count, no page numbers."""

    next_url: str | None = None

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The rows after ?cursor=, at most ?limit= of them."""
        ascending = getattr(view, "oldest_first", False)
        limit = _limit(request.query_params.get("limit"))
        cursor = request.query_params.get("cursor")
        if cursor is not None:
            after = "pk__gt" if ascending else "pk__lt"
            queryset = queryset.filter(**{after: _last(cursor)})
        rows = list(queryset.order_by("pk" if ascending else "-pk")[: limit + 1])
        if len(rows) > limit:
            rows.pop()
            self.next_url = _url(request, _cursor(rows[-1].pk))
        return rows

    def get_paginated_response(self, data: object) -> Response:
        """The page, and the address of the next one if there is more."""
        return Response({"next": self.next_url, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, object]) -> dict[str, object]:
        """How the schema tells it."""
        following = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": following, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[object]:
        """The parameters of every list."""
        return [
            _parameter("cursor", {"type": "string", "pattern": "^pk[0-9]{1,18}$"}),
            _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
        ]


def _parameter(name: str, schema: dict[str, object]) -> dict[str, object]:
    words = {
        "cursor": "Where to go on: take the address in `next` as it is.",
        "limit": f"Rows on a page, {PER_PAGE} if not said.",
    }
    described = {"name": name, "in": "query", "required": False}
    return {**described, "description": words[name], "schema": schema}


def _limit(text: str | None) -> int:
    if text is None:
        return PER_PAGE
    limit = number_in(text.lstrip("0"))
    if limit is None or limit > MOST:
        raise ValidationError({"limit": _("A whole number from 1 to %(most)s.") % {"most": MOST}})
    return limit


def _cursor(pk: int) -> str:
    return f"pk{pk}"


def _last(cursor: str) -> int:
    if (match := _CURSOR.fullmatch(cursor)) is None:
        raise ValidationError({"cursor": _("Take the address in “next” as it is.")})
    return int(match[1])


def _url(request: Request, cursor: str) -> str:
    asked = {**request.query_params.dict(), "cursor": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(asked)}")

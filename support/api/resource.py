"""What the API's views have in common: who may, what may be asked in the address, JSON only."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import MethodNotAllowed, NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from support.access import signed_in
from support.api import pagination
from support.api.bodies import Json, Strict
from support.api.etags import require_version
from support.api.gate import Allowed, PerToken
from support.api.idempotency import once
from support.api.tokens import TokenAuthentication
from tickets.models import User

Roles = Mapping[str, Callable[[User], bool]]


class OnlyJson(BaseContentNegotiation):
    """Answers are JSON whatever is asked for: an error must never be a 406 about an error."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser of the body's media type; none is a 415."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """The only one."""
        only = next(iter(renderers))
        return only, str(only.media_type)


class Resource(APIView):
    """A view of the API.

    roles: who may, by verb; else whoever has the scope. asks: what GET takes in the address.
    scope: where it is neither read nor write. guarded: If-Match counts.
    """

    authentication_classes = (TokenAuthentication,)
    permission_classes = (Allowed,)
    throttle_classes = (PerToken,)
    parser_classes: Any = (Json,)
    content_negotiation_class = OnlyJson

    roles: ClassVar[Roles] = {}
    asks: ClassVar[type[Strict]] = Strict
    scope: ClassVar[str] = ""
    guarded: ClassVar[bool] = False
    lists: ClassVar[bool] = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the gate, what stands in the address is judged: a misspelt filter is an error.

        A method that there is not is that for everybody: the schema says so to whoever reads it.
        """
        if not self._has(str(request.method)):
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        given = request.query_params.dict()
        if self.lists and request.method in ("GET", "HEAD"):
            for name in pagination.PARAMETERS:
                given.pop(name, None)
        asked = self.asks if request.method in ("GET", "HEAD") else Strict
        self.asked: Mapping[str, Any] = {}
        if given:
            question = asked(data=given)
            question.is_valid(raise_exception=True)
            self.asked = question.validated_data

    def _has(self, method: str) -> bool:
        name = method.lower()
        return name in self.http_method_names and name != "options" and hasattr(self, name)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Answers are for the token's owner alone."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers["Cache-Control"] = "private, no-cache"
        return final

    @property
    def user(self) -> User:
        """The token's owner."""
        return signed_in(self.request)


class Page(Resource):
    """A list of rows, page by page."""

    lists = True
    oldest_first: ClassVar[bool] = False
    pagination_class = pagination.Cursor

    def page(self, rows: QuerySet[Any], told: type[Serializer[Any]]) -> Response:
        """One page of rows, as they are told."""
        paginator = pagination.Cursor()
        chosen = paginator.paginate_queryset(rows, self.request, self)
        context = self.told_with(chosen)
        return paginator.get_paginated_response(told(chosen, many=True, context=context).data)

    def told_with(self, rows: list[Any]) -> dict[str, object]:
        """What the rows' answers need besides, fetched for all at once."""
        return {}


class Doing(Resource, ABC):
    """Something that is done with one row of the ledgers, by POST: once for a key, and not if it
    changed since it was seen.

    body: what is asked for it. rows: those that the token's owner sees. told: the row as answered.
    """

    guarded = True
    roles: ClassVar[Roles] = {"POST": lambda user: user.is_agent}
    body: ClassVar[type[Strict]]

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """Those of the token's owner."""

    @abstractmethod
    def told(self, request: Request, pk: int) -> Response:
        """The row as it is now."""

    def do(self, request: Request, pk: int, act: Callable[..., Any]) -> HttpResponseBase:
        """Do it with what was said."""

        def once_only() -> Response:
            row = found(self.rows().filter(pk=pk))
            body = self.body(data=request.data)
            body.is_valid(raise_exception=True)
            require_version(request, row.version)
            act(row, **body.validated_data, actor=self.user, now=timezone.now())
            return self.told(request, pk)

        return once(request, once_only)


def found(rows: QuerySet[Any]) -> Any:
    """The one row of these; 404 for none, also if somebody else may see it."""
    row = rows.first()
    if row is None:
        raise NotFound
    return row

"""The API described: what drf-spectacular can't see by itself."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from support.api.bodies import Strict
from support.api.idempotency import KEY
from support.api.problems import MEDIA_TYPE
from support.api.resource import Resource

_PROBLEM: Mapping[str, object] = {
    "type": "object",
    "description": "What went wrong (RFC 9457). `errors` names the fields of a 400.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
_ALWAYS = (400, 401, 403, 404, 405, 429, 431, 503)
_WRITING = (409, 412, 413, 415, 422, 507)


_NEEDS_PRIORITY = {
    "if": {"required": ["kind"], "properties": {"kind": {"const": "incident"}}},
    "then": {"required": ["priority"]},
}
_OF_ONE = {**_NEEDS_PRIORITY, "not": {"required": ["contact", "reporter_email"]}}
_OF_NEW = ("subject", "kind", "priority", "email")
_TOGETHER: Mapping[str, Mapping[str, object]] = {
    "ReportRequest": _OF_ONE,
    "ReportWithFilesRequest": _OF_ONE,
    "SplitOffRequest": _NEEDS_PRIORITY,
    "CallRequest": {
        "oneOf": [
            {"required": ["ticket"], "properties": dict.fromkeys(_OF_NEW, False)},
            {"required": ["subject", "kind"], "properties": {"ticket": False}, **_NEEDS_PRIORITY},
        ]
    },
}
"""What fields ask of each other, as `validate` of these bodies does."""


class Bearer(OpenApiAuthenticationExtension):
    """How a request says who it is."""

    target_class = "support.api.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}


class TextExtension(OpenApiSerializerFieldExtension):
    """A text with the pattern of what it is made of."""

    target_class = "support.api.bodies.Text"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, object]:
        """As any text, with the pattern where something is asked for."""
        told = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        return {**told, "pattern": self.target.told} if direction == "request" else told


class Described(AutoSchema):
    """An operation with the headers and the parameters that its view takes."""

    def get_override_parameters(self) -> list[Any]:
        """What the view itself can't declare."""
        view = self.view
        told = list(super().get_override_parameters())
        if not isinstance(view, Resource):
            return told
        if self.method == "GET":
            return told + _asked(view)
        key = {"type": "string", "pattern": f"^{KEY}$"}
        told.append(_header("Idempotency-Key", "Sent again, the request is done only once.", key))
        if view.guarded:
            told.append(_header("If-Match", "An ETag: 412 if it has changed since."))
        return told


def _asked(view: Resource) -> list[Any]:
    if view.asks is not Strict:
        return [view.asks]
    return [] if view.lists else [_header("If-None-Match", "An ETag: 304 if it still is so.")]


def _header(name: str, words: str, kind: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=words)


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The schema with the problems that each operation may answer, and bodies closed to others."""
    schemas = result["components"]["schemas"]
    schemas["Problem"] = dict(_PROBLEM)
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
            schema.update(_TOGETHER.get(name, {}))
    for operations in result["paths"].values():
        for method, operation in operations.items():
            codes = _ALWAYS if method == "get" else (*_ALWAYS, *_WRITING)
            for code in codes:
                operation["responses"][str(code)] = _problem(code)
            if method == "get" and "304" not in operation["responses"]:
                operation["responses"]["304"] = {"description": "It still is as you saw it."}
    return result


def _problem(code: int) -> dict[str, object]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": HTTPStatus(code).phrase,
        "content": {MEDIA_TYPE: {"schema": schema}},
    }

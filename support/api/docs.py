"""The schema as a document, and as a page to read and to try."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularJSONAPIView


class Schema(SpectacularJSONAPIView):
    """The OpenAPI document; there is nothing secret in it."""


# Swagger UI writes style attributes; nothing else of the policy gives way, and only here.
@require_safe
@csp_update({"style-src": [SELF, UNSAFE_INLINE]})
def docs(request: HttpRequest) -> HttpResponse:
    """The page; it loads the schema and nothing from anywhere else."""
    return render(request, "api/docs.html")

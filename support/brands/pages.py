"""What pages fetch of a brand: its colours as a stylesheet, and its logo."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from support.brands import colours
from tickets.models import Brand, BrandFace, User

_LOCKED = "default-src 'none'; frame-ancestors 'none'; sandbox"
_YEAR = "max-age=31536000, immutable"
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="{}"/>'
    '<text x="16" y="23" font-family="sans-serif" font-size="20" font-weight="700" fill="{}"'
    ' text-anchor="middle">{}</text></svg>'
)
_NAMES = (
    ("accent", "accent"),
    ("accent-strong", "strong"),
    ("accent-fill", "fill"),
    ("accent-fill-hover", "fill_hover"),
    ("on-accent", "on"),
    ("accent-soft", "soft"),
    ("accent-line", "line"),
)


@require_safe
def stylesheet(_request: HttpRequest, colour: str) -> HttpResponse:
    """The tokens of a colour: worked out from the address alone, so it never changes."""
    light = colours.tones(f"#{colour}", colours.LIGHT)
    dark = colours.tones(f"#{colour}", colours.DARK)
    lines = [
        f"  --{token}: light-dark({getattr(light, tone)}, {getattr(dark, tone)});"
        for token, tone in _NAMES
    ]
    answer = HttpResponse(":root {\n" + "\n".join(lines) + "\n}\n", content_type="text/css")
    answer["Cache-Control"] = f"public, {_YEAR}"
    return answer


@require_safe
def icon(_request: HttpRequest, colour: str, initial: str) -> HttpResponse:
    """What stands before a page's title: the first letter of the name on the colour."""
    if len(initial) != 1:
        raise Http404
    drawn = format_html(_ICON, f"#{colour}", colours.readable_on(f"#{colour}"), initial)
    answer = HttpResponse(drawn, content_type="image/svg+xml")
    answer["Content-Security-Policy"] = _LOCKED
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = f"public, {_YEAR}"
    return answer


@require_safe
def logo(request: HttpRequest, pk: int) -> HttpResponse:
    """The logo of a face that customers see; of others to those who may choose it."""
    face = get_object_or_404(BrandFace, pk=pk, logo_width__gt=0)
    user = request.user
    is_manager = isinstance(user, User) and user.is_manager
    if not is_manager and not Brand.objects.filter(shown=face).exists():
        raise Http404
    answer = HttpResponse(bytes(face.logo), content_type="image/png")
    answer["Content-Security-Policy"] = _LOCKED
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = f"private, {_YEAR}"
    return answer

"""A form shown again after somebody was told of something newer: what was typed, as of now."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict


def resent(request: HttpRequest, **now: object) -> QueryDict:
    """What was sent, with the page's own hidden values as they are now."""
    data = request.POST.copy()
    for name, value in now.items():
        data[name] = str(value)
    return data

"""The language that somebody chose, kept in the browser where they sign in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tickets.models import User


def keep(answer: HttpResponse, code: str) -> None:
    """Have the pages after this answer in that language."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )


def bring(request: HttpRequest, answer: HttpResponse, user: User) -> None:
    """A browser in which no language was chosen gets that of the account."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        keep(answer, user.language)

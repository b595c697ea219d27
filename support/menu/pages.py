"""Finding a page or a setting by its name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from support import access
from support.mail import outbox
from support.menu.finding import find
from support.menu.shown import Rights

LONGEST = 60


@access.agents_only
def find_page(request: HttpRequest) -> HttpResponse:
    """What is called so; for the field of the menu, only the list."""
    user = access.signed_in(request)
    rights = Rights(user.is_lead, user.is_manager, user.is_staff, outbox.in_use())
    text = request.GET.get("q", "")[:LONGEST]
    context = {"text": text, "found": find(text, request, rights)}
    in_menu = request.headers.get("HX-Request") == "true"
    return render(request, "menu/_found.html" if in_menu else "menu/find.html", context)

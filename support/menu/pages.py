"""Finding a page or a setting by its name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from support import access
from support.mail import outbox
from support.menu.finding import find, in_menu
from support.menu.shown import Rights

LONGEST = 60


@access.agents_only
def find_page(request: HttpRequest) -> HttpResponse:
    """What is called so, every page of the menu until something is asked; for its field, a list."""
    user = access.signed_in(request)
    rights = Rights(user.is_lead, user.is_manager, user.is_staff, outbox.in_use())
    text = request.GET.get("q", "")[:LONGEST]
    found = find(text, request, rights)
    if request.headers.get("HX-Request") == "true":
        return render(request, "menu/_found.html", {"text": text, "found": found})
    shown = found if text else in_menu(rights)
    return render(request, "menu/find.html", {"text": text, "found": shown})

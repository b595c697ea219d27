"""Announcements for customers: their list, one of them, and the pages behind a letter's links."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from support import access
from support.announcements import letters, reading
from support.announcements.models import AnnouncementLetter, NewsLeft
from support.announcements.owed import owed_to

PER_PAGE = 25


@login_required
def ours(request: HttpRequest) -> HttpResponse:
    """What somebody was told, the latest first; and whether news comes by mail."""
    user = access.signed_in(request)
    told = reading.letters_of(user).order_by("-announcement__begun_at", "-pk")
    contact = reading.contact_of(user)
    context = {
        "page_obj": Paginator(told, PER_PAGE).get_page(request.GET.get("page")),
        "contact": contact,
        "left": NewsLeft.objects.filter(contact=contact).exists(),
    }
    return render(request, "announcements/ours.html", context)


@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, which is read with that."""
    mine = reading.letters_of(access.signed_in(request))
    letter = get_object_or_404(mine.select_related("contact"), announcement=pk)
    if request.method == "GET":
        reading.opened(letter, now=timezone.now())
    return render(request, "announcements/one.html", _letter_row(letter))


def _letter_row(letter: AnnouncementLetter) -> dict[str, object]:
    announcement = letter.announcement
    corrections = announcement.corrections.exclude(begun_at=None)
    return {
        "announcement": announcement,
        "text": letters.drawn(announcement),
        "owed": owed_to(announcement, letter.contact),
        "corrected_by": corrections.filter(letters__contact=letter.contact).last(),
    }


@login_required
@require_POST
def mailed(request: HttpRequest) -> HttpResponse:
    """News by mail, or not."""
    contact = reading.contact_of(access.signed_in(request))
    if contact is not None and request.POST.get("mail") == "on":
        reading.come_back(contact)
        messages.success(request, _("News comes by mail again."))
    elif contact is not None:
        reading.leave(contact, now=timezone.now())
        messages.success(request, _("No more news comes by mail; you find it here."))
    return redirect("announcements")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the letter's button: what it says, and another button, which a program that opens
    every link does not press.
    """
    letter = reading.confirmer(token)
    if letter is None:
        return render(request, "announcements/read.html", {"letter": None}, status=404)
    if request.method == "POST":
        reading.confirm(letter, now=timezone.now())
        letter.refresh_from_db(fields=["confirmed_at"])
    with override(letters.language_of(letter.contact)):
        context = {"letter": letter, **_letter_row(letter)}
        answer = render(request, "announcements/read.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The end of news by mail: a button, or the one click of a mail program (RFC 8058), which
    brings no cookie and no token of a form.
    """
    contact = reading.leaver(token)
    done = contact is not None and request.method == "POST"
    if contact is not None and done:
        reading.leave(contact, now=timezone.now())
    context = {"ours": contact is not None, "done": done}
    with override(letters.language_of(contact) if contact else None):
        return render(request, "announcements/leave.html", context, status=200 if contact else 404)

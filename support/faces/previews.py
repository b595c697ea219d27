"""A version of a face as customers would see it. Shown in frames of our own page alone."""

from __future__ import annotations

import re
import secrets

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from sla.availability_words import month_words
from sla.queries import next_cards
from support import access
from support.brands import face
from support.brands.face import Face
from support.documents.typesetting import TypesettingError, picture
from support.faces import samples
from support.mail import letters
from support.portal.listing import Choosing
from tickets.models import BrandFace, Role, Ticket, User

SCHEMES = ("light", "dark")
LASTS = 600
"""Seconds for which a letter can be looked at that was put ready."""
_LAID = "letter-to-look-at:"
MOST = 4
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " script-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
# A letter has its styles in it, and nothing else that does anything.
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\)")


@access.managers_only
@xframe_options_sameorigin
@require_safe
def portal(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Their own reports, as the customers of the brand have them."""
    version = _version(pk, number)
    tickets = Ticket.objects.filter(organisation__brand=pk).with_people()
    tickets = tickets or Ticket.objects.exclude(organisation=None).with_people()
    latest = list(tickets.order_by("-pk")[:MOST])
    pressing = next_cards(latest, now=timezone.now())
    rows = [{"ticket": each, "clock": pressing.get(each.pk)} for each in latest]
    choosing = Choosing.of(QueryDict())
    context: dict[str, object] = {
        "face": face.of_version(version),
        "user": User(pk=0, name="Carla Jansen", role=Role.CUSTOMER),
        "rows": rows,
        "page_obj": Paginator(rows, MOST).get_page(1),
        "choosing": choosing,
        "tabs": [(_("Open"), len(rows), choosing.address(), True)],
        "of_all": False,
        "whose": [],
        "any": bool(rows),
        "fixed_contact": None,
        # Not drawn with the request, which would show it to whoever looks instead of to Carla.
        "request": request,
        "csrf_token": "",
        "messages": (),
    }
    answer = HttpResponse(render_to_string("portal/tickets.html", context))
    answer["Content-Security-Policy"] = _POLICY
    return answer


@access.managers_only
@xframe_options_sameorigin
@require_safe
def letter(request: HttpRequest, pk: int, number: int, language: str, scheme: str) -> HttpResponse:
    """The confirmation of a report, as a mail program shows it in light or dark."""
    version = _version(pk, number)
    if scheme not in SCHEMES:
        raise Http404
    ticket = samples.ticket_of(version.brand)
    with override(language):
        shown = face.of_version(version)
        context = samples.context_of("confirmation", ticket, shown, by=access.signed_in(request))
        written = letters.read("confirmation", context)
    return _as_read(_with_logo(written.html, shown), scheme)


def lay_out(html: str, shown: Face, *, by: User) -> str:
    """Put a letter ready to be looked at for a while, by one person; gives its key."""
    key = secrets.token_urlsafe(16)
    cache.set(f"{_LAID}{key}", (by.pk, _with_logo(html, shown)), LASTS)
    return key


@access.managers_only
@xframe_options_sameorigin
@require_safe
def look(request: HttpRequest, key: str, scheme: str) -> HttpResponse:
    """A letter that was put ready, as a mail program shows it in light or dark."""
    reader, html = cache.get(f"{_LAID}{key[:40]}") or (None, "")
    if scheme not in SCHEMES or reader != access.signed_in(request).pk:
        raise Http404
    return _as_read(html, scheme)


def _with_logo(html: str, shown: Face) -> str:
    """With the logo from here, which a letter would carry along."""
    return html.replace(shown.logo, shown.logo_url) if shown.logo else html


def _as_read(html: str, scheme: str) -> HttpResponse:
    html = _DARK.sub("@media all" if scheme == "dark" else "@media not all", html)
    answer = HttpResponse(html)
    answer["Content-Security-Policy"] = _LETTER_POLICY
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@access.managers_only
@require_safe
def cover(_request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The first page of a monthly report."""
    version = _version(pk, number)
    shown = face.of_version(version)
    try:
        made = picture("monthly", _cover(shown, bytes(version.logo)))
    except TypesettingError:
        raise Http404 from None
    return HttpResponse(made, content_type="image/png")


def _cover(shown: Face, logo: bytes) -> dict[str, object]:
    now, customer = timezone.now(), "OBS De Regenboog"
    month = month_words(timezone.localdate(now).replace(day=1))
    return {
        "created": int(now.timestamp()),
        "language": "nl",
        "title": _("Monthly report %(month)s") % {"month": month},
        "month": month,
        "organisation": customer,
        "provider": shown.name,
        "lines": [*shown.lines, *filter(None, [shown.phone])],
        "agreement": "SLA",
        "colour": shown.colour,
        "on_colour": shown.on_colour,
        "logo": {"format": "png", "bytes": list(logo)} if logo else None,
        "facts": [[_("Agreement"), "SLA"], [_("Month"), month]],
        "draft": False,
        "sha256": "",
        "chapters": [],
        "words": {
            "contents": _("Contents"),
            "page": _("page"),
            "draft": _("Draft"),
            "checksum": _("Checksum (SHA-256)"),
            "version": "",
            "outcomes": {},
            "looks": {},
            "for": _("For %(name)s") % {"name": customer},
            "logo": _("Logo of %(name)s") % {"name": shown.name},
            "attached": "",
        },
        "file": "example.json",
        "document": "{}",
    }


def _version(pk: int, number: int) -> BrandFace:
    return get_object_or_404(BrandFace.objects.select_related("brand"), brand=pk, number=number)

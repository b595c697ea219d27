"""Maintenance for customers: a page of their services', files, and a calendar to subscribe to."""

from __future__ import annotations

from datetime import timedelta
from time import time
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from support import access
from support.brands import face
from support.maintenance import icalendar, shown
from support.maintenance.models import MaintenanceFeed
from support.who import visitor

PAST, MOST = 20, 200
BACK = timedelta(days=90)
UNKNOWN_PER_MINUTE = 60
"""Visits of one visitor to addresses that nobody has."""


@login_required
def our_maintenance(request: HttpRequest) -> HttpResponse:
    """What comes, goes on and was, and the address for their calendar."""
    user, now = access.signed_in(request), timezone.now()
    if user.is_agent:
        return redirect("maintenance-list")
    found = access.maintenance_of(user).prefetch_related("services")
    contact = access.contacts_of(user).first()
    feed = MaintenanceFeed.objects.filter(contact=contact).first() if contact else None
    path = reverse("maintenance-feed", args=[feed.key]) if feed else ""
    context = {
        "going_on": shown.rows_for(found.going_on(now), user, now),
        "coming": shown.rows_for(found.coming(now)[:MOST], user, now),
        "past": shown.rows_for(found.past(now)[:PAST], user, now),
        "may_subscribe": contact is not None,
        "feed": request.build_absolute_uri(path) if path else "",
    }
    return render(request, "maintenance/ours.html", context)


@login_required
@require_safe
def our_maintenance_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, for their calendar."""
    user, now = access.signed_in(request), timezone.now()
    found = get_object_or_404(access.maintenance_of(user), pk=pk)
    services = list(access.services_of(user).filter(maintenance=found))
    if not services:
        raise Http404
    answer = _calendar(icalendar.letter(found, services, now, who=face.of_user(user).name))
    name = _("maintenance-%(number)s.ics") % {"number": found.pk}
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


@login_required
@require_POST
def our_feed(request: HttpRequest) -> HttpResponse:
    """Make the secret address of their calendar, make another one, or take it away."""
    contact = access.contacts_of(access.signed_in(request)).first()
    if contact is None or access.signed_in(request).is_agent:
        return redirect("our-maintenance")
    if request.POST.get("do") == "stop":
        MaintenanceFeed.objects.filter(contact=contact).delete()
        messages.success(request, _("The address is withdrawn: no calendar reads it any more."))
    else:
        made = {"key": uuid4(), "made_at": timezone.now()}
        MaintenanceFeed.objects.update_or_create(contact=contact, defaults=made)
        messages.success(request, _("This is the address for your calendar; an older one is gone."))
    return redirect("our-maintenance")


@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar of whoever has this address. Who has none learns no more than that."""
    known = MaintenanceFeed.objects.filter(contact__user__is_active=True)
    secret = _key_of(key)
    found = known.select_related("contact__user").filter(key=secret).first() if secret else None
    if found is None or found.contact.user is None or found.contact.user.is_agent:
        return _unknown(request)
    user, now = found.contact.user, timezone.now()
    theirs = {service.pk: service for service in access.services_of(user)}
    rows = access.maintenance_of(user).filter(begins_at__gt=now - BACK).prefetch_related("services")
    entries = []
    for each in rows.order_by("begins_at", "pk")[:MOST]:
        services = [theirs[one.pk] for one in each.services.all() if one.pk in theirs]
        if services and each.ends_at is not None:
            entries.append((each, services))
    with override(user.language):
        answer = _calendar(icalendar.feed(entries, now, who=face.of_user(user).name))
    answer["Cache-Control"] = "private, max-age=900"
    return answer


def _key_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _calendar(text: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _unknown(request: HttpRequest) -> HttpResponse:
    """404, and slower for who goes on guessing."""
    counted = f"feed-unknown:{visitor(request)}:{int(time()) // 60}"
    cache.add(counted, 0, timeout=120)
    try:
        often = int(cache.incr(counted))
    except ValueError:  # it was thrown out in between
        often = 1
    status = 429 if often > UNKNOWN_PER_MINUTE else 404
    return HttpResponse("", status=status, content_type="text/plain; charset=utf-8")

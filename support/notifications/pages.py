"""The bell and what hangs on it: the list by day, and how each person wants to hear."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.forms.numbers import number_in
from support.mail.counts import nav_counts
from support.notifications import choices
from support.notifications.counts import UNSEEN, unseen
from support.notifications.forms import ChoicesForm
from support.notifications.models import Notification, NotificationKind
from support.notifications.push import pages
from support.notifications.sweep import KEPT

PER_PAGE = 50
"""Digits that are too many for a key."""
ICONS: Mapping[str, str] = {
    NotificationKind.MENTION: "at-sign",
    NotificationKind.ASSIGNED: "user-round",
    NotificationKind.CUSTOMER: "message-square",
    NotificationKind.LEFT: "user-round-x",
    NotificationKind.NOTE: "sticky-note",
    NotificationKind.REOPENED: "rotate-ccw",
    NotificationKind.RETURNED: "mail-x",
    NotificationKind.MONITORED: "activity",
    NotificationKind.WARNED: "timer",
    NotificationKind.BREACHED: "clock-alert",
    NotificationKind.UNJUDGED: "scale",
    NotificationKind.TAKEN_BACK: "undo-2",
    NotificationKind.TEAM_BREACH: "clock-alert",
}


@access.agents_only
def notifications(request: HttpRequest) -> HttpResponse:
    """What somebody was told of, by day, the latest first."""
    user, now = access.signed_in(request), timezone.now()
    kept = Q(at__gte=now - KEPT) | Q(seen_at=None)
    shown = Notification.objects.filter(kept, recipient=user, in_app=True)
    asked = shown.select_related("ticket", "message__author", "event__actor", "alert")
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    days = groupby(page, key=lambda told: timezone.localtime(told.at).date())
    context = {
        "page_obj": page,
        "days": [(day, [(told, ICONS[told.kind]) for told in each]) for day, each in days],
        "today": timezone.localtime(now).date(),
        **unseen(user).aggregate(unseen=Count("pk"), until=Max("pk")),
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/notifications.html", context)


@access.agents_only
def count(request: HttpRequest) -> HttpResponse:
    """The number at the bell, for pages that stay open; nothing where it is what they show."""
    number = sum(UNSEEN.count(user=access.signed_in(request).pk).asked())
    if request.GET.get("shown") == str(number):
        return HttpResponse(status=204)
    context = {"unseen": number, "again": True}
    return render(request, "workspace/_bell_count.html", context)


@access.agents_only
@require_POST
def all_seen(request: HttpRequest) -> HttpResponse:
    """All that the page showed has been seen; what came since has not."""
    if (until := number_in(request.POST.get("until"))) is not None:
        shown = unseen(access.signed_in(request)).filter(pk__lte=until)
        shown.update(seen_at=timezone.now())
    return redirect("notifications")


@access.agents_only
def choose(request: HttpRequest) -> HttpResponse:
    """What somebody hears of: at the bell, by mail, in which browsers, or not."""
    user = access.signed_in(request)
    form = ChoicesForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        choices.choose(user, form.chosen(), hour=int(form.cleaned_data["hour"]))
        messages.success(request, _("Kept. It holds for what happens from now on."))
        return redirect("notification-choices")
    context: dict[str, object] = {"form": form, **pages.panel(user), "nav_counts": nav_counts()}
    status = 422 if form.errors else 200
    return render(request, "workspace/notification_choices.html", context, status=status)

"""Where reports are sent by mail: what goes to whom and when next; and the end of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from support import access
from support.mail.counts import nav_counts
from support.mail.models import OutgoingMail
from support.regular import leaving
from support.regular.forms import COCKPIT, RegularForm
from support.regular.models import RegularReport
from support.regular.rhythms import expected, house_hours, latest
from support.reports.asking import address_of
from tickets.models import User

SOON = timedelta(minutes=10)
"""Within which a letter goes; what is later than that, something holds up."""


@access.leads_only
def regular(request: HttpRequest) -> HttpResponse:
    """What is sent, and a form for more."""
    user, now = access.signed_in(request), timezone.now()
    asked = request.GET.get("report", COCKPIT)
    if request.method != "POST":
        form = RegularForm(user=user, initial={"report": asked}, auto_id="regular_%s")
        return _page(request, form, now=now)
    form = RegularForm(request.POST, user=user, auto_id="regular_%s")
    if not form.is_valid():
        return _page(request, form, now=now, status=422)
    with transaction.atomic():
        stay = form.ask(now=now)
    for row in stay:
        said = _("%(who)s gets it already, %(often)s, and can change that.")
        messages.warning(request, said % {"who": row.receiver, "often": row.get_rhythm_display()})
    if len(stay) < len(form.cleaned_data["receivers"]):
        messages.success(request, _("It is sent by mail from now on."))
    return redirect("regular-reports")


@access.leads_only
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it no more. PermissionDenied for whom it is not to decide."""
    user = access.signed_in(request)
    row = get_object_or_404(RegularReport.objects.shown_to(user), pk=pk)
    if not row.may_be_stopped_by(user):
        raise PermissionDenied
    row.delete()
    said = _("“%(name)s” goes no more to %(who)s.")
    messages.success(request, said % {"name": row.name, "who": row.receiver})
    return redirect("regular-reports")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """The end of the letters: a button, or the one click of a mail program (RFC 8058), which brings
    no cookie and no token of a form.
    """
    reader = leaving.leaver(token)
    done = reader is not None and request.method == "POST" and leaving.leave(token)
    context = {"ours": reader is not None, "done": done}
    with override(reader.language if reader else None):
        return render(request, "regular/end.html", context, status=200 if reader else 404)


def _page(
    request: HttpRequest, form: RegularForm, *, now: datetime, status: int = 200
) -> HttpResponse:
    user: User = access.signed_in(request)
    shown = RegularReport.objects.shown_to(user).select_related(
        "report", "receiver", "asked_by", "mail"
    )
    context = {
        "form": form,
        "rows": _rows(list(shown.order_by("report__name", "receiver__name", "pk")), user, now=now),
        "nav_counts": nav_counts(),
    }
    return render(request, "regular/regular.html", context, status=status)


def _rows(regular: list[RegularReport], user: User, *, now: datetime) -> list[dict[str, object]]:
    hours = house_hours()
    rows = []
    for row in regular:
        begun = latest(row.rhythm, now=now, hours=hours)
        rows.append(
            {
                "regular": row,
                "url": address_of(row.report) if row.report else "",
                "next": expected(row.rhythm, row.told_at, now=now, hours=hours),
                "held_up": row.told_at < begun <= now - SOON and hours.is_open(now - SOON),
                "failed": row.mail is not None and row.mail.state == OutgoingMail.State.FAILED,
                "waits": row.mail is not None and row.mail.state == OutgoingMail.State.QUEUED,
                "mine": row.may_be_stopped_by(user),
            }
        )
    return rows

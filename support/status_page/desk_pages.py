"""The status page for people who work here: what is public, who gets letters, and updates."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import outages
from sla.models import OutageEvent
from sla.outages import LedgerError
from support import access
from support.services import shown as shown_words
from support.status_page import facts, stored, words
from support.status_page.forms import ShownForm, UpdateForm
from support.status_page.models import ORDER, ShownService, Subscriber


@access.agents_only
def status(request: HttpRequest) -> HttpResponse:
    """Which services are public and under what name, and how many get letters."""
    user = access.signed_in(request)
    services = access.services_of(user).select_related("shown").order_by("name")
    now = timezone.now()
    rows = ShownService.objects.filter(service__in=services).public().order_by(*ORDER)
    copy = stored.latest()
    context = {
        "rows": rows,
        "others": services.exclude(shown__public=True),
        "confirmed": Subscriber.objects.confirmed().count(),
        "waiting": Subscriber.objects.filter(confirmed_at=None).count(),
        "gone": Subscriber.objects.gone().count(),
        "written_at": copy.at if copy else None,
        "late": copy is not None and now - copy.at >= stored.FRESH,
    }
    return render(request, "status/desk.html", context)


@access.managers_only
def preview(request: HttpRequest) -> HttpResponse:
    """The public page as it would be written at this moment."""
    view = facts.public(now=timezone.now())
    return render(request, "status/page.html", words.page(view) | {"preview": True})


@access.managers_only
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether everybody may see a service, and under what name."""
    service = get_object_or_404(access.services_of(access.signed_in(request)), pk=pk)
    row = ShownService.objects.filter(service=service).first() or ShownService(service=service)
    was = row.public
    form = ShownForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        if made.public and not (was and made.since):
            made.since = timezone.now()
        made.save()
        said = _("It is on the status page.") if made.public else _("It is not on the status page.")
        messages.success(request, said)
        return redirect("status-desk")
    context = {"service": service, "form": form}
    status = 422 if form.errors else 200
    return render(request, "status/shown.html", context, status=status)


@access.agents_only
def updates(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell how far we are with an outage, to everybody who may see it."""
    user = access.signed_in(request)
    found = get_object_or_404(
        access.outages_of(user).select_related("service__agreement", "ticket"), pk=pk
    )
    form = UpdateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            outages.tell(
                found,
                OutageEvent.Progress(said["progress"]),
                {language: said[language] for language in ("nl", "en")},
                actor=user,
                now=timezone.now(),
            )
        except LedgerError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The update is told."))
            return redirect("outage-updates", found.pk)
    told = [
        event for event in shown_words.events_shown(found) if event.kind == OutageEvent.Kind.UPDATED
    ]
    context = {
        "outage": found,
        "form": form,
        "told": told[::-1],
        "public": ShownService.objects.public().filter(service=found.service_id).first(),
        "subscribers": Subscriber.objects.confirmed().count(),
    }
    return render(request, "status/updates.html", context, status=422 if form.errors else 200)

"""Backups for managers: each with its calls, and what a month of a customer's came to."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla import backups as facts
from sla.models import BackupJob
from support import access
from support.backups import stating
from support.backups.forms import BackupForm
from support.forms.numbers import number_in
from tickets.models import Organisation

CALLS = 50
Trouble = BackupJob.Trouble


@access.managers_only
def backups(request: HttpRequest) -> HttpResponse:
    """Each backup: how it is, the last good one, what is kept."""
    jobs = access.backups_of(access.signed_in(request))
    rows = stating.rows(jobs, now=timezone.now())
    return render(request, "workspace/backups.html", {"rows": rows})


@access.managers_only
def backup(request: HttpRequest, pk: int) -> HttpResponse:
    """One backup, the address that its job calls, and its calls."""
    job = get_object_or_404(access.backups_of(access.signed_in(request)), pk=pk)
    path = reverse("ping", args=[str(job.ping_key)])
    context = {
        "job": job,
        "state": stating.state_of(job, now=timezone.now()),
        "address": request.build_absolute_uri(path),
        "calls": job.pings.all()[:CALLS],
    }
    return render(request, "workspace/backup.html", context)


@access.managers_only
def add(request: HttpRequest) -> HttpResponse:
    """Make a backup; its address is on its page."""
    form = BackupForm(request.POST or None, instance=BackupJob(watched_from=timezone.now()))
    if form.is_valid():
        job = form.save()
        messages.success(request, _("%(name)s is watched from now on.") % {"name": job.name})
        return redirect("backup", pk=job.pk)
    status = 422 if form.errors else 200
    return render(request, "workspace/backup_form.html", {"form": form}, status=status)


@access.managers_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is expected of it."""
    job = get_object_or_404(BackupJob, pk=pk)
    form = BackupForm(request.POST or None, instance=job)
    if form.is_valid():
        # Only these: its job may be calling at the same time.
        job.save(update_fields=list(form.fields))
        messages.success(request, _("%(name)s was changed.") % {"name": job.name})
        return redirect("backup", pk=pk)
    context = {"form": form, "job": BackupJob.objects.get(pk=pk)}
    status = 422 if form.errors else 200
    return render(request, "workspace/backup_form.html", context, status=status)


@access.managers_only
@require_POST
@transaction.atomic
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Watch it no more, or again."""
    job = get_object_or_404(BackupJob.objects.select_for_update(), pk=pk)
    job.active = request.POST.get("to") == "on"
    if job.active:
        job.watched_from = timezone.now()
        text = _("%(name)s is watched from now on.")
    else:
        text = _("%(name)s is not watched any more.")
    job.save()
    messages.success(request, text % {"name": job.name})
    return redirect("backup", pk=pk)


@access.managers_only
def statement(request: HttpRequest) -> HttpResponse:
    """What a month of a customer's backups came to, or of everybody's."""
    month = stating.month_in(request.GET.get("month", ""), now=timezone.now())
    organisation = _organisation(request)
    context = stating.page(month, _stated(request, month, organisation), now=timezone.now())
    context |= {
        "organisation": organisation,
        "organisations": Organisation.objects.filter(contracts__isnull=False).distinct(),
    }
    return render(request, "workspace/backup_statement.html", context)


@access.managers_only
def statement_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a file."""
    month = stating.month_in(request.GET.get("month", ""), now=timezone.now())
    return stating.download_of(month, _stated(request, month, _organisation(request)))


def _stated(
    request: HttpRequest, month: datetime, organisation: Organisation | None
) -> list[facts.Statement]:
    jobs = access.backups_of(access.signed_in(request))
    if organisation is not None:
        jobs = jobs.of(organisation)
    return stating.month_of(jobs, month, now=timezone.now())


def _organisation(request: HttpRequest) -> Organisation | None:
    number = number_in(request.GET.get("organisation", ""))
    return Organisation.objects.filter(pk=number).first() if number else None

"""Services for customers: their months, outages with reasons, credits, and a claim afterwards."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.availability_words import month_words
from sla.models import Outage, Service
from sla.outages import LedgerError, zone_of
from support import access
from support.contracts.letters import euros, line_words
from support.forms.numbers import number_in
from support.forms.uploads import posted
from support.outages import verbs
from support.services import shown
from support.services.forms import ClaimForm
from support.services.pages import service_context
from tickets.models import User


@login_required
def our_services(request: HttpRequest) -> HttpResponse:
    """What the customer who asks has, how its last months were, and what it got back."""
    user = access.signed_in(request)
    if user.is_agent:
        return redirect("services")
    rows = [
        {"service": service, "months": shown.months_shown(service.months.order_by("-month")[:3])}
        for service in access.services_of(user)
    ]
    granted = [
        {
            "credit": credit,
            "month": month_words(credit.month),
            "granted": euros(credit.granted or Decimal(0)),
            "lines": [line_words(line) for line in credit.lines if line["percent"]],
        }
        for credit in access.credits_of(user).order_by("-month", "number")
    ]
    claims = access.claims_of(user).order_by("-filed_at")
    context = {"rows": rows, "granted": granted, "claims": claims}
    return render(request, "services/ours.html", context)


@login_required
def our_service(request: HttpRequest, pk: int) -> HttpResponse:
    """A month of one of them."""
    user = access.signed_in(request)
    found = get_object_or_404(access.services_of(user), pk=pk)
    if user.is_agent:
        return redirect("service", pk)
    month = shown.month_of(request.GET.get("month"), today=timezone.localdate())
    context = service_context(found, month, access.outages_of(user))
    context["address"] = reverse("our-service", args=[found.pk])
    return render(request, "services/our_service.html", context)


@login_required
def claim_afterwards(request: HttpRequest) -> HttpResponse:
    """File a claim of an outage that nobody reported in time, or against our figures of one."""
    user = access.signed_in(request)
    theirs = access.services_of(user)
    contact = access.contacts_of(user).first()
    if user.is_agent or contact is None:
        return redirect("services" if user.is_agent else "our-services")
    about = _about(request, user)
    with timezone.override(_zone(about.service if about else theirs.first())):
        form = ClaimForm(
            **posted(request), services=theirs, about=about is not None, initial=_known(about)
        )
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            try:
                filed = verbs.file_claim(
                    about.service if about else said["service"],
                    contact,
                    begins_at=said["begins_at"],
                    ends_at=said["ends_at"],
                    text=said["text"],
                    files=said["attachments"],
                    about=about,
                    now=timezone.now(),
                )
            except LedgerError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Your claim is in; you read our decision here."))
                return redirect("my-ticket", filed.ticket.reference)
        context = {
            "form": form,
            "about": about,
            "row": shown.outages_shown([about], about.service)[0] if about else None,
        }
        status = 422 if form.errors else 200
        return render(request, "services/claim_afterwards.html", context, status=status)


def _about(request: HttpRequest, user: User) -> Outage | None:
    """The outage of theirs against whose figures they bring something; none for a new one."""
    pk = number_in(request.GET.get("outage"))
    if pk is None:
        return None
    standing = access.outages_of(user).standing().select_related("service")
    return get_object_or_404(standing, pk=pk)


def _known(about: Outage | None) -> dict[str, datetime | None]:
    """What our figures say of it, for them to put right."""
    return {"begins_at": about.first_known_at, "ends_at": about.restored_at} if about else {}


def _zone(service: Service | None) -> tzinfo:
    return zone_of(service) if service else timezone.get_current_timezone()

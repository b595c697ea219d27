"""Onze afspraken: what was agreed with the customer's organisation."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from support import access
from support.agreements.agreed import agreed, edition_shown


@login_required
def our_agreement(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The edition in force for the customer who asks, or another one that was announced to them."""
    user, now = access.signed_in(request), timezone.now()
    if user.is_agent:
        return redirect("home")
    organisation = access.organisations_of(user).first()
    edition = edition_shown(access.editions_of(user), number, now=now)
    if edition is None and number is not None:
        raise Http404
    context: dict[str, object] = {"fixed_contact": access.fixed_contact_of(user)}
    if organisation and edition:
        context |= agreed(
            organisation,
            edition,
            callers=access.callers_of(user).order_by("name"),
            address=lambda other: reverse("our-agreement-edition", args=[other]),
            now=now,
        )
    return render(request, "portal/agreement.html", context)

"""A ticket under the wrong edition: what would move is shown, then it is corrected, with why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.changes import correct_edition
from sla.models import Edition
from sla.queries import cards_of, edition_of
from sla.supposing import cards_under
from support import access
from tickets.models import Ticket


class CorrectionForm(forms.Form):
    """Which edition it should have been, and why."""

    edition = forms.ModelChoiceField(
        label=gettext_lazy("Should stand under"), queryset=Edition.objects.none()
    )
    why = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=200,
        help_text=gettext_lazy("Stands in the ticket's history: a correction must be provable."),
    )

    def __init__(self, *args: Any, present: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Edition.objects.exclude(announced_at=None).exclude(pk=present.pk)
        self.fields["edition"] = forms.ModelChoiceField(
            label=_("Should stand under"),
            queryset=others.select_related("agreement").order_by("agreement__name", "number"),
        )


@access.managers_only
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """The form, with what would move as soon as an edition is chosen."""
    user, now = access.signed_in(request), timezone.now()
    ticket = get_object_or_404(access.tickets_of(user).by_reference(reference).with_people())
    present = edition_of(ticket)
    if present is None:
        messages.error(request, _("No agreement applies to this ticket yet."))
        return redirect("ticket", reference=ticket.reference)
    given = request.POST if request.method == "POST" else request.GET or None
    form = CorrectionForm(given, present=present)
    chosen = _chosen(form)
    shown = request.method != "POST" or "show" in request.POST
    if not shown and form.is_valid() and _correct(form, ticket, user, now):
        messages.success(request, _("Corrected. The running deadlines follow in a moment."))
        return redirect("ticket", reference=ticket.reference)
    if shown:
        form.errors.clear()
    context = {
        "ticket": ticket,
        "present": present,
        "chosen": chosen,
        "form": form,
        "before": cards_of(ticket, now=now, merged=False),
        "after": cards_under(ticket, chosen, now=now) if chosen else [],
    }
    status = 422 if form.errors else 200
    return render(request, "promises/correction.html", context, status=status)


def _chosen(form: CorrectionForm) -> Edition | None:
    form.is_valid()
    return getattr(form, "cleaned_data", {}).get("edition")


def _correct(form: CorrectionForm, ticket: Ticket, user: Any, now: Any) -> bool:
    try:
        correct_edition(
            ticket,
            form.cleaned_data["edition"],
            why=form.cleaned_data["why"],
            actor=user,
            now=now,
        )
    except ValueError as error:
        form.add_error(None, str(error))
        return False
    return True

"""Reports that people keep: the question under a name, shared as standard answers are."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.reports.asking import address_of, asked_by
from support.reports.models import SavedReport
from support.sharing.forms import SharedForm
from support.sharing.pages import changeable
from tickets.models import User


class SavedReportForm(SharedForm[SavedReport]):
    """The name of a report, and who may use it."""

    class Meta:
        model = SavedReport
        fields = ("name", "scope")
        widgets = {"scope": forms.RadioSelect}


def shown(user: User) -> list[dict[str, object]]:
    """Those that somebody may use, with the address that opens them."""
    kept = SavedReport.objects.usable_by(user).select_related("owner", "team")
    return [
        {"report": each, "url": address_of(each), "mine": each.may_be_changed_by(user)}
        for each in kept
    ]


@access.leads_only
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a question under a name."""
    asking = asked_by(QueryDict(request.POST.get("of", "")))
    form = SavedReportForm(request.POST, user=access.signed_in(request))
    if not (asking.is_valid() and form.is_valid()):
        messages.error(request, _("Give the report a name, and say who may use it."))
        return redirect(f"{reverse('breach-report')}?{request.POST.get('of', '')}")
    form.instance.asked = asking.kept()
    kept = form.save()
    messages.success(request, _("The report “%(name)s” is kept.") % {"name": kept.name})
    return redirect(address_of(kept))


@access.leads_only
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away. PermissionDenied for whom it is not."""
    kept = changeable(SavedReport, request, pk)
    kept.delete()
    messages.success(request, _("The report “%(name)s” is gone.") % {"name": kept.name})
    return redirect("breach-report")

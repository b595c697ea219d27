"""Credits for managers: what is proposed, decided, and given to billing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sla import crediting
from sla.availability_words import month_words
from sla.crediting import CreditError
from sla.engine.dates import before
from sla.models import Contract, Credit
from support import access
from support.contracts.letters import euros, line_words
from support.documents.spreadsheets import download, workbook
from support.services import shown
from support.services.forms import CreditForm, NegligenceForm
from tickets.models import User

PER_PAGE = 50


@access.managers_only
def credits_page(request: HttpRequest) -> HttpResponse:
    """What waits for a decision first, then what was decided, the newest month first."""
    found = access.credits_of(access.signed_in(request)).select_related("decided_by")
    proposed = found.filter(state=Credit.State.PROPOSED).order_by("month", "pk")
    decided = found.exclude(state=Credit.State.PROPOSED).order_by("-month", "-number", "pk")
    page = Paginator(decided, PER_PAGE).get_page(request.GET.get("page"))
    last = before(shown.month_of("", today=timezone.localdate()))
    month = shown.month_of(request.GET.get("month"), today=last)
    unbilled = found.filter(month=month, state__in=crediting.GRANTED, billed_at=None)
    context = {
        "proposed": [_row(credit) | {"form": CreditForm()} for credit in proposed],
        "decided": [_row(credit) for credit in page],
        "page_obj": page,
        "month": f"{month:%Y-%m}",
        "month_name": _month(month),
        "unbilled": unbilled.count(),
        "negligence": _may_be_negligent(access.signed_in(request)).exists(),
    }
    return render(request, "services/credits.html", context)


@access.managers_only
def negligence(request: HttpRequest) -> HttpResponse:
    """Grant a credit because we were negligent, where the agreement knows that ground."""
    actor, now = access.signed_in(request), timezone.now()
    last = before(shown.month_of("", today=timezone.localdate()))
    form = NegligenceForm(
        request.POST or None, contracts=_may_be_negligent(actor), initial={"month": last}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            crediting.grant_for_negligence(
                said["contract"],
                said["month"],
                said["granted"],
                reason=said["why"],
                actor=actor,
                now=now,
            )
        except CreditError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Granted. The customer is told of it."))
            return redirect("credits")
    status = 422 if form.errors else 200
    return render(request, "services/negligence.html", {"form": form}, status=status)


@access.managers_only
@require_POST
def billed(request: HttpRequest) -> HttpResponse:
    """What was granted for a month was given to billing."""
    month = shown.month_of(request.POST.get("month"), today=timezone.localdate())
    rows = access.credits_of(access.signed_in(request)).filter(month=month)
    number = crediting.billed(rows, now=timezone.now())
    told = ngettext(
        "%(number)s credit was given to billing.",
        "%(number)s credits were given to billing.",
        number,
    )
    messages.success(request, told % {"number": number})
    return redirect(f"{reverse('credits')}?month={month:%Y-%m}")


def _may_be_negligent(user: User) -> QuerySet[Contract]:
    """Contracts under an agreement that knows that ground."""
    known = [
        agreement.pk
        for agreement in access.agreements_of(user)
        if crediting.negligence_clause(agreement, timezone.localdate())
    ]
    theirs = access.contracts_of(user).filter(agreement__in=known)
    return theirs.select_related("organisation", "agreement")


@access.managers_only
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, approve with another amount, or refuse."""
    actor, now = access.signed_in(request), timezone.now()
    credit = get_object_or_404(access.credits_of(actor), pk=pk)
    form = CreditForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect("credits")
    said, verdict = form.cleaned_data, request.POST.get("verdict")
    try:
        if verdict == "refuse":
            crediting.refuse(credit, reason=said["reason"], actor=actor, now=now)
        elif said["amount"] is not None and said["amount"] != credit.amount:
            crediting.change(credit, said["amount"], reason=said["reason"], actor=actor, now=now)
        else:
            crediting.approve(credit, actor=actor, now=now)
    except CreditError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Decided. The customer is told of what is granted."))
    return redirect("credits")


@access.managers_only
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """What was granted for a month, for billing: as CSV, or XLSX."""
    month = shown.month_of(request.GET.get("month"), today=timezone.localdate())
    granted = access.credits_of(access.signed_in(request)).filter(
        month=month, state__in=crediting.GRANTED
    )
    rows = _rows(granted.order_by("contract__organisation__name", "number"))
    name = _("credits-%(month)s") % {"month": f"{month:%Y-%m}"}
    if form == "xlsx":
        return workbook(name, ([str(cell) for cell in row] for row in rows))
    return download(name, rows)


def _rows(credits_of_month: Any) -> Iterator[Sequence[object]]:
    yield (
        _("Contract"),
        _("Organisation"),
        _("Agreement"),
        _("Month"),
        _("Ground"),
        _("Monthly fee"),
        _("Credit"),
        _("Calculation"),
        _("Reason"),
        _("Decided by"),
        _("Decided"),
        _("Given to billing"),
    )
    for credit in credits_of_month:
        yield (
            credit.contract.number,
            credit.contract.organisation.name,
            credit.contract.agreement.name,
            f"{credit.month:%Y-%m}",
            credit.get_ground_display(),
            _amount(credit.monthly_sum),
            _amount(credit.granted),
            "; ".join(line_words(line) for line in credit.lines if line["percent"]),
            credit.reason,
            credit.decided_by.name if credit.decided_by else "",
            credit.decided_at,
            credit.billed_at or "",
        )


def _amount(amount: Decimal | None) -> str:
    """As a spreadsheet here reads it: 1234,50."""
    return "" if amount is None else formats.number_format(amount, decimal_pos=2)


def _row(credit: Credit) -> dict[str, object]:
    return {
        "credit": credit,
        "month": _month(credit.month),
        "amount": euros(credit.amount),
        "granted": euros(credit.granted) if credit.granted is not None else "",
        "sum": euros(credit.monthly_sum) if credit.monthly_sum is not None else "",
        "lines": [line_words(line) for line in credit.lines],
    }


def _month(month: date) -> str:
    return month_words(month)

"""Fields as leads keep them: which there are, in what order, by which rules, and how they look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access, offer
from support.asking.models import FieldRule
from support.fields.forms import FieldForm, PreviewForm, RuleForm
from support.fields.words import words_of, wrong_with
from support.offer import Place
from support.reporting.forms import ReportForm, of_offer
from support.who import Reporter
from tickets.models import Channel, CustomField


@access.leads_only
def fields(request: HttpRequest) -> HttpResponse:
    """All fields, in the order in which they are asked."""
    found = CustomField.objects.annotate(filled=Count("values")).order_by("position", "name")
    told: dict[int, list[dict[str, object]]] = {}
    for rule in _rules():
        told.setdefault(rule.field_id, []).append(_rule_row(rule))
    rows = [{"field": each, "rules": told.get(each.pk, [])} for each in found]
    return render(request, "fields/fields.html", {"rows": rows})


@access.leads_only
def new(request: HttpRequest) -> HttpResponse:
    return _form_page(request, None)


@access.leads_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    return _form_page(request, get_object_or_404(CustomField, pk=pk))


@access.leads_only
@require_POST
@transaction.atomic
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down; all get their places anew, so that none share one."""
    order = list(CustomField.objects.select_for_update())
    at = next((place for place, each in enumerate(order) if each.pk == pk), None)
    if at is not None:
        to = at - 1 if request.POST.get("way") == "up" else at + 1
        if 0 <= to < len(order):
            order.insert(to, order.pop(at))
    for place, each in enumerate(order, start=1):
        if each.position != place:
            each.position = place
            each.save(update_fields=["position"])
    return redirect("fields")


@access.leads_only
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Only what nobody filled in, and no other field hangs on: else it is put out of use."""
    field = get_object_or_404(CustomField, pk=pk)
    hangs = FieldRule.objects.filter(other=field).select_related("field").first()
    if field.values.exists():
        said = _("“%(field)s” is filled in on tickets: put it out of use instead.")
        messages.error(request, said % {"field": field.label})
    elif hangs is not None:
        said = _("“%(other)s” hangs on “%(field)s”: take that rule away first.")
        messages.error(request, said % {"field": field.label, "other": hangs.field.label})
    else:
        field.delete()
        messages.success(request, _("“%(title)s” has been deleted.") % {"title": field.label})
        return redirect("fields")
    return redirect("field-change", pk)


@access.leads_only
def rule(request: HttpRequest, pk: int, number: int = 0) -> HttpResponse:
    """Make a rule of a field, or change the one with that number."""
    field = get_object_or_404(CustomField, pk=pk)
    known = get_object_or_404(FieldRule, pk=number, field=field) if number else None
    form = RuleForm(request.POST or None, rule=known, field=field)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The rule has been saved."))
        return redirect("field-change", pk)
    context = {"form": form, "field": field, "rule": known}
    return render(request, "fields/rule.html", context, status=422 if form.errors else 200)


@access.leads_only
@require_POST
def rule_remove(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    get_object_or_404(FieldRule, pk=number, field=pk).delete()
    messages.success(request, _("The rule has been taken away."))
    return redirect("field-change", pk)


@access.leads_only
def preview(request: HttpRequest) -> HttpResponse:
    """The part of the form that asks, as a customer sees it. Nothing is sent from here."""
    asking = PreviewForm({"language": (get_language() or "nl")[:2]} | request.GET.dict())
    chosen = asking.cleaned_data if asking.is_valid() else {}
    place = Place(organisation=chosen.get("organisation"), agreement=chosen.get("agreement"))
    reporter = Reporter(organisation=place.organisation, proved=place.organisation is not None)
    with override(chosen.get("language", "nl")):
        offered = offer.context(reporter, channel=Channel.WEB, now=timezone.now(), place=place)
        form = ReportForm(**of_offer(offered))
        drawn = render_to_string("portal/_about.html", offered | {"form": form}, request)
    context = {
        "asking": asking,
        "drawn": mark_safe(drawn),  # noqa: S308 - drawn by a template that escapes
        "any": bool(form.asked.visible),
    }
    return render(request, "fields/preview.html", context, status=200 if chosen else 422)


def _form_page(request: HttpRequest, field: CustomField | None) -> HttpResponse:
    form = FieldForm(request.POST or None, instance=field)
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        if field is None:
            last = CustomField.objects.aggregate(last=Max("position"))["last"]
            saved.position = (last or 0) + 1
        saved.save()
        messages.success(request, _("“%(title)s” has been saved.") % {"title": saved.label})
        return redirect("field-change", saved.pk)
    rules = [_rule_row(each) for each in _rules().filter(field=field)] if field else []
    context = {
        "form": form,
        "field": field,
        "rules": rules,
        "filled": field.values.count() if field else 0,
    }
    return render(request, "fields/field.html", context, status=422 if form.errors else 200)


def _rules() -> Any:
    return FieldRule.objects.select_related("field", "other", "agreement", "organisation")


def _rule_row(rule: FieldRule) -> dict[str, object]:
    return {"rule": rule, "words": words_of(rule), "wrong": wrong_with(rule)}

"""The page of one customer: what was agreed, who may phone, its tickets, and notes about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sla.editions import in_force
from sla.models import Contract, Service
from support import access
from support.agreements.agreed import agreed, edition_shown
from support.forms.numbers import number_in
from support.mail.counts import nav_counts
from support.queue import listing
from tickets.models import Contact, ContactNumber, Organisation, User
from tickets.validators import validate_phone

OPEN, RECENT, NOTES = 25, 10, 20


class NoteForm(forms.Form):
    """What colleagues should know of a customer."""

    text = forms.CharField(
        label=gettext_lazy("Note about this customer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Customers never see it."),
    )


class ContactForm(forms.Form):
    """What agents keep of a contact."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    number = forms.CharField(
        label=gettext_lazy("Telephone number"),
        max_length=32,
        required=False,
        validators=[validate_phone],
    )
    may_phone = forms.BooleanField(
        label=gettext_lazy("may phone (3.C)"),
        required=False,
        help_text=gettext_lazy("As agreed with the customer. It holds for calls from now on."),
    )
    sees_all = forms.BooleanField(
        label=gettext_lazy("reads all reports of the organisation"),
        required=False,
        help_text=gettext_lazy("In the portal, also those of colleagues."),
    )
    sees_reports = forms.BooleanField(
        label=gettext_lazy("gets the monthly reports"),
        required=False,
        help_text=gettext_lazy("By mail and in the portal, with what colleagues reported."),
    )
    keeps_list = forms.BooleanField(
        label=gettext_lazy("keeps the list"),
        required=False,
        help_text=gettext_lazy("Says in the portal who may phone and who reads what."),
    )


@access.agents_only
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(Organisation.objects.select_related(), pk=pk))


@access.agents_only
def agreement(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """What was agreed with a customer, as they read it themselves."""
    user, now = access.signed_in(request), timezone.now()
    customer = get_object_or_404(access.organisations_of(user), pk=pk)
    theirs = access.editions_of(user).filter(agreement__contracts__organisation=customer)
    edition = edition_shown(theirs, number, now=now)
    if edition is None:
        raise Http404
    context = agreed(
        customer,
        edition,
        callers=access.callers_of(user).filter(organisation=customer).order_by("name"),
        address=lambda other: reverse("organisation-edition", args=[pk, other]),
        now=now,
    )
    return render(request, "workspace/agreement.html", context | {"customer": customer})


@access.agents_only
@require_POST
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write something about a customer, or take away a note of one's own."""
    customer, user = get_object_or_404(Organisation, pk=pk), access.signed_in(request)
    if (number := number_in(request.POST.get("remove"))) is not None:
        customer.notes.filter(pk=number, author=user).delete()
        return redirect("organisation", pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, customer, note=form)
    text = form.cleaned_data["text"].replace("\x00", "")
    customer.notes.create(text=text, author=user, at=timezone.now())
    messages.success(request, _("Done."))
    return redirect("organisation", pk=pk)


@access.agents_only
@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what agents keep of a contact."""
    person = get_object_or_404(Contact.objects.select_related("organisation"), pk=pk)
    form = ContactForm(request.POST, auto_id=f"contact_{pk}_%s")
    if not form.is_valid():
        return _page(request, person.organisation, tried=(pk, form))
    _keep(person, form.cleaned_data, access.signed_in(request))
    messages.success(request, _("Done."))
    return redirect("organisation", pk=person.organisation_id)


@transaction.atomic
def _keep(person: Contact, data: dict[str, Any], user: User) -> None:
    """Write it, and who did in the admin's log, where changes of contacts stand."""
    number = person.numbers.first()
    kept = ("name", "may_phone", "sees_all", "sees_reports", "keeps_list")
    was = number.number if number else ""
    before = (*(getattr(person, name) for name in kept), was)
    for name in kept:
        setattr(person, name, data[name])
    person.save(update_fields=kept)
    if number and not data["number"]:
        number.delete()
    elif data["number"] and data["number"] != was:
        number = number or ContactNumber(contact=person)
        number.number = data["number"]
        number.save()
    after = (*(data[name] for name in kept), data["number"])
    names = (
        *("name", "may phone", "reads all reports", "gets the monthly reports"),
        *("keeps the list", "telephone number"),
    )
    changed = [name for name, old, new in zip(names, before, after, strict=True) if old != new]
    if changed:
        LogEntry.objects.log_actions(
            user.pk, [person], CHANGE, [{"changed": {"fields": changed}}], single_object=True
        )


def _page(
    request: HttpRequest,
    customer: Organisation,
    *,
    note: NoteForm | None = None,
    tried: tuple[int, ContactForm] | None = None,
) -> HttpResponse:
    now = timezone.now()
    contract = Contract.objects.governing(customer)
    today = timezone.localdate(now)
    tickets = customer.tickets.all()
    open_now = listing.by_deadline(tickets.active())[:OPEN]
    closed = tickets.exclude(pk__in=tickets.active()).order_by("-updated_at")[:RECENT]
    context = {
        "customer": customer,
        "contract": contract,
        "edition": in_force(contract.agreement, today=today) if contract else None,
        "contacts": _contacts(customer, tried),
        "services": Service.objects.of(customer),
        "domains": list(customer.domains.values_list("domain", flat=True)),
        "open_rows": list(listing.rows(open_now, now).values()),
        "open_count": tickets.active().count(),
        "recent": closed,
        "notes": customer.notes.select_related("author")[:NOTES],
        "note_form": note or NoteForm(),
        "nav_counts": nav_counts(),
    }
    wrong = bool((note and note.errors) or tried)
    return render(request, "workspace/organisation.html", context, status=422 if wrong else 200)


def _contacts(
    customer: Organisation, tried: tuple[int, ContactForm] | None
) -> list[dict[str, object]]:
    """Those who may phone first, each with a form; the one that was tried keeps what was typed."""
    people = customer.contacts.prefetch_related("numbers", "addresses")
    rows = []
    for person in people.order_by("-may_phone", "name"):
        numbers = [number.number for number in person.numbers.all()]
        start = {
            "name": person.name,
            "may_phone": person.may_phone,
            "sees_all": person.sees_all,
            "sees_reports": person.sees_reports,
            "keeps_list": person.keeps_list,
            "number": numbers[0] if numbers else "",
        }
        form = ContactForm(initial=start, auto_id=f"contact_{person.pk}_%s")
        if tried and tried[0] == person.pk:
            form = tried[1]
        rows.append({"person": person, "numbers": numbers, "form": form})
    return rows

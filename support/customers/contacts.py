"""Two contacts that are one person: what merging them gives is shown, then it is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support import access
from support.customers import merging
from support.desk.answers import DeskError
from support.mail.counts import nav_counts
from tickets.models import Contact


class IntoForm(forms.Form):
    """Which of the others it is."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("Is the same person as"), queryset=Contact.objects.none()
    )

    def __init__(self, *args: Any, person: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Contact.objects.filter(organisation=person.organisation).exclude(pk=person.pk)
        self.fields["into"] = forms.ModelChoiceField(
            label=_("Is the same person as"), queryset=others.order_by("name")
        )


@access.agents_only
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the other one and look at what that gives; then do it."""
    people = Contact.objects.select_related("organisation")
    person = get_object_or_404(people.prefetch_related("addresses", "numbers"), pk=pk)
    given = request.POST if request.method == "POST" else request.GET or None
    form = IntoForm(given, person=person)
    into: Contact | None = form.cleaned_data["into"] if form.is_valid() else None
    if into is not None and (problem := merging.refusal(person, into)):
        form.add_error("into", problem)
    elif into is not None and request.method == "POST":
        user = access.signed_in(request)
        try:
            merging.merge_contacts(person, into=into, actor=user, now=timezone.now())
        except DeskError as error:
            form.add_error("into", str(error))
        else:
            messages.success(
                request,
                _("%(name)s and %(into)s are one contact now.")
                % {"name": person.name, "into": into.name},
            )
            return redirect("organisation", pk=person.organisation_id)
    context = {
        "person": person,
        "into": into,
        "result": merging.as_one(person, into) if into and not form.errors else None,
        "form": form,
        "nav_counts": nav_counts(),
    }
    status = 422 if form.errors else 200
    return render(request, "workspace/contact_merge.html", context, status=status)

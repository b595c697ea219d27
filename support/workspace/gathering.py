"""The pages on which tickets are merged and split; each says first what will happen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from support import access
from support.desk import gathering
from support.desk.answers import DeskError
from support.mail.counts import nav_counts
from support.workspace.marking_forms import MergeForm, SplitForm, mergeable
from support.workspace.ticket import find
from tickets.models import Message, Status, Ticket, User

OFFERED = 25


@access.agents_only
def merge(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the other ticket, read what will happen, then do it."""
    found, user = find(request, reference), access.signed_in(request)
    given = request.POST if request.method == "POST" else request.GET
    form = MergeForm(given if "into" in given else None)
    into: Ticket | None = form.cleaned_data["into"] if form.is_valid() else None
    if into and (problem := gathering.refusal(found, into)):
        form.add_error("into", problem)
        into = None
    if into and "sure" in request.POST and _merged(request, form, found, into, user):
        return redirect("ticket", reference=into.reference)
    context = {
        "ticket": found,
        "form": form,
        "into": into,
        "offered": [] if into else mergeable(found, access.tickets_of(user))[:OFFERED],
        "over": found.status == Status.MERGED,
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/merge.html", context, status=422 if form.errors else 200)


@access.agents_only
def split(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Make one message of the customer a ticket of its own."""
    found, user = find(request, reference), access.signed_in(request)
    message = get_object_or_404(Message.objects.select_related("ticket"), pk=pk, ticket=found)
    start = {"subject": message.text.strip().split("\n")[0][:120], "kind": found.kind}
    form = SplitForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid() and (new := _split(form, message, user)):
        messages.success(request, _("%(ticket)s was made.") % {"ticket": new.reference})
        return redirect("ticket", reference=new.reference)
    context = {
        "ticket": found,
        "said": message,
        "form": form,
        "possible": found.status != Status.MERGED and gathering.can_be_split(message),
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/split.html", context, status=422 if form.errors else 200)


def _merged(
    request: HttpRequest, form: forms.Form, found: Ticket, into: Ticket, user: User
) -> bool:
    try:
        gathering.merge(found, into=into, actor=user)
    except DeskError as error:
        form.add_error("into", str(error))
        return False
    told = {"ticket": found.reference, "into": into.reference}
    messages.success(request, _("%(ticket)s was merged into %(into)s.") % told)
    return True


def _split(form: forms.Form, message: Message, user: User) -> Ticket | None:
    asked: dict[str, Any] = form.cleaned_data
    try:
        return gathering.split(message, **asked, actor=user)
    except DeskError as error:
        form.add_error(None, str(error))
        return None

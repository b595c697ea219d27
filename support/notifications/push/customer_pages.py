"""Push for customers: in which of their browsers, of which letters, and with how much in sight."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.forms import once
from support.notifications.push.models import PushWish
from support.notifications.push.pages import panel, tried_out, turned_off, turned_on
from tickets.models import User


class WishForm(forms.ModelForm):
    """Which letters, and whether the subject is said."""

    class Meta:
        model = PushWish
        fields = ("answers", "progress", "maintenance", "news", "names")


@login_required
def choices(request: HttpRequest) -> HttpResponse:
    """What a customer hears of by push."""
    user = access.signed_in(request)
    if user.is_agent:
        return redirect("notification-choices")
    form = WishForm(request.POST or None, instance=PushWish.of(user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept. It holds for what comes from now on."))
        return redirect("my-push")
    context = {"form": form, "may": _may(user), **panel(user)}
    return render(request, "portal/push.html", context)


@login_required
@require_POST
def turn_on(request: HttpRequest) -> HttpResponse:
    """Tell a customer in the browser that they ask it from."""
    _customer(request)
    return turned_on(request)


@login_required
@require_POST
def turn_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell a customer no more in one of their browsers."""
    return turned_off(request, pk)


@once.each_time
@login_required
@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test to one of a customer's browsers."""
    _customer(request)
    return tried_out(request, pk)


def _may(user: User) -> bool:
    return User.objects.customers().filter(pk=user.pk).exists()


def _customer(request: HttpRequest) -> None:
    """Http404 for who is at no customer: there are no letters to tell of."""
    if not _may(access.signed_in(request)):
        raise Http404

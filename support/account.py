"""Signing in and out, and where each person starts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from support.signin import redeem
from tickets.models import User

sign_in = LoginView.as_view(
    template_name="registration/sign_in.html", redirect_authenticated_user=True
)
sign_out = LogoutView.as_view()


@never_cache
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in with a one-time link."""
    user = redeem(token, now=timezone.now())
    if user is None:
        messages.error(request, _("This link has been used or is too old. Sign in below."))
        return redirect("sign-in")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")


def home(request: HttpRequest) -> HttpResponse:
    """Agents start at the queue, customers at their reports, others at the form."""
    if not isinstance(request.user, User):
        return redirect("report")
    return redirect("queue" if request.user.is_agent else "my-tickets")

"""Standard answers: everybody keeps their own, leads and managers the team's and everybody's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support import canned as variables
from support.models import CannedReply, Macro
from support.workspace.composing_forms import CannedForm
from tickets.models import User

Scope = CannedReply.Scope


@access.agents_only
def canned_replies(request: HttpRequest) -> HttpResponse:
    """Those that somebody may use, by who else may."""
    user = access.signed_in(request)
    replies = list(CannedReply.objects.usable_by(user).select_related("owner", "team"))
    groups = [
        {
            "label": scope.label,
            "replies": [
                {"reply": reply, "may_change": may_change(user, reply)}
                for reply in replies
                if reply.scope == scope
            ],
        }
        for scope in Scope
    ]
    shown = [group for group in groups if group["replies"]]
    return render(request, "workspace/canned.html", {"groups": shown})


@access.agents_only
def new(request: HttpRequest) -> HttpResponse:
    """Write a standard answer."""
    return _form_page(request, None)


@access.agents_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one. PermissionDenied for whom it is not."""
    return _form_page(request, _mine(request, pk))


@access.agents_only
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one away."""
    reply = _mine(request, pk)
    reply.delete()
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": reply.title})
    return redirect("canned")


def may_change(user: User, shared: CannedReply | Macro) -> bool:
    """One's own; a team's its lead, or a manager; everybody's any lead or manager."""
    if shared.scope == Scope.OWN:
        return shared.owner_id == user.pk
    if shared.scope == Scope.TEAM and not user.is_manager:
        return user.is_lead and shared.team_id == user.team_id
    return user.is_lead


def scopes_of(user: User) -> list[str]:
    """For whom somebody may write standard answers."""
    if not user.is_lead:
        return [Scope.OWN]
    return [Scope.OWN, *([Scope.TEAM] if user.team_id else []), Scope.ALL]


def _mine(request: HttpRequest, pk: int) -> CannedReply:
    user = access.signed_in(request)
    reply = get_object_or_404(CannedReply.objects.usable_by(user), pk=pk)
    if not may_change(user, reply):
        raise PermissionDenied
    return reply


def _form_page(request: HttpRequest, reply: CannedReply | None) -> HttpResponse:
    user = access.signed_in(request)
    posted: dict[str, Any] = {"data": request.POST} if request.method == "POST" else {}
    form = CannedForm(**posted, instance=reply, user=user, scopes=scopes_of(user))
    previews = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and not previews:
        saved = form.save()
        messages.success(request, _("“%(title)s” has been saved.") % {"title": saved.title})
        return redirect("canned")
    body = str(form["body"].value() or "")
    facts = variables.examples(agent=user, now=timezone.now())
    context = {
        "form": form,
        "reply": reply,
        "variables": variables.VARIABLES,
        "preview": variables.filled(body, facts) if body and not form.errors else "",
    }
    return render(
        request, "workspace/canned_form.html", context, status=422 if form.errors else 200
    )

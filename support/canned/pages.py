"""Standard answers: everybody keeps their own, leads and managers the team's and everybody's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.canned import filling as variables
from support.canned.forms import CannedForm
from support.canned.models import CannedReply
from support.sharing.models import Audience
from support.sharing.pages import changeable


@access.agents_only
def canned_replies(request: HttpRequest) -> HttpResponse:
    """Those that somebody may use, by who else may."""
    user = access.signed_in(request)
    replies = list(CannedReply.objects.usable_by(user).select_related("owner", "team"))
    groups = [
        {
            "label": scope.label,
            "replies": [
                {"reply": reply, "may_change": reply.may_be_changed_by(user)}
                for reply in replies
                if reply.scope == scope
            ],
        }
        for scope in Audience
    ]
    shown = [group for group in groups if group["replies"]]
    return render(request, "workspace/canned.html", {"groups": shown})


@access.agents_only
def new(request: HttpRequest) -> HttpResponse:
    return _form_page(request, None)


@access.agents_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one. PermissionDenied for whom it is not."""
    return _form_page(request, changeable(CannedReply, request, pk))


@access.agents_only
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    reply = changeable(CannedReply, request, pk)
    reply.delete()
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": reply.title})
    return redirect("canned")


def _form_page(request: HttpRequest, reply: CannedReply | None) -> HttpResponse:
    user = access.signed_in(request)
    posted: dict[str, object] = {"data": request.POST} if request.method == "POST" else {}
    form = CannedForm(**posted, instance=reply, user=user)
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
